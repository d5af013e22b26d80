"""The session: pairing, situations and rows, and the same from the same events."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smtpdebugger.protocol.command import Chunk, Command, MailData, SaslResponse
from smtpdebugger.protocol.framing import Mode
from smtpdebugger.protocol.sasl import MASK, Secret
from smtpdebugger.protocol.state import State
from smtpdebugger.session.events import (
    Closed,
    Connected,
    Failed,
    Received,
    Sent,
    TlsEstablished,
    WireEvent,
)
from smtpdebugger.session.rows import RowKind
from smtpdebugger.session.session import Session
from tests.session.wire import assert_same, converse, event_lists, replayed, told


def pairs(session: Session) -> list[tuple[str, int | None]]:
    return [(each.verb, each.code) for each in session.exchanges]


# Properties


@given(event_lists())
@settings(max_examples=200, deadline=None)
def test_replaying_events_gives_an_equal_session(events: list[WireEvent]) -> None:
    live = replayed(events)
    assert live.events == events
    assert_same(live, replayed(live.events))


@given(event_lists())
@settings(max_examples=200, deadline=None)
def test_all_that_is_told_agrees(events: list[WireEvent]) -> None:
    session = Session()
    for event in events:
        rows, exchanges = len(session.rows), len(session.exchanges)
        session.record(event)
        assert len(session.rows) >= rows, "rows are only ever added"
        assert len(session.exchanges) >= exchanges
        indexer = session.indexer
        assert session.settled_sent <= indexer.sent_octets
        assert session.settled_received <= indexer.received_octets
        assert indexer.received_octets - indexer.reply_began == len(session.pending)
        assert session.has_open_line or not session.unsettled_secrets
        oldest = session.oldest_waiting
        assert (oldest is None) == (session.waiting == 0)
        assert oldest is None or oldest.reply is None
    for number, exchange in enumerate(session.exchanges, 1):
        assert exchange.number == number
        assert session.exchange(number) is exchange
        assert number in session.by_verb[exchange.verb]
        assert exchange.unit is not None or exchange.reply is not None
    for row in session.rows:
        assert 0 <= row.exchange <= max(len(session.exchanges), 3)
        assert row.sentence
        assert "\n" not in row.line


@given(event_lists(), st.data())
@settings(max_examples=100, deadline=None)
def test_how_octets_were_cut_never_matters(events: list[WireEvent], data: st.DataObject) -> None:
    """Cutting any event in two, both at its time, leaves every row and exchange as it was."""
    whole, cut = replayed(events), Session()
    for event in events:
        if isinstance(event, Sent | Received):
            border = data.draw(st.integers(0, len(event.octets)))
            cut.record(type(event)(event.at, event.octets[:border]))
            cut.record(type(event)(event.at, event.octets[border:]))
        else:
            cut.record(event)
    assert_same(whole, cut)


@given(event_lists())
@settings(max_examples=100, deadline=None)
def test_only_waiting_exchanges_ever_change(events: list[WireEvent]) -> None:
    session = Session()
    seen: dict[int, dict[str, object]] = {}
    for event in events:
        session.record(event)
        for exchange in session.exchanges:
            # The octets of a chunk come after its command, maybe after the reply to it.
            now = {key: value for key, value in told(exchange).items() if key != "chunk"}
            if exchange.number in seen:
                assert seen[exchange.number] == now
            elif exchange.reply is not None:
                seen[exchange.number] = now


# Pairing


def test_a_session_from_end_to_end() -> None:
    session = converse(
        "!connected", "S: 220 mx", "C: EHLO x", "S: 250-mx\r\n250 SIZE 5", "C: VRFY alice",
        "S: 502 5.5.1 no", "C: QUIT", "S: 221 bye", "!closed",
    )  # fmt: skip
    assert pairs(session) == [("(greeting)", 220), ("EHLO", 250), ("VRFY", 502), ("QUIT", 221)]
    refused = session.exchange(3)
    assert refused.is_negative
    assert refused.before.offers("SIZE")
    assert refused.before is session.exchange(2).after, "snapshots are shared"
    assert refused.reply_time == 1000
    assert [row.head for row in session.rows] == [
        "tcp", "220", "EHLO", "250", "VRFY", "502", "QUIT", "221", "closed",
    ]  # fmt: skip
    assert session.situation.state is State.CLOSED
    assert not session.situation.is_open
    assert session.waiting == 0


def test_a_command_group_is_paired_in_order() -> None:
    session = converse(
        "S: 220 mx", "C: EHLO x\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c>\r\nRCPT TO:<d>\r\nDATA",
        "S: 250 mx\r\n250 ok", "S: 550 no\r\n250 ok\r\n354 go", "C: .", "S: 250 queued",
    )  # fmt: skip
    assert pairs(session) == [
        ("(greeting)", 220), ("EHLO", 250), ("MAIL", 250), ("RCPT", 550), ("RCPT", 250),
        ("DATA", 354), ("(end of mail data)", 250),
    ]  # fmt: skip
    assert session.exchange(5).after.recipients == 1
    assert session.exchange(5).after.reverse_path == "a@b"
    assert session.situation.reverse_path is None
    assert session.situation.recipients == 0


def test_what_nobody_asked_for_is_unsolicited() -> None:
    session = converse("S: 220 mx\r\n250 stray", "C: NOOP", "S: 250 ok\r\n421 4.3.2 timeout")
    assert pairs(session) == [
        ("(greeting)", 220), ("(unsolicited)", 250), ("NOOP", 250), ("(unsolicited)", 421),
    ]  # fmt: skip
    assert session.exchange(4).command_text == ""
    assert session.exchange(4).sent_at is None
    assert session.exchange(4).reply_time is None


def test_replies_that_never_come() -> None:
    session = converse("S: 220 mx", "C: NOOP", "C: RSET", "S: 250 ok")
    assert session.waiting == 1
    assert session.oldest_waiting is session.exchange(3)
    session.record(Closed(9, "server"))
    assert session.waiting == 0
    assert pairs(session) == [("(greeting)", 220), ("NOOP", 250), ("RSET", None)]
    assert not session.exchange(3).is_negative
    assert session.exchange(3).reply_time is None


def test_a_command_sent_before_the_greeting_waits_behind_it() -> None:
    session = converse("C: EHLO x", "S: 220 mx\r\n250 mx")
    assert pairs(session) == [("EHLO", 250), ("(greeting)", 220)]
    assert session.situation.greeting is not None


def test_a_record_from_the_middle_pairs_its_first_reply() -> None:
    session = converse("C: EHLO x", "S: 250 mx", "C: MAIL FROM:<a@b>", "S: 250 ok")
    assert pairs(session) == [("EHLO", 250), ("MAIL", 250)]
    assert session.situation.state is State.MAIL
    session = converse("C: STARTTLS", "S: 220 go")
    assert pairs(session) == [("STARTTLS", 220)]


def test_a_refusing_greeting_is_the_greeting() -> None:
    session = converse("S: 554 no", "C: EHLO x", "S: 250 mx")
    assert pairs(session) == [("(greeting)", 554), ("EHLO", 250)]
    assert session.situation.state is State.EHLO


def test_a_second_connection_begins_anew() -> None:
    session = converse("!connected", "S: 220 one", "C: EHLO x", "S: 250-half")
    session.record(Sent(5, b"NOO"))
    session.record(Connected(6, "mx2", "[2001:db8::1]:465", tls=True))
    session.record(Received(7, b"220 two\r\n"))
    assert pairs(session) == [
        ("(greeting)", 220), ("EHLO", 250), ("NOO", None), ("(greeting)", 220),
    ]  # fmt: skip
    assert [each.name for each in session.exchange(2).reply.defects] == ["unfinished"]  # type: ignore[union-attr]
    assert session.situation.host == "mx2"
    assert session.situation.port == 465
    assert session.exchange(4).is_greeting


def test_the_end_finishes_what_had_begun() -> None:
    session = converse("S: 220 mx")
    session.record(Sent(1, b"NOOP"))
    session.record(Received(2, b"250 half"))
    session.record(Closed(3, "network", "reset"))
    assert pairs(session) == [("(greeting)", 220), ("(unsolicited)", 250), ("NOOP", None)]
    assert [each.name for each in session.exchange(3).unit.defects] == ["no-line-end"]  # type: ignore[union-attr]
    assert session.rows[-1].text == "Connection closed by the network: reset"


def test_numbers_and_answers() -> None:
    session = converse("S: 220 mx", "C: NOOP", "S: 250 ok", "C: NOOP", "S: 502 no", "C: NOOP")
    assert [each.number for each in session.answers("NOOP")] == [2, 3]
    assert [each.number for each in session.answers("NOOP", before=3)] == [2]
    assert session.answers("RSET") == []
    for number in (0, -1, 5):
        with pytest.raises(IndexError):
            session.exchange(number)


# TLS


def test_tls_makes_the_client_forget() -> None:
    session = converse(
        "!connected", "S: 220 mx", "C: EHLO x", "S: 250-mx\r\n250-STARTTLS\r\n250 HELP",
        "C: HELP", "S: 214 EHLO, VRFY. try XYZZY", "C: STARTTLS", "S: 220 go",
    )  # fmt: skip
    assert session.situation.helped == {"EHLO", "VRFY"}
    session.record(TlsEstablished(8, "TLSv1.3"))
    now = session.situation
    assert now.tls
    assert now.state is State.GREETED
    assert now.hello is State.GREETED
    assert now.capabilities is None
    assert now.ehlo_exchange is None
    assert now.before_tls is not None
    assert "STARTTLS" in now.before_tls
    assert now.helped == frozenset()
    assert [row.tls for row in session.rows][-3:] == [False, False, True]


def test_tls_from_the_start_waits_for_the_greeting() -> None:
    session = converse("!connected", "!tls", "S: 220 mx")
    assert session.exchange(1).before.state is State.CONNECTED
    assert session.exchange(1).after.state is State.GREETED
    assert session.exchange(1).is_greeting


def test_what_was_sent_ahead_in_clear_text_is_not_awaited() -> None:
    session = converse("S: 220 mx", "C: STARTTLS\r\nNOOP", "S: 220 go", "!tls", "C: EHLO x")
    session.record(Received(9, b"250 mx\r\n"))
    assert pairs(session) == [
        ("(greeting)", 220), ("STARTTLS", 220), ("NOOP", None), ("EHLO", 250),
    ]  # fmt: skip


def test_a_reply_noted_after_the_handshake_still_belongs_to_starttls() -> None:
    session = converse("S: 220 mx", "C: STARTTLS", "!tls", "S: 220 go", "C: EHLO x", "S: 250 mx")
    assert pairs(session) == [("(greeting)", 220), ("STARTTLS", 220), ("EHLO", 250)]


def test_lines_in_clear_text_end_where_tls_begins() -> None:
    session = converse("S: 220 mx", "C: STARTTLS", "S: 220 go")
    session.record(Received(3, b"250 injected"))
    session.record(Sent(4, b"HALF"))
    session.record(TlsEstablished(5))
    assert pairs(session)[2:] == [("(unsolicited)", 250), ("HALF", None)]
    assert session.exchange(3).replied_at == 5
    assert not session.has_open_line
    assert session.pending == b""


# Mail data and chunks


def test_mail_data_is_one_exchange() -> None:
    session = converse("S: 220 mx", "C: DATA", "S: 354 go")
    assert session.expects is Mode.MAIL_DATA
    session.record(Sent(10, b"Subject: caf\xc3\xa9\r\n\r\nte"))
    assert session.open_payload == 6
    assert session.settled_sent == 26
    session.record(Sent(20, b"xt\r\n.\r\nNOOP\r\n"))
    assert session.open_payload is None
    assert session.payloads == [(6, 33)]
    unit = session.exchange(3).unit
    assert isinstance(unit, MailData)
    assert unit.length == 27
    assert session.exchange(3).sent_at == 20
    assert session.rows[-2].text == "27 octets of mail data (Subject: café)"
    assert session.rows[-2].head == "message"


def test_a_reply_that_comes_early_belongs_to_the_mail_data_so_far() -> None:
    session = converse("S: 220 mx", "C: DATA", "S: 354 go", "C: Subject: x", "S: 552 too big")
    early = session.exchange(3)
    assert (early.verb, early.code) == ("(end of mail data)", 552)
    assert [each.name for each in early.unit.defects] == ["no-end-of-data"]  # type: ignore[union-attr]
    session.record(Sent(9, b"the rest\r\n.\r\n"))
    assert len(session.exchanges) == 3, "the rest has no reply of its own"
    assert session.rows[-1].exchange == 3
    assert session.waiting == 0
    session.record(Sent(10, b"NOOP\r\n"))
    assert session.exchange(4).verb == "NOOP"
    assert session.payloads == [(6, 18), (18, 31)]


def test_a_dot_that_only_the_server_takes_for_the_end() -> None:
    session = converse("S: 220 mx", "C: DATA", "S: 354 go")
    session.record(Sent(1, b"text\n.\n"))
    session.record(Received(2, b"250 queued\r\n"))
    session.record(Sent(3, b"QUIT\r\n"))
    assert pairs(session)[-2:] == [("(end of mail data)", 250), ("QUIT", None)]


def test_a_refused_message_ends_its_transaction() -> None:
    session = converse(
        "S: 220 mx", "C: EHLO x", "S: 250 mx", "C: MAIL FROM:<a@b>", "S: 250 ok",
        "C: RCPT TO:<c>", "S: 250 ok", "C: DATA", "S: 354 go", "C: .", "S: 554 spam",
    )  # fmt: skip
    assert session.situation.state is State.EHLO
    assert session.situation.reverse_path is None
    assert session.situation.recipients == 0


def test_chunks_belong_to_their_command() -> None:
    session = converse("S: 220 mx", "C: EHLO x", "S: 250 mx", "C: MAIL FROM:<>", "S: 250 ok")
    session = converse("C: RCPT TO:<c>", "S: 250 ok", session=session)
    assert session.situation.reverse_path == ""
    session.record(Sent(1, b"BDAT 3\r\nabcBDAT 4 LAST\r\nde"))
    session.record(Received(2, b"250 ok\r\n"))
    assert session.situation.state is State.BDAT
    session.record(Sent(3, b"fg"))
    session.record(Received(4, b"250 queued\r\n"))
    first, last = session.exchange(5), session.exchange(6)
    assert first.chunk == Chunk(3, b"abc", True)
    assert last.chunk == Chunk(4, b"defg", True)
    assert [row.exchange for row in session.rows if row.head == "chunk"] == [5, 6]
    assert session.situation.state is State.EHLO
    assert session.situation.reverse_path is None


def test_a_refused_chunk_that_was_not_sent_leaves_commands() -> None:
    session = converse("S: 220 mx", "C: BDAT 5", "S: 502 no", "C: NOOP", "S: 250 ok")
    assert pairs(session) == [("(greeting)", 220), ("BDAT", 502), ("NOOP", 250)]


def test_an_unfinished_chunk_is_shown() -> None:
    session = converse("S: 220 mx")
    session.record(Sent(1, b"BDAT 5\r\nab"))
    session.record(Closed(2, "client"))
    assert session.rows[-2].text == "2 octets, unfinished"
    assert session.exchange(2).chunk == Chunk(2, b"ab", False, session.exchange(2).chunk.defects)  # type: ignore[union-attr]


def test_what_was_left_out_when_saved_counts() -> None:
    session = converse("S: 220 mx", "C: DATA", "S: 354 go")
    session.record(Sent(1, b"head\r\n", (), 1000, b"tail\r\n.\r\n", 7, "00"))
    unit = session.exchange(3).unit
    assert isinstance(unit, MailData)
    assert (unit.length, unit.lines) == (1015, 10)
    assert session.payloads == [(6, 1021)]
    assert session.settled_sent == 1021


# Secrets


def test_secrets_stop_at_the_events() -> None:
    session = converse(
        "S: 220 mx", "C: AUTH PLAIN AGFsaWNlAHNlY3JldA==", "S: 535 AGFsaWNlAHNlY3JldA== secret",
    )  # fmt: skip
    shown = repr(session.exchanges) + repr(session.rows)
    assert "AGFs" not in shown
    assert "secret" not in shown.replace("secrets", "")
    assert session.exchange(2).command_text == f"AUTH PLAIN {MASK}"
    assert session.rows[-1].text == f"{MASK} {MASK}"
    assert session.sent_secrets == [Secret(11, 31)]
    received = b"".join(each.octets for each in session.events if isinstance(each, Received))
    spans = [received[each.start : each.stop] for each in session.received_secrets]
    assert spans == [b"AGFsaWNlAHNlY3JldA==", b"secret"]


def test_spans_count_all_octets_of_the_session() -> None:
    session = converse("S: 220 mx", "C: EHLO x", "S: 250 mx", "C: DATA", "S: 354 go", "C: early")
    session = converse("S: 552 no", "C: rest\r\n.", session=session)
    session.record(Sent(1, b"HALF"))
    session.record(TlsEstablished(2))
    session.record(Sent(3, b"AUTH PL"))
    session.record(Sent(4, b"AIN AGFsaWNl"))
    ((start, stop),) = [(each.start, each.stop) for each in session.unsettled_secrets]
    assert stop - start == len(b"AGFsaWNl")
    assert session.settled_sent == start - len(b"AUTH PLAIN ")
    session.record(Sent(5, b"\r\n"))
    session.record(Connected(6, "", "192.0.2.1:25"))
    session.record(Sent(7, b"PASS hunter22\r\n"))
    sent = b"".join(each.octets for each in session.events if isinstance(each, Sent))
    assert [sent[each.start : each.stop] for each in session.sent_secrets] == [
        b"AGFsaWNl", b"hunter22",
    ]  # fmt: skip
    assert session.settled_sent == len(sent)


def test_a_secret_sent_again_is_masked_as_a_word() -> None:
    session = converse("S: 220 mx", "C: PASS hunter22", "S: 500 no", "C: NOOP hunter22 x")
    assert session.exchange(3).command_text == f"NOOP {MASK} x"
    unit = session.exchange(3).unit
    assert isinstance(unit, Command)
    assert unit.argument == f"{MASK} x"
    assert session.sent_secrets[-1].kind == "sasl"


def test_a_secret_sent_again_alone_after_auth_is_a_response() -> None:
    session = converse(
        "S: 220 mx", "C: AUTH LOGIN", "S: 334 UGFzc3dvcmQ6", "C: p@ss w0rd", "S: 535 no",
        "C: AUTH LOGIN", "S: 502 no", "C: p@ss",
    )  # fmt: skip
    assert session.exchange(3).verb == "(SASL response)"
    assert session.exchange(5).verb == "P@SS"
    session = converse(
        "S: 220 mx", "C: AUTH LOGIN", "S: 334 UGFzc3dvcmQ6", "C: p@ssw0rd", "S: 535 no",
        "C: AUTH LOGIN", "S: 502 no", "C: p@ssw0rd",
    )  # fmt: skip
    assert isinstance(session.exchange(5).unit, SaslResponse)
    assert session.rows[-1].text == MASK


def test_user_names_may_be_shown() -> None:
    session = converse(
        "S: 220 mx", "C: AUTH LOGIN YWxpY2UtaW4=", "S: 334 UGFzc3dvcmQ6", "C: aHVudGVyMjI=",
        "S: 535 alice-in hunter22", "C: AUTH LOGIN", "S: 334 VXNlcm5hbWU6", "C: Ym9iLWJvYg==",
        "S: 535 bob-bob", "C: MAIL FROM:<alice-in@b>", "S: 250 alice-in ok",
    )  # fmt: skip
    texts = [row.text for row in session.rows if row.kind is RowKind.REPLY]
    assert texts[2] == f"alice-in {MASK}"
    assert texts[4] == "bob-bob"
    assert texts[-1] == "alice-in ok"


def test_the_words_of_the_protocol_are_no_secrets() -> None:
    session = converse(
        "S: 220 mx", "C: AUTH LOGIN", "S: 334 UGFzc3dvcmQ6", "C: STARTTLS", "S: 501 no",
        "C: EHLO x", "S: 250-mx\r\n250 STARTTLS", "C: STARTTLS",
    )  # fmt: skip
    assert session.secrets == frozenset()
    assert session.situation.offers("STARTTLS")
    assert session.exchange(5).verb == "STARTTLS"


def test_masks_that_were_read_back_are_no_secrets() -> None:
    session = converse("S: 220 mx")
    session.record(Sent(1, f"AUTH PLAIN {MASK}\r\n".encode(), (Secret(11, 29),)))
    assert session.secrets == frozenset()
    assert session.sent_secrets == [Secret(11, 29)]
    assert not session.rows[-1].has_defects


def test_replies_are_held_unsettled_only_once_there_are_secrets() -> None:
    session = converse("S: 220 mx")
    session.record(Received(1, b"250-half\r\n25"))
    assert session.settled_received == 20
    session.record(Sent(2, b"PASS hunter22\r\n"))
    assert session.settled_received == 8
    session.record(Received(3, b"0 hunter22"))
    ((start, stop),) = [(each.start, each.stop) for each in session.unsettled_echoes]
    assert (start, stop) == (22, 30)


# Subscribers and speed


def test_subscribers_are_called_after_every_event() -> None:
    session, seen = Session(), []
    end = session.subscribe(lambda one: seen.append(len(one.rows)))
    session.record(Failed(1, "connect", "x"))
    session.record(Received(2, b"220 m"))
    session.record(Received(3, b"x\r\n"))
    end()
    session.record(Closed(4, "client"))
    assert seen == [1, 1, 2]


def test_a_subscriber_may_leave_when_called() -> None:
    session, seen = Session(), []

    def once(_: Session) -> None:
        seen.append("once")
        end()

    end = session.subscribe(once)
    session.subscribe(lambda _: seen.append("always"))
    session.record(Failed(1, "connect", "x"))
    session.record(Failed(2, "connect", "x"))
    assert seen == ["once", "always", "always"]


def test_the_rate_of_events(capsys: pytest.CaptureFixture[str]) -> None:
    session, count = Session(), 20_000
    began = time.perf_counter()
    for at in range(count):
        session.record(Sent(at, b"NOOP\r\n"))
        session.record(Received(at, b"250 2.0.0 Ok\r\n"))
    taken = time.perf_counter() - began
    assert len(session.exchanges) == count
    with capsys.disabled():
        print(f"\n  {2 * count / taken:,.0f} events/s, {taken / 2 / count * 1e6:.1f} µs each")
