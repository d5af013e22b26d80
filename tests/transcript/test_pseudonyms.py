"""Pseudonyms: the same name for the same thing, nothing else changed, nothing left."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

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
from smtpdebugger.session.session import Session
from smtpdebugger.transcript.pseudonyms import Pseudonyms, WholeLines
from tests.session.wire import converse, replayed


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("MAIL FROM:<bob@corp.test> SIZE=7", "MAIL FROM:<person1@host1.example> SIZE=7"),
        ("<Bob@corp.test> and bob@CORP.test", "<person1@host1.example> and person1@host1.example"),
        ("a@x.test b@x.test", "person1@host1.example person2@host1.example"),
        ("mx.corp.test, not 5.7.1 nor v3.7.11", "host1.example, not 5.7.1 nor v3.7.11"),
        ("from 10.1.2.3 [10.1.2.4] 10.1.2.3", "from 192.0.2.1 [192.0.2.2] 192.0.2.1"),
        ("[IPv6:fe80::1] 2001:DB8:0::7", "[IPv6:2001:db8::1] 2001:db8::2"),
        ("127.0.0.1 ::1 localhost 0.0.0.0", "127.0.0.1 ::1 localhost 0.0.0.0"),
        ("at 10:00:00, 999.1.2.3", "at 10:00:00, 999.1.2.3"),
        ("ORCPT=rfc822;bob@corp.test", "ORCPT=rfc822;person1@host1.example"),
        ("bücher@bücher.example", "person1@host1.example"),
        ("see http://www.corp.test/x.", "see http://host1.example/x."),
        ("•••••• @ ••••••@x.test", "•••••• @ ••••••@host1.example"),
    ],
)
def test_what_is_replaced(text: str, expected: str) -> None:
    names = Pseudonyms()
    assert names.text(text) == expected
    assert names.text(text) == expected, "the same again"


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("addresses", "person1@host1.example mx.b.test 10.0.0.1"),
        ("hosts", "a@b.test host1.example 10.0.0.1"),
        ("ips", "a@b.test mx.b.test 192.0.2.1"),
    ],
)
def test_only_what_was_asked_for(kind: str, expected: str) -> None:
    assert Pseudonyms([kind]).text("a@b.test mx.b.test 10.0.0.1") == expected


def test_reply_codes_stay() -> None:
    octets = b"250-mx.corp.test\r\n250 10.0.0.9 ok\r\n\xff mx.corp.test\r\n"
    expected = b"250-host1.example\r\n250 192.0.2.1 ok\r\n\xff host1.example\r\n"
    assert Pseudonyms().octets(octets) == expected


def test_events_are_renamed_too() -> None:
    names = Pseudonyms()
    assert names.event(Connected(1, "relay", "10.0.0.1:25", "10.0.0.2:5")) == Connected(
        1, "host1.example", "192.0.2.1:25", "192.0.2.2:5"
    )
    assert names.text("I am relay, relays are not") == "I am host1.example, relays are not"
    assert names.event(Resolved(1, "mx.corp.test", ("10.0.0.1",))).addresses == ("192.0.2.1",)  # type: ignore[union-attr]
    tls = names.event(TlsEstablished(1, "TLSv1.3", subject="CN=mx.corp.test", chain=(b"der",)))
    assert tls == TlsEstablished(1, "TLSv1.3", subject="CN=host2.example")
    assert names.event(Failed(1, "connect", "10.0.0.1 refused")).what == "192.0.2.1 refused"  # type: ignore[union-attr]
    assert names.event(Remark(1, "mx.corp.test")).text == "host2.example"  # type: ignore[union-attr]
    assert names.event(Closed(1, "server")) == Closed(1, "server")


def test_there_are_names_for_everybody() -> None:
    names = Pseudonyms()
    text = " ".join(f"10.{number >> 8}.{number & 255}.1" for number in range(2000))
    given_names = names.text(text).split()
    assert len(set(given_names)) == 2000


@given(st.integers(0, 70), st.integers(0, 70))
@settings(max_examples=80, deadline=None)
def test_a_name_in_two_events_is_one_name(one: int, other: int) -> None:
    line = b"MAIL FROM:<bob@corp.test>\r\nRCPT TO:<eve@corp.test>\r\nNOOP\r\n"
    first, second = sorted((one, other))
    events = [Sent(1, line[:first]), Sent(2, line[first:second]), Sent(3, line[second:])]
    lines = WholeLines(Pseudonyms())
    made = [each for event in events for each in lines.feed(event)]
    made += lines.flush()
    octets = b"".join(each.octets for each in made if isinstance(each, Sent))
    assert octets == (
        b"MAIL FROM:<person1@host1.example>\r\nRCPT TO:<person2@host1.example>\r\nNOOP\r\n"
    )


def test_a_renamed_session_still_reads() -> None:
    session = converse(
        "!connected", "S: 220 mx.corp.test", "C: EHLO me.corp.test",
        "S: 250-mx.corp.test\r\n250 SIZE 5",
        "C: AUTH PLAIN AGFsaWNlAHNlY3JldHB3", "S: 535 AGFsaWNlAHNlY3JldHB3 at mx.corp.test",
        "C: MAIL FROM:<a@corp.test>", "S: 550 no a@corp.test",
    )  # fmt: skip
    renamed = _renamed(session)
    assert [each.verb for each in renamed.exchanges] == [each.verb for each in session.exchanges]
    assert [each.code for each in renamed.exchanges] == [each.code for each in session.exchanges]
    assert renamed.situation.offers("SIZE")
    assert "corp" not in repr(list(renamed.rows))


def _renamed(session: Session) -> Session:
    lines = WholeLines(Pseudonyms())
    made: list[WireEvent] = [each for event in session.events for each in lines.feed(event)]
    return replayed([*made, *lines.flush()])


def test_masks_stay_where_they_are() -> None:
    mask = "••••••".encode()
    event = Received(1, b"535 " + mask + b" at mx.corp.test: " + mask + b"\r\n")
    spans = converse("S: 220 mx").received_secrets
    assert spans == []
    (made,) = WholeLines(Pseudonyms()).feed(event)
    assert isinstance(made, Received)
    assert made.octets == b"535 " + mask + b" at host1.example: " + mask + b"\r\n"
