"""Redaction: what may be written, when, and in which order."""

from hypothesis import given, settings

from smtpdebugger.protocol.sasl import MASK_OCTETS, Secret
from smtpdebugger.session.events import Closed, Received, Sent, TlsEstablished, WireEvent
from smtpdebugger.session.session import Session
from smtpdebugger.transcript.redact import Excess, Redactor
from tests.session.wire import converse, event_lists, replayed

SECRET = b"AGFsaWNlAHNlY3JldA=="


def taken(session: Session, keep: int | None = None) -> list[WireEvent | Excess]:
    return list(Redactor(session, keep).take())


@given(event_lists())
@settings(deadline=None)
def test_taking_step_by_step_or_at_once_keeps_order_and_times(events: list[WireEvent]) -> None:
    live = Session()
    redactor = Redactor(live)
    stepwise: list[WireEvent | Excess] = []
    for event in events:
        live.record(event)
        stepwise += redactor.take()
    stepwise += redactor.take(everything=True)
    at_once = list(Redactor(live).take(everything=True))
    assert [(type(each), each.at) for each in stepwise] == [
        (type(each), each.at) for each in events
    ]
    assert [each.at for each in at_once] == [each.at for each in stepwise]
    assert list(redactor.take(everything=True)) == []


def test_without_secrets_the_very_events_are_given() -> None:
    session = converse("!connected", "S: 220 hi", "C: EHLO x", "S: 250 hi", "!closed")
    assert all(a is b for a, b in zip(taken(session), session.events, strict=True))


def test_an_open_line_holds_back_all_that_follows() -> None:
    session = converse("S: 220 hi")
    session.record(Sent(1, b"NOOP\r\nAUTH PLAIN AGF"))
    session.record(Received(2, b"250 ok\r\n"))
    redactor = Redactor(session)
    assert [each.at for each in redactor.take()] == [1000]
    session.record(Sent(3, b"saWNl\r\n"))
    assert list(redactor.take()) == [
        Sent(1, b"NOOP\r\nAUTH PLAIN " + MASK_OCTETS, (Secret(17, 35, "sasl"),)),
        Received(2, b"250 ok\r\n"),
        Sent(3, b"\r\n"),
    ]


def test_tls_ends_a_line_in_clear_text() -> None:
    session = converse("S: 220 hi")
    session.record(Sent(1, b"AUTH PLAIN " + SECRET))
    session.record(TlsEstablished(2))
    session.record(Sent(3, b"AUTH PLAIN " + SECRET + b"\r\n"))
    found = [each.octets for each in taken(session) if isinstance(each, Sent)]
    assert found == [b"AUTH PLAIN " + MASK_OCTETS, b"AUTH PLAIN " + MASK_OCTETS + b"\r\n"]


def test_an_unfinished_reply_is_held_back_only_once_there_are_secrets() -> None:
    session = converse("S: 220 hi")
    session.record(Received(1, b"500-what is "))
    assert len(taken(session)) == 2
    session.record(Sent(2, b"AUTH PLAIN " + SECRET + b"\r\n"))
    redactor = Redactor(session)
    assert len(list(redactor.take())) == 1
    session.record(Received(3, SECRET[:11]))
    session.record(Received(4, SECRET[11:] + b"?\r\n"))
    assert len(list(redactor.take())) == 0, "the reply goes on"
    session.record(Received(5, b"500 so\r\n"))
    octets = [each.octets for each in redactor.take() if isinstance(each, Received)]
    assert octets == [b"500-what is ", MASK_OCTETS, b"?\r\n", b"500 so\r\n"]


def test_an_unfinished_reply_is_masked_at_the_end() -> None:
    session = converse("S: 220 hi", "C: AUTH PLAIN " + SECRET.decode())
    session.record(Received(4, b"500 what is " + SECRET))
    last = list(Redactor(session).take(everything=True))[-1]
    assert isinstance(last, Received)
    assert last.octets == b"500 what is " + MASK_OCTETS
    assert last.secrets == (Secret(12, 30, "echo"),)


def test_masks_read_back_stay_as_they_are() -> None:
    session = converse("S: 220 hi", "C: AUTH PLAIN " + SECRET.decode(), "!closed")
    once = [each for each in taken(session) if not isinstance(each, Excess)]
    assert taken(replayed(once)) == once


def test_what_was_left_out_before_stays_left_out() -> None:
    session = converse("S: 220 hi", "C: DATA", "S: 354 go")
    event = Sent(4, b"head", (), 5_000_000, b"tail\r\n.\r\nAUTH PLAIN x\r\n", 100, "ab")
    session.record(event)
    session.record(Sent(5, b"AUTH PLAIN " + SECRET + b"\r\n"))
    session.record(Closed(6, "client"))
    found = taken(session, 10)[3:]
    assert isinstance(found[0], Sent)
    assert found[0].omitted == 5_000_000
    assert found[0].tail == b"tail\r\n.\r\nAUTH PLAIN " + MASK_OCTETS + b"\r\n"
    assert found[1] == Sent(5, b"AUTH PLAIN " + MASK_OCTETS + b"\r\n", (Secret(11, 29, "sasl"),))


def test_mail_data_beyond_the_head_is_set_apart() -> None:
    session = converse("S: 220 hi", "C: DATA", "S: 354 go")
    session.record(Sent(4, b"0123456"))
    session.record(Sent(5, b"789abc"))
    session.record(Sent(6, b"def\r\n.\r\nNOOP\r\n"))
    assert taken(session, 10)[3:] == [
        Sent(4, b"0123456"),
        Sent(5, b"789"),
        Excess(5, b"abc"),
        Excess(6, b"def\r\n.\r\n"),
        Sent(6, b"NOOP\r\n"),
    ]


def test_mail_data_that_goes_on_is_set_apart_too() -> None:
    session = converse("S: 220 hi", "C: DATA", "S: 354 go")
    redactor = Redactor(session, 4)
    assert len(list(redactor.take())) == 3
    session.record(Sent(4, b"012345"))
    assert list(redactor.take()) == [Sent(4, b"0123"), Excess(4, b"45")]
    session.record(Sent(5, b"67"))
    assert list(redactor.take()) == [Excess(5, b"67")]


def test_chunks_in_one_event_are_counted_one_by_one() -> None:
    session = converse("S: 220 hi")
    session.record(Sent(1, b"BDAT 6\r\n012345BDAT 3\r\n678BDAT 7 LAST\r\n9abcdefNOOP\r\n"))
    assert taken(session, 4)[1:] == [
        Sent(1, b"BDAT 6\r\n0123"),
        Excess(1, b"45"),
        Sent(1, b"BDAT 3\r\n678BDAT 7 LAST\r\n9abc"),
        Excess(1, b"def"),
        Sent(1, b"NOOP\r\n"),
    ]


def test_no_character_is_cut_in_two() -> None:
    session = converse("S: 220 hi", "C: DATA", "S: 354 go")
    session.record(Sent(4, "xx€uro".encode()))
    assert taken(session, 4)[3:] == [Sent(4, b"xx"), Excess(4, "€uro".encode())]
