"""Lines: write and read is the identity on events."""

import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from smtpdebugger.protocol.sasl import MASK_OCTETS, Secret
from smtpdebugger.session.events import (
    Closed,
    Connected,
    Failed,
    Received,
    Remark,
    Resolved,
    Sent,
    TlsEstablished,
    WireEvent,
)
from smtpdebugger.session.session import Header
from smtpdebugger.transcript.line_types import KNOWN, MOST_MASKS, TitledLine
from smtpdebugger.transcript.lines import (
    decode_event,
    decode_header,
    encode_event,
    encode_header,
    from_base64,
    to_base64,
)

_texts = st.text(st.characters(exclude_categories=("Cs",)), max_size=20)
_times = st.integers(0, 2**53)


@st.composite
def _masked(draw: st.DrawFn) -> tuple[bytes, tuple[Secret, ...]]:
    """Octets with masks in them, and where these stand."""
    octets, spans = b"", []
    for piece in draw(st.lists(st.one_of(st.binary(max_size=9), _texts.map(str.encode)))):
        octets += piece
        spans.append(Secret(len(octets), len(octets) + len(MASK_OCTETS), draw(_texts)))
        octets += MASK_OCTETS
    return octets, tuple(spans)


_octets = st.one_of(_masked(), st.binary().map(lambda each: (each, ())))
_events: st.SearchStrategy[WireEvent] = st.one_of(
    st.builds(lambda at, each: Sent(at, *each), _times, _octets),
    st.builds(
        lambda at, each, tail: Sent(at, *each, 7, tail, 2, "ab"), _times, _octets, st.binary()
    ),
    st.builds(lambda at, each: Received(at, *each), _times, _octets),
    st.builds(Resolved, _times, _texts, st.lists(_texts).map(tuple), _times),
    st.builds(
        Connected,
        *(_times, _texts, _texts, _texts, st.booleans(), _times, _texts, st.booleans()),
    ),
    st.builds(
        TlsEstablished,
        *(_times, _texts, _texts, st.booleans(), _texts, _texts, _texts),
        st.lists(st.binary()).map(tuple),
    ),
    st.builds(Failed, _times, _texts, _texts, _texts, _times, st.lists(st.binary()).map(tuple)),
    st.builds(Closed, _times, _texts, _texts),
    st.builds(Remark, _times, _texts, st.integers(0, 99)),
)


@given(_events)
def test_every_event_reads_back_as_it_was(event: WireEvent) -> None:
    line = encode_event(event)
    assert line.count(b"\n") == 1
    assert line.endswith(b"\n")
    assert decode_event(line) == event


@given(_texts, _texts)
def test_a_header_reads_back_as_it_was(identity: str, title: str) -> None:
    line = encode_header(Header(identity, "2026-11-23T10:00:00Z", title, "proxy", "x 1"))
    header = decode_header(line)
    assert (header.format, header.version) == ("smtpsession", 1)
    assert (header.id, header.title, header.origin) == (identity, title, "proxy")
    assert (header.began, header.application) == ("2026-11-23T10:00:00Z", "x 1")


def test_the_keys_are_those_of_the_format() -> None:
    assert json.loads(encode_event(Sent(7, b"NOOP\r\n"))) == {
        "us": 7, "type": "sent", "text": "NOOP\r\n",
    }  # fmt: skip
    assert json.loads(encode_event(Received(7, b"\xff\n"))) == {
        "us": 7, "type": "received", "base64": "/wo=", "why": "not UTF-8",
    }  # fmt: skip
    masked = Sent(7, "é ".encode() + MASK_OCTETS, (Secret(3, 21, "sasl"),))
    assert json.loads(encode_event(masked))["redacted"] == [[2, 8, "sasl"]]
    raw = Sent(7, b"\xff " + MASK_OCTETS, (Secret(2, 20, "sasl"),))
    assert json.loads(encode_event(raw))["redacted"] == [[2, 20, "sasl"]]
    left_out = Sent(7, b"a", (), 5, b"b", 1, "00ff")
    assert json.loads(encode_event(left_out)) == {
        "us": 7, "type": "sent", "text": "a", "tail": "b",
        "omitted": {"octets": 5, "sha256": "00ff", "lines": 1},
    }  # fmt: skip
    assert json.loads(encode_event(Connected(1, "h", "p"))) == {
        "us": 1, "type": "connected", "host": "h", "peer": "p", "local": "", "tls": False,
    }  # fmt: skip
    assert json.loads(encode_event(Connected(1, "h", "p", lmtp=True)))["lmtp"] is True
    assert json.loads(encode_event(Closed(1, "server"))) == {
        "us": 1, "type": "closed", "by": "server", "reason": "",
    }  # fmt: skip


def test_a_tail_that_is_no_utf_8_makes_both_base64() -> None:
    line = json.loads(encode_event(Sent(7, b"head", (), 5, b"\xff", 0, "")))
    assert (line["base64"], line["tail"]) == (to_base64(b"head"), to_base64(b"\xff"))


def test_half_a_surrogate_pair_from_the_system_is_no_failure() -> None:
    event = decode_event(encode_event(Resolved(1, "h\udcff", ("a", "\ud800"))))
    assert event == Resolved(1, "h?", ("a", "?"))
    assert b"t?" in encode_header(Header(title="t\udc80"))


def test_titles_and_unknown_keys() -> None:
    title = decode_event(b'{"us":1,"type":"titled","title":"x","more":1}')
    assert title == TitledLine(1, "x")
    assert decode_event(b'{"us":1,"type":"closed","more":[]}') == Closed(1, "")
    assert "survey" not in KNOWN
    assert {"sent", "received", "tls", "titled"} <= KNOWN


@pytest.mark.parametrize(
    "line", [b"", b"1", b'{"us":1,"type":"sent"}', b'{"us":1,"type":"survey"}', b'{"us":1,']
)
def test_what_is_no_event_is_an_error(line: bytes) -> None:
    with pytest.raises((msgspec.MsgspecError, ValueError)):
        decode_event(line)


@given(st.binary())
def test_base64(octets: bytes) -> None:
    assert from_base64(to_base64(octets)) == octets


@pytest.mark.parametrize("text", ["a", "a===", "é", "AA=A", "A A="])
def test_what_is_no_base64_is_an_error(text: str) -> None:
    with pytest.raises(ValueError, match="damaged base64"):
        from_base64(text)


def test_many_masks_in_a_long_text_take_no_time_to_speak_of() -> None:
    octets = "é password ".encode() * 50_000
    secrets = tuple(Secret(at + 3, at + 11, "content") for at in range(0, len(octets), 12))
    event = Sent(1, octets, secrets)
    assert decode_event(encode_event(event)) == event


def test_more_masks_than_anybody_writes_are_damage() -> None:
    spans = b",".join([b'[0,1,"x"]'] * (MOST_MASKS + 1))
    with pytest.raises(msgspec.ValidationError, match="length"):
        decode_event(b'{"us":1,"type":"sent","text":"NOOP","redacted":[' + spans + b"]}")
