"""What is recorded and opened again is the session that was, and holds no secret."""

import os
import threading
import time
from base64 import b64encode
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from queue import SimpleQueue
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smtpdebugger.protocol.sasl import MASK
from smtpdebugger.session.events import (
    Closed,
    Connected,
    Received,
    Resolved,
    Sent,
    WireEvent,
)
from smtpdebugger.session.session import Header, Session
from smtpdebugger.transcript.file import load_session
from smtpdebugger.transcript.recorder import Recorder, save_copy
from smtpdebugger.transcript.redact import Excess
from tests.session.wire import assert_same, converse, event_lists, pieces, replayed
from tests.transcript.test_writer import wait_until

# The same session


@given(event_lists())
@settings(max_examples=300, deadline=None)
def test_a_copy_opens_as_the_same_session(events: list[WireEvent]) -> None:
    live = replayed(events)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "copy.smtpsession"
        save_copy(live, path)
        loaded, problems = load_session(path)
        save_copy(loaded, path)
        again, _ = load_session(path)
    assert problems == ()
    assert_same(live, loaded)
    assert_same(live, again)


@given(event_lists(max_steps=8), st.integers(0, 20))
@settings(max_examples=40, deadline=None)
def test_a_recording_opens_as_the_same_session(events: list[WireEvent], late: int) -> None:
    live = replayed(events[:late])
    with TemporaryDirectory() as folder:
        with Recorder(live, Path(folder) / "live.smtpsession") as recorder:
            for event in events[late:]:
                live.record(event)
        loaded, problems = load_session(recorder.path)
    assert problems == ()
    assert_same(live, loaded)


# No secret

_PASSWORD = b"Corr3ct-Horse"
_NAME = b"alice"
_PLAIN = b64encode(b"\0" + _NAME + b"\0" + _PASSWORD)
_BEARER = b64encode(b"n,a=alice,\x01auth=Bearer " + _PASSWORD + b"\x01\x01")
_NEVER = (_PASSWORD, b64encode(_PASSWORD), _PLAIN, b64encode(_NAME), _BEARER)

_REFUSALS = (b"502 5.5.1 no\r\n", b"503 5.5.1 not now\r\n", b"530 5.7.0 STARTTLS first\r\n")


def _ends(secret: bytes) -> tuple[bytes, ...]:
    """Last replies, some of which repeat what the client sent, whole or in part."""
    return (
        *_REFUSALS,
        b"235 2.7.0 welcome\r\n",
        b"535 5.7.8 no\r\n",
        b'500 5.5.2 unknown: "' + secret + b'"\r\n',
        b"500-bad " + secret.upper()[:11] + b"...\r\n500 \xfc " + secret + b"\r\n",
        b"535 alice may not use " + _PASSWORD + b", " + b64encode(_PASSWORD) + b"\r\n",
        b"",
    )


def _asked(name: bytes, *responses: bytes) -> list[tuple[str, bytes]]:
    talk = [("C", b"AUTH " + name + b"\r\n")]
    for challenge, response in zip((b"VXNlcm5hbWU6", b"UGFzc3dvcmQ6"), responses, strict=False):
        talk += [("S", b"334 " + challenge + b"\r\n"), ("C", response + b"\r\n")]
    return talk


_LOGINS: tuple[list[tuple[str, bytes]], ...] = (
    [("C", b"AUTH PLAIN " + _PLAIN + b"\r\n")],
    [("C", b"  auth\tplain   " + _PLAIN + b" \r\n")],
    [("C", b"AUHT PLAIN " + _PLAIN + b"\n")],
    [("C", b"X-EXPS LOGIN " + b64encode(_NAME) + b"\r\n" + b64encode(_PASSWORD) + b"\r\n")],
    [("C", b"AUTH OAUTHBEARER " + _BEARER + b"\r\n")],
    [("C", b"NOOP\rAUTH PLAIN " + _PLAIN + b"\r\n")],
    [("C", b"a1 LOGIN alice " + _PASSWORD + b"\r\n")],
    [("C", b'a1 LOGIN "al ice" "' + _PASSWORD + b'"\r\n')],
    [("C", b"USER alice\r\nPASS " + _PASSWORD + b"\r\n")],
    _asked(b"PLAIN", _PLAIN),
    _asked(b"LOGIN", b64encode(_NAME), b64encode(_PASSWORD)),
    # Answered in clear text by hand, which a 334 makes a SASL response.
    _asked(b"LOGIN", b"", _PASSWORD),
    # Many clients go on after a refusal.
    [("C", b"AUTH PLAIN\r\n"), ("S", _REFUSALS[0]), ("C", _PLAIN + b"\r\n")],
    [
        ("C", b"AUTH LOGIN\r\n"),
        ("S", _REFUSALS[1]),
        ("C", b64encode(_NAME) + b"\r\n" + b64encode(_PASSWORD) + b"\r\n"),
    ],
    [("C", b"AUTH LOGIN " + b64encode(_NAME) + b"\r\n" + b64encode(_PASSWORD) + b"\r\n")],
)


@st.composite
def _logins(draw: st.DrawFn) -> list[WireEvent]:
    talk = [("S", b"220 mx.example.test\r\n"), ("C", b"EHLO x\r\n"), ("S", b"250 mx\r\n")]
    for _ in range(draw(st.integers(1, 3))):
        talk += draw(st.sampled_from(_LOGINS))
        secret = talk[-1][1].split()[-1].strip(b'"')
        talk.append(("S", draw(st.sampled_from(_ends(secret)))))
        # A secret that was sent once is known, wherever it comes again.
        talk += draw(st.sampled_from([[], [("C", b"NOOP\r\n" + secret + b"\r\n")]]))
    events: list[WireEvent] = [Connected(0, "mx.example.test", "192.0.2.25:25")]
    for who, octets in talk:
        for piece in draw(pieces(octets)):
            make = Sent if who == "C" else Received
            events.append(make(len(events), piece))
    stop = draw(st.integers(1, len(events)))
    return [*events[:stop], *draw(st.sampled_from([[], [Closed(9999, "server")]]))]


@given(_logins())
@settings(max_examples=400, deadline=None)
def test_no_secret_is_ever_in_the_file(events: list[WireEvent]) -> None:
    live = Session()
    with TemporaryDirectory() as folder:
        path = Path(folder) / "live.smtpsession"
        with Recorder(live, path):
            for event in events:
                live.record(event)
        octets = path.read_bytes()
        loaded, _ = load_session(path)
    text = _all_octets(loaded)
    for secret in _NEVER:
        assert secret not in octets
        assert secret not in text
    assert_same(live, loaded)


def _all_octets(session: Session) -> bytes:
    """What the file's text and base64 say, joined across events, as one string."""
    sent = b"".join(each.octets for each in session.events if isinstance(each, Sent))
    received = b"".join(each.octets for each in session.events if isinstance(each, Received))
    return sent + b"|" + received


@pytest.mark.parametrize("login", _LOGINS)
def test_a_login_split_at_any_octet_leaves_no_secret(
    tmp_path: Path, login: list[tuple[str, bytes]]
) -> None:
    length = sum(len(octets) for _, octets in login)
    for cut in range(length + 1):
        live = converse("S: 220 hi", "C: EHLO x", "S: 250 hi")
        done = 0
        for who, octets in login:
            make = Sent if who == "C" else Received
            border = min(max(cut - done, 0), len(octets))
            for piece in (octets[:border], octets[border:]):
                live.record(make(len(live.events), piece))
            done += len(octets)
        path = tmp_path / f"{cut}.smtpsession"
        save_copy(live, path)
        loaded, _ = load_session(path)
        found = path.read_bytes() + _all_octets(loaded)
        assert not [secret for secret in _NEVER if secret in found]
        assert_same(live, loaded)


@pytest.mark.parametrize("login", _LOGINS)
def test_a_login_broken_off_anywhere_leaves_no_secret(
    tmp_path: Path, login: list[tuple[str, bytes]]
) -> None:
    everything = [(who, octets[i : i + 1]) for who, octets in login for i in range(len(octets))]
    live = converse("S: 220 hi", "C: EHLO x", "S: 250 hi")
    for count, (who, octet) in enumerate(everything):
        live.record((Sent if who == "C" else Received)(count, octet))
        save_copy(live, tmp_path / "broken.smtpsession")
        loaded, _ = load_session(tmp_path / "broken.smtpsession")
        found = _all_octets(loaded)
        for secret in _NEVER:
            # Three octets of base64 could be any word; four are taken for a secret.
            assert secret[:5] not in found or b"AUTH" in secret[:5], (secret, found)


@pytest.mark.parametrize("cut", [1, 20, 65_535, 65_536, 65_537, 150_000, 200_013])
def test_a_secret_longer_than_any_line_leaves_none(tmp_path: Path, cut: int) -> None:
    token = b64encode(bytes(range(255))) * 590
    for line in (b"AUTH GSSAPI " + token + b"\r\n", b"AUTH GSSAPI\r\n" + token + b"\n"):
        live = converse("S: 220 hi")
        live.record(Sent(1, line[:cut]))
        live.record(Sent(2, line[cut:] + b"NOOP\r\n"))
        save_copy(live, tmp_path / "a.smtpsession")
        assert (tmp_path / "a.smtpsession").stat().st_size < 1_000
        loaded, _ = load_session(tmp_path / "a.smtpsession")
        assert_same(live, loaded)
        assert loaded.exchanges[-1].verb == "NOOP"


def test_a_secret_is_masked_before_its_line_is_written(tmp_path: Path) -> None:
    live = converse("S: 220 hi")
    with Recorder(live, tmp_path / "a.smtpsession") as recorder:
        live.record(Sent(1, b"AUTH PLAIN " + _PLAIN[:9]))
        live.record(Received(2, b"421 bye\r\n"))
        wait_until(lambda: recorder.path.exists() and b"220" in recorder.path.read_bytes())
        time.sleep(0.05)
        held = recorder.path.read_bytes()
        live.record(Sent(3, _PLAIN[9:] + b"\r\n"))
        wait_until(lambda: b"421 bye" in recorder.path.read_bytes())
    assert b"AUTH" not in held
    assert b"421 bye" not in held, "the order of events would change"
    lines = recorder.path.read_text().splitlines()
    assert f'"text":"AUTH PLAIN {MASK}","redacted":[[11,17,"sasl"]]' in lines[2]
    assert '"text":"\\r\\n"' in lines[4]


# Files


def test_a_new_file_never_replaces_another(tmp_path: Path) -> None:
    header = Header(began="2026-11-23T10:00:00.123456Z")
    names = []
    for _ in range(3):
        with Recorder.in_folder(Session(header), tmp_path / "deep" / "er", "[::1]") as recorder:
            names.append(recorder.path.name)
    assert names == [
        "20261123T100000Z-1.smtpsession",
        "20261123T100000Z-1-2.smtpsession",
        "20261123T100000Z-1-3.smtpsession",
    ]
    assert all(load_session(tmp_path / "deep" / "er" / name) for name in names)


def test_two_recorders_at_once_do_not_share_a_file(tmp_path: Path) -> None:
    path = tmp_path / "same.smtpsession"
    with Recorder(converse("S: 220 one"), path) as one, Recorder(converse("S: 220 two"), path):
        pass
    assert "one" in one.path.read_text() or "two" in one.path.read_text()
    texts = sorted(each.read_text().count("220") for each in tmp_path.iterdir())
    assert texts == [1, 1]


@pytest.mark.skipif(os.name == "nt", reason="POSIX permissions")
def test_sessions_are_private(tmp_path: Path) -> None:
    with Recorder(converse("S: 220 hi"), tmp_path / "own" / "a.smtpsession") as recorder:
        pass
    assert recorder.path.stat().st_mode & 0o077 == 0
    assert recorder.path.parent.stat().st_mode & 0o077 == 0
    save_copy(converse("S: 220 hi"), tmp_path / "copy.smtpsession")
    assert (tmp_path / "copy.smtpsession").stat().st_mode & 0o077 == 0


def test_a_header_without_facts_gets_them(tmp_path: Path) -> None:
    save_copy(Session(), tmp_path / "a.smtpsession")
    header = load_session(tmp_path / "a.smtpsession")[0].header
    assert len(header.identity) == 36
    assert header.began.endswith("Z")
    assert header.application.startswith("smtpdebugger ")


def test_recording_ends_with_close(tmp_path: Path) -> None:
    live = converse("S: 220 hi")
    recorder = Recorder(live, tmp_path / "a.smtpsession")
    assert recorder.close()
    live.record(Sent(1, b"NOOP\r\n"))
    assert recorder.close(), "twice is once"
    assert b"NOOP" not in recorder.path.read_bytes()
    assert not [each for each in threading.enumerate() if each.name == "writer"]


def test_a_copy_is_complete_or_not_there(tmp_path: Path) -> None:
    path = tmp_path / "a.smtpsession"
    path.write_text("old")
    broken = converse("S: 220 hi")
    broken.record(Resolved(1, "x", (object(),)))  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        save_copy(broken, path)
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]
    with pytest.raises(OSError, match="No such file"):
        save_copy(Session(), tmp_path / "missing" / "a.smtpsession")


# Problems


def test_problems_reach_the_thread_of_the_window(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    posted: list[Callable[[], None]] = []
    told: list[str] = []
    path = tmp_path / "file" / "a.smtpsession"
    Recorder(Session(), path, told.append, posted.append).close()
    assert told == []
    posted[0]()
    assert len(told) == 1


def test_a_window_that_is_gone_is_no_failure(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    def gone(_: str) -> None:
        raise RuntimeError("Signal source has been deleted")

    recorder = Recorder(Session(), tmp_path / "file" / "a.smtpsession", gone)
    assert not recorder.close()
    assert recorder.problem
    assert not Recorder(Session(), tmp_path / "file" / "b.smtpsession").close()


def test_the_loop_is_not_held_up(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    live, times = Session(), []
    with Recorder(live, tmp_path / "a.smtpsession"):
        for at in range(20_000):
            live.record(Sent(at, b"NOOP\r\n"))
            times.append(time.perf_counter())
            live.record(Received(at, b"250 2.0.0 Ok\r\n"))
    longest = max(after - before for before, after in pairwise(times))
    with capsys.disabled():
        rate = len(times) / (times[-1] - times[0])
        print(f"\n  recorded exchanges: {rate:,.0f}/s, longest wait {longest * 1e3:.1f} ms")
    loaded, _ = load_session(tmp_path / "a.smtpsession")
    assert len(loaded.exchanges) == len(live.exchanges)


def test_closing_in_another_thread_while_it_catches_up_is_no_race(tmp_path: Path) -> None:
    live, posted = Session(), SimpleQueue[Callable[[], None]]()
    for at in range(3000):
        live.record(Sent(at, b"NOOP %d\r\n" % at))
    recorder = Recorder(live, tmp_path / "a.smtpsession", post=posted.put)
    closed: list[bool] = []
    closing = threading.Thread(target=lambda: closed.append(recorder.close(30)))
    put = recorder._writer.put

    def put_while_closing(item: WireEvent | Excess) -> None:
        put(item)
        if closing.ident is None:
            closing.start()
            time.sleep(0.05)

    recorder._writer.put = put_while_closing  # type: ignore[method-assign]
    posted.get(timeout=10)()
    closing.join()
    assert closed == [True]
    found = [each.command_text for each in load_session(recorder.path)[0].exchanges]
    assert found == [f"NOOP {at}" for at in range(3000)]
