"""Dialogues: plain C:/S: transcripts, and what they may leave out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smtpdebugger.protocol.command import MailData, SaslResponse
from smtpdebugger.protocol.state import State
from smtpdebugger.session.events import Closed, Connected, TlsEstablished
from smtpdebugger.transcript.dialogue import DialogueError, looks_like_dialogue, read_dialogue

SHORT = """\
S: 220 mail.example.test ESMTP
C: EHLO client.example.test
S: 250-mail.example.test
S: 250 STARTTLS
"""


def test_lines_become_exchanges_in_order() -> None:
    session = read_dialogue(SHORT + "C: VRFY alice\nS: 502 5.5.1 no\n")

    assert [(each.verb, each.code) for each in session.exchanges] == [
        ("(greeting)", 220),
        ("EHLO", 250),
        ("VRFY", 502),
    ]
    assert session.situation.offers("STARTTLS")
    assert session.header.origin == "import"


def test_the_port_and_remarks() -> None:
    session = read_dialogue("# a remark\n\n# port 587\n!  finding\n" + SHORT)

    assert session.situation.port == 587
    assert read_dialogue(SHORT).situation.port is None


def test_a_port_that_comes_too_late_is_an_error() -> None:
    with pytest.raises(DialogueError, match="Line 5"):
        read_dialogue(SHORT + "# port 25\n")


def test_tls_from_the_first_octet() -> None:
    session = read_dialogue("# port 465\n# tls\n" + SHORT)

    connected = session.events[0]
    assert isinstance(connected, Connected)
    assert (connected.tls, connected.port) == (True, 465)
    assert session.exchange(2).before.tls
    assert session.situation.state is State.EHLO


def test_tls_from_here_on() -> None:
    session = read_dialogue(SHORT + "C: STARTTLS\nS: 220 go\n# tls\nC: MAIL FROM:<>\nS: 503 no\n")

    assert session.exchange(4).before.tls
    assert session.exchange(4).before.hello is State.GREETED
    assert sum(isinstance(event, TlsEstablished) for event in session.events) == 1


@pytest.mark.parametrize("hello", ["EHLO me", "HELO me", "ehlo me"])
def test_starttls_and_a_new_hello_imply_tls(hello: str) -> None:
    session = read_dialogue(SHORT + f"C: STARTTLS\nS: 220 go\nC: {hello}\nS: 250 hi\n")

    assert session.exchange(4).before.tls
    assert session.situation.before_tls is not None


@pytest.mark.parametrize("line", ["QUIT", "NOOP"])
def test_starttls_and_anything_else_do_not(line: str) -> None:
    session = read_dialogue(SHORT + f"C: STARTTLS\nS: 220 go\nC: {line}\nS: 250 hi\n")

    assert not session.situation.tls


def test_a_refused_starttls_is_no_tls() -> None:
    session = read_dialogue(SHORT + "C: STARTTLS\nS: 454 no\nC: EHLO me\nS: 250 hi\n")

    assert not session.situation.tls


@pytest.mark.parametrize(
    ("mark", "by"),
    [
        ("# closed", "server"),
        ("# closed server", "server"),
        ("# closed by the server", "server"),
        ("# closed client", "client"),
        ("# CLOSED network", "network"),
    ],
)
def test_who_closed(mark: str, by: str) -> None:
    event = read_dialogue(SHORT + mark + "\n").events[-1]

    assert isinstance(event, Closed)
    assert event.by == by


def test_after_a_close_the_next_line_is_a_new_connection() -> None:
    session = read_dialogue(SHORT + "# closed server\n" + SHORT)

    assert sum(isinstance(event, Connected) for event in session.events) == 2
    assert [each.is_greeting for each in session.exchanges] == [True, False, True, False]


def test_mail_data_chunks_and_credentials() -> None:
    session = read_dialogue(
        SHORT
        + "C: AUTH LOGIN\nS: 334 VXNlcm5hbWU6\nC: YWxpY2U=\nS: 235 ok\n"
        + "C: MAIL FROM:<>\nS: 250 ok\nC: RCPT TO:<a@example.test>\nS: 250 ok\n"
        + "C: DATA\nS: 354 go\nC: Subject: hi\nC:\nC: text\nC: .\nS: 250 queued\n"
    )

    units = [type(each.unit) for each in session.exchanges]
    assert SaslResponse in units
    assert MailData in units
    assert session.exchanges[-1].code == 250


def test_spelling_is_forgiven() -> None:
    session = read_dialogue("\ufeff  s: 220 x\r\nc:NOOP\r\nS:250 ok\r\n")

    assert [each.code for each in session.exchanges] == [220, 250]


def test_an_empty_command() -> None:
    session = read_dialogue("S: 220 x\nC:\nS: 500 no\n")

    assert session.exchange(2).verb == ""


def test_control_characters_stay_in_their_line() -> None:
    session = read_dialogue("S: 220 x\nC: VRFY a\x1cb\rc\nS: 500 no\n")

    assert session.exchange(2).command_text == "VRFY a\x1cb\rc"


def test_a_line_that_fits_nothing_is_named() -> None:
    with pytest.raises(DialogueError, match=r"Line 5 .*hello there"):
        read_dialogue(SHORT + "hello there\n")


@pytest.mark.parametrize("text", ["", "\n\n", "# only a remark\n"])
def test_a_text_without_a_session_is_an_error(text: str) -> None:
    with pytest.raises(DialogueError, match="no line of a session"):
        read_dialogue(text)


def test_order_is_told_by_rising_times() -> None:
    times = [event.at for event in read_dialogue(SHORT + "C: NOOP\nS: 250 ok\n").events]

    assert times == sorted(times)
    assert len(set(times)) == len(times)


def test_pipelined_commands_are_seen_as_sent_ahead() -> None:
    session = read_dialogue(SHORT + "C: MAIL FROM:<>\nC: RCPT TO:<a@b.c>\nS: 250 a\nS: 250 b\n")
    mail, rcpt = session.exchange(3), session.exchange(4)

    assert mail.replied_at is not None
    assert rcpt.sent_at is not None
    assert rcpt.sent_at < mail.replied_at


def test_what_looks_like_a_dialogue() -> None:
    assert looks_like_dialogue("some text\nS: 220 x\n")
    assert looks_like_dialogue("S:220 x")
    assert not looks_like_dialogue("HTTPS: secure\nCC: nobody\n")


@given(st.text(alphabet="SCsc:# \n\r.\t0125abA<>\x00é", max_size=200))
def test_any_text_is_a_session_or_a_sentence(text: str) -> None:
    try:
        session = read_dialogue(text)
    except DialogueError as error:
        assert str(error)
    else:
        assert session.events


def test_an_asterisk_marks_lines_under_tls() -> None:
    session = read_dialogue("S: 220 x\nC: STARTTLS\nS: 220 go\nC*: NOOP\nS*: 250 ok\n")

    assert [(each.verb, each.code, each.before.tls) for each in session.exchanges] == [
        ("(greeting)", 220, False),
        ("STARTTLS", 220, False),
        ("NOOP", 250, True),
    ]
    assert looks_like_dialogue("C*: NOOP")
