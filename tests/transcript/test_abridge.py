"""Abridging: head, tail, length and digest of long mail data are kept, and the rows with them."""

from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smtpdebugger.protocol.command import Chunk, MailData
from smtpdebugger.session.events import Closed, Received, Sent
from smtpdebugger.session.session import Session
from smtpdebugger.transcript.abridge import HEAD_OCTETS, TAIL_OCTETS, WHOLE_OCTETS, Abridger
from smtpdebugger.transcript.copying import Wishes
from smtpdebugger.transcript.file import load_session
from smtpdebugger.transcript.recorder import Recorder, save_copy
from smtpdebugger.transcript.redact import Excess
from tests.session.wire import assert_same, converse

LINE = b"Line after line of a long message, with an accent: caf\xc3\xa9.\r\n"


def message(octets: int) -> bytes:
    """A message of so many octets, the lone dot included."""
    body = b"Subject: long\r\n\r\n" + LINE * (octets // len(LINE))
    return body[: octets - 5].rstrip(b"\xc3\r\n").ljust(octets - 5, b"x") + b"\r\n.\r\n"


def sent_in_pieces(octets: bytes, piece: int) -> Session:
    session = converse("S: 220 hi", "C: DATA", "S: 354 go")
    for start in range(0, len(octets), piece):
        session.record(Sent(10_000 + start, octets[start : start + piece]))
    session.record(Received(99_000_000, b"250 queued\r\n"))
    session.record(Closed(99_000_001, "server"))
    return session


def saved(session: Session, path: Path, **options: bool) -> Session:
    save_copy(session, path, **options)
    loaded, problems = load_session(path)
    assert problems == ()
    return loaded


@pytest.mark.parametrize("length", [100, HEAD_OCTETS, HEAD_OCTETS + 1, WHOLE_OCTETS])
def test_up_to_a_mebioctet_everything_is_kept(tmp_path: Path, length: int) -> None:
    whole = message(length)
    live = sent_in_pieces(whole, 65_536)
    loaded = saved(live, tmp_path / "a.smtpsession")
    sent = b"".join(each.octets for each in loaded.events[3:] if isinstance(each, Sent))
    assert sent == whole
    assert_same(live, loaded)


@pytest.mark.parametrize("piece", [7_001, 65_536, 10_000_000])
def test_a_longer_message_keeps_its_head_tail_length_and_digest(tmp_path: Path, piece: int) -> None:
    whole = message(3_000_000)
    live = sent_in_pieces(whole, piece)
    path = tmp_path / "a.smtpsession"
    loaded = saved(live, path)
    assert path.stat().st_size < WHOLE_OCTETS * 1.2
    sent = [each for each in loaded.events[3:] if isinstance(each, Sent)]
    head = b"".join(each.octets for each in sent)
    last = sent[-1]
    assert whole.startswith(head)
    assert HEAD_OCTETS - 4 < len(head) <= HEAD_OCTETS
    assert whole.endswith(last.tail)
    assert TAIL_OCTETS - 4 < len(last.tail) <= TAIL_OCTETS
    assert len(head) + last.omitted + len(last.tail) == len(whole)
    gone = whole[len(head) : -len(last.tail)]
    assert last.sha256 == sha256(gone).hexdigest()
    assert last.omitted_lines == gone.count(b"\n")
    if piece > len(whole):
        assert b'"base64"' not in path.read_bytes(), "characters were cut in two"
    assert_same(live, loaded)
    again = tmp_path / "b.smtpsession"
    assert_same(live, saved(loaded, again))
    assert again.read_bytes() == path.read_bytes()


def test_on_demand_whole_messages_are_kept(tmp_path: Path) -> None:
    live = sent_in_pieces(message(3_000_000), 100_000)
    save_copy(live, tmp_path / "a.smtpsession", Wishes(whole_messages=True))
    with Recorder(live, tmp_path / "b.smtpsession", whole_messages=True):
        pass
    for name in ("a", "b"):
        loaded, _ = load_session(tmp_path / f"{name}.smtpsession")
        assert loaded.events == live.events


def test_a_recording_abridges_while_the_message_is_sent(tmp_path: Path) -> None:
    whole = message(2_500_000)
    live = converse("S: 220 hi", "C: DATA", "S: 354 go")
    with Recorder(live, tmp_path / "a.smtpsession") as recorder:
        for start in range(0, len(whole), 50_000):
            live.record(Sent(start, whole[start : start + 50_000]))
        live.record(Received(9_000_000, b"250 queued\r\n"))
    loaded, _ = load_session(recorder.path)
    assert recorder.path.stat().st_size < WHOLE_OCTETS * 1.2
    assert_same(live, loaded)


def test_binary_chunks_are_abridged(tmp_path: Path) -> None:
    octets = bytes(range(256)) * 8_000
    live = converse("S: 220 hi")
    live.record(Sent(1, b"BDAT %d LAST\r\n" % len(octets) + octets + b"QUIT\r\n"))
    live.record(Received(2, b"250 ok\r\n221 bye\r\n"))
    loaded = saved(live, tmp_path / "a.smtpsession")
    assert (tmp_path / "a.smtpsession").stat().st_size < WHOLE_OCTETS * 1.5
    chunk = loaded.exchanges[1].chunk
    assert isinstance(chunk, Chunk)
    assert chunk.length == len(octets)
    assert_same(live, loaded)


def test_a_reply_that_came_early_keeps_its_place(tmp_path: Path) -> None:
    whole = message(4_000_000)
    live = converse("S: 220 hi", "C: DATA", "S: 354 go")
    live.record(Sent(1, whole[:2_000_001]))
    live.record(Received(2, b"552 too much\r\n"))
    live.record(Sent(3, whole[2_000_001:]))
    live.record(Closed(4, "client"))
    loaded = saved(live, tmp_path / "a.smtpsession")
    units = [each.unit for each in loaded.exchanges if isinstance(each.unit, MailData)]
    assert [each.length for each in units] == [2_000_001]
    assert "1999999 octets" in loaded.rows[-2].text
    assert_same(live, loaded)


def test_a_message_broken_off_keeps_what_there_was(tmp_path: Path) -> None:
    live = converse("S: 220 hi", "C: DATA", "S: 354 go")
    live.record(Sent(1, message(2_000_000)[:-5]))
    path = tmp_path / "a.smtpsession"
    assert_same(live, saved(live, path))
    live.record(Closed(2, "network", "reset"))
    assert_same(live, saved(live, path))


@given(st.lists(st.binary(max_size=60_000), max_size=9), st.booleans())
@settings(max_examples=25, deadline=None)
def test_nothing_is_ever_unaccounted_for(pieces: list[bytes], continues: bool) -> None:
    abridger, events = Abridger(), []
    if continues:
        pieces = [b"\x80" * 300_000, *pieces]
    for at, piece in enumerate(pieces):
        events += abridger.feed(Excess(at, piece))
    assert events == [], "nothing leaves before something else comes"
    events += abridger.feed(Closed(99, "client"))
    assert events.pop() == Closed(99, "client")
    assert sum(each.length for each in events if isinstance(each, Sent)) == len(b"".join(pieces))
    for each in events:
        assert isinstance(each, Sent)
        assert b"".join(pieces).endswith(each.tail or each.octets)
    assert list(abridger.flush()) == []
