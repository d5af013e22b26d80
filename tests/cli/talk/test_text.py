import json

import pytest

from smtpdebugger.cli.talk.json_lines import JsonView
from smtpdebugger.cli.talk.text import TextView, one_line
from smtpdebugger.protocol.sasl import MASK
from smtpdebugger.session.events import (
    Closed,
    Connected,
    Failed,
    Received,
    Remark,
    Sent,
    TlsEstablished,
    WireEvent,
)
from smtpdebugger.session.exchange import Exchange
from smtpdebugger.session.session import Session
from smtpdebugger.transcript.dialogue import read_dialogue
from tests.cli.talk.support import Talk, practice

CONNECTED = Connected(10, "mx.test", "192.0.2.1:587")
HELLO = (
    CONNECTED,
    Received(20, b"220 mx.test ESMTP\r\n"),
    Sent(30, b"EHLO me.test\r\n"),
    Received(40, b"250-mx.test\r\n250 CHUNKING\r\n"),
)


def unexplained(_: Exchange) -> None:
    return None


def shown(*events: WireEvent, **choices: bool) -> list[str]:
    session = Session()
    written: list[str] = []
    view = TextView(session, written.append, unexplained, **choices)
    for event in events:
        session.record(event)
        view.catch_up()
    view.finish(0)
    return "".join(written).splitlines()


def test_directions_tls_and_context() -> None:
    told = shown(
        *HELLO,
        Sent(50, b"STARTTLS\r\n"),
        Received(60, b"220 go\r\n"),
        TlsEstablished(70, "TLSv1.3"),
        Sent(80, b"NOOP\r\n"),
        Received(90, b"250 ok\r\n"),
        Remark(95, "a remark"),
        Closed(100, "server", ""),
    )

    assert told[0] == "# port 587"
    assert told[1].startswith("# Connected to mx.test [192.0.2.1:587]")
    assert told[2:] == [
        "S: 220 mx.test ESMTP",
        "C: EHLO me.test",
        "S: 250-mx.test",
        "S: 250 CHUNKING",
        "C: STARTTLS",
        "S: 220 go",
        "# tls",
        "# TLSv1.3",
        "C*: NOOP",
        "S*: 250 ok",
        "# a remark",
        "# closed server",
        "# Connection closed by the server",
    ]


def test_failures_stand_out() -> None:
    told = shown(Failed(5, "connect", "Nobody is there.", "Try another port."))

    assert told == ["#! connect: Nobody is there. Try another port."]


def test_times_on_request() -> None:
    assert shown(*HELLO, times=True)[2] == "  0.000020 S: 220 mx.test ESMTP"


def test_colours_on_request_and_always_ended() -> None:
    told = shown(*HELLO, Sent(50, b"X\r\n"), Received(60, b"500 no\r\n"), color=True)

    assert "\x1b[36mC: EHLO me.test\x1b[0m" in told
    assert "\x1b[31mS: 500 no\x1b[0m" in told
    assert all(line.endswith("\x1b[0m") for line in told)


@pytest.mark.parametrize(
    ("octets", "text"),
    [
        (b"250 ok\r\n", "250 ok"),
        (b"250 ok\n", "250 ok‹LF›"),
        (b"250 \x1b[2J\x07\r\n", "250 ‹ESC›[2J‹BEL›"),
        (b"250 a\rb\0\r\n", "250 a‹CR›b‹NUL›"),
        ("250 \u202egnp\r\n".encode(), "250 ⟨U+202E⟩gnp"),
        (b"250 ok", "250 ok‹no line end›"),
        (b"NOOP\r", "NOOP‹CR›‹no line end›"),
        (b"250 caf\xe9\r\n", "250 café"),
        (b"\r\n", ""),
    ],
)
def test_whatever_a_line_holds_it_is_one_harmless_line(octets: bytes, text: str) -> None:
    assert one_line(octets) == text


def test_no_terminal_escape_of_a_server_gets_through() -> None:
    told = shown(*HELLO, Sent(50, b"X\r\n"), Received(60, b"500 \x1b]0;evil\x07\x9b2J\r\n"))

    assert not any("\x1b" in line or "\x9b" in line for line in told)


def test_secrets_are_masked() -> None:
    told = shown(*HELLO, Sent(50, b"AUTH PLAIN AGEAc2VjcmV0\r\n"), Received(60, b"235 ok\r\n"))

    assert f"C: AUTH PLAIN {MASK}" in told


MAIL = (
    *HELLO,
    Sent(50, b"MAIL FROM:<a@b.test>\r\n"),
    Received(51, b"250 ok\r\n"),
    Sent(52, b"RCPT TO:<c@d.test>\r\n"),
    Received(53, b"250 ok\r\n"),
)
DATA = (*MAIL, Sent(54, b"DATA\r\n"), Received(55, b"354 go\r\n"))


def test_mail_data_is_shown_line_by_line() -> None:
    told = shown(*DATA, Sent(60, b"Subject: x\r\n\r\n..dot\r\n.\r\n"), Received(70, b"250 ok\r\n"))

    assert told[-5:] == ["C: Subject: x", "C: ", "C: ..dot", "C: .", "S: 250 ok"]


def test_of_long_mail_data_the_head_is_shown_and_the_dot() -> None:
    told = shown(*DATA, Sent(60, b"x" * 70 + b"\r\n" + b"y" * 9000 + b"\r\n.\r\n"))

    assert told[-4] == "C: " + "x" * 70
    assert told[-2] == "# 4981 more octets, not shown"
    assert told[-1] == "C: ."


def test_what_was_typed_is_not_shown_again() -> None:
    told = shown(*DATA, Sent(60, b"Subject: x\r\n.\r\n"), shows_mail_data=False)

    assert told[-1] == "# message: 15 octets of mail data (Subject: x)"


def test_chunks() -> None:
    told = shown(*MAIL, Sent(60, b"BDAT 7 LAST\r\nhello\r\n"), Received(70, b"250 ok\r\n"))

    assert told[-3:] == ["C: BDAT 7 LAST", "C: hello", "S: 250 ok"]


def test_pipelined_commands_keep_the_order_of_the_wire() -> None:
    told = shown(*HELLO, Sent(50, b"NOOP\r\nRSET\r\n"), Received(60, b"250 a\r\n250 b\r\n"))

    assert told[-4:] == ["C: NOOP", "C: RSET", "S: 250 a", "S: 250 b"]


def test_the_text_is_a_transcript_that_can_be_explained(talk: Talk) -> None:
    with practice("strict-postfix") as server:
        told = talk(server.port, "VRFY alice\n:starttls\nEHLO me.test\nEXPN staff\n", "--insecure")

    again = read_dialogue(told.out)
    assert again.situation.port == server_port(told.lines[0])
    assert [(each.verb, each.code) for each in again.exchanges] == [
        ("(greeting)", 220),
        ("EHLO", 250),
        ("VRFY", 502),
        ("STARTTLS", 220),
        ("EHLO", 250),
        ("EXPN", 500),
        ("QUIT", 221),
    ]
    assert again.exchanges[-1].before.tls
    assert not again.exchanges[2].before.tls


def server_port(line: str) -> int:
    return int(line.rpartition(" ")[2])


def test_a_login_is_told_step_by_step_and_masked() -> None:
    lines = shown(
        *HELLO,
        Sent(50, b"AUTH LOGIN\r\n"),
        Received(60, b"334 VXNlcm5hbWU6\r\n"),
        Sent(70, b"YWxpY2U=\r\n"),
        Received(80, b"334 UGFzc3dvcmQ6\r\n"),
        Sent(90, b"d29uZGVybGFuZA==\r\n"),
        Received(95, b"235 ok\r\n"),
    )

    assert "# LOGIN: asks Username:" in lines
    assert "# LOGIN: user alice" in lines
    assert f"# LOGIN: password {MASK}" in lines


def test_plain_lines_are_shown_as_the_others_are() -> None:
    many = [
        event
        for at in range(100, 1300, 2)
        for event in (Sent(at, b"NOOP\r\n"), Received(at + 1, b"250 2.0.0 Ok\r\n"))
    ]
    odd = [Sent(2000, b"NO\x01OP\r\n"), Received(2001, b"500 no\r\n"), Remark(2002, "a remark")]
    last = [Sent(2003, b"RSET\r\n"), Received(2004, b"250 ok\r\n"), Closed(2005, "server")]
    told = shown(*HELLO, TlsEstablished(50, "TLSv1.3"), *many, *odd, *last, times=True)

    assert told.count("  0.000500 C*: NOOP") == 1
    assert [line[11:] for line in told].count("C*: NOOP") == 600
    assert [line[11:] for line in told].count("S*: 250 2.0.0 Ok") == 600
    assert [line[11:] for line in told[-7:]] == [
        "C*: NO‹SOH›OP",
        "S*: 500 no",
        "# a remark",
        "C*: RSET",
        "S*: 250 ok",
        "# closed server",
        "# Connection closed by the server",
    ]


LMTP = """\
S: 220 x LMTP
C: LHLO a
S: 250 x
C: MAIL FROM:<a@x>
S: 250 ok
C: RCPT TO:<b@x>
S: 250 ok
C: RCPT TO:<c@x>
S: 250 ok
C: DATA
S: 354 go
C: y
C: .
S: 250 taken
S: 552 full
"""


def test_in_lmtp_each_reply_says_for_whom_it_is() -> None:
    session, told, objects = read_dialogue(LMTP), list[str](), list[str]()
    TextView(session, told.append, lambda _: None).catch_up()
    JsonView(session, objects.append, lambda _: None).catch_up()

    lines = "".join(told).splitlines()
    assert lines[-4:] == ["S: 250 taken", "# for <b@x>", "S: 552 full", "# for <c@x>"]
    exchanges = [json.loads(each) for each in "".join(objects).splitlines()]
    assert [each.get("recipient") for each in exchanges[-3:]] == [None, "b@x", "c@x"]
    again = read_dialogue("\n".join(lines))
    assert [each.verb for each in again.exchanges] == [each.verb for each in session.exchanges]
