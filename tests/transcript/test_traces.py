"""Traces: the session in what programs print, as people paste it.

The files under traces/ are what the programs named by them print; those of curl, smtplib,
Net::SMTP, nodemailer and swaks were printed while they spoke to real servers.
"""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smtpdebugger.session.events import Closed, Connected
from smtpdebugger.session.session import Session
from smtpdebugger.transcript.dialogue import Step
from smtpdebugger.transcript.traces import completed, read_trace

TRACES = Path(__file__).parent / "traces"

WANTED = dict(
    line.split(": ", 1) for line in (TRACES.parent / "traces.txt").read_text("utf-8").splitlines()
)
"""For each file what it tells, in the words of ``told``."""


@pytest.mark.parametrize("name", sorted(each.name for each in TRACES.iterdir()))
def test_a_trace_is_read_as_the_session_it_tells(name: str) -> None:
    assert told(read(name)) == WANTED[name]


def test_a_continued_reply_keeps_its_lines() -> None:
    hello = read("exch.csv").exchange(2)

    assert hello.reply is not None
    assert len(hello.reply.lines) == 13
    assert "AUTH" in read("exch.csv").situation.capabilities  # type: ignore[operator]
    assert read("tshark.txt").situation.offers("PIPELINING")
    assert read("smtplib2.txt").exchange(4).code == 250


def test_the_address_is_taken_from_the_text_around_a_reply() -> None:
    assert read("gmail-bounce.txt").exchange(1).command_text == "RCPT TO:<bob@example.net>"
    assert read("pyexc3.txt").exchange(1).command_text == "MAIL FROM:<me@example.org>"
    assert read("postfix-log.txt").exchange(3).command_text == "RCPT TO:<eve@example.net>"


def test_a_log_of_single_replies_says_so() -> None:
    found = read_trace((TRACES / "qmail.txt").read_text("utf-8"))

    assert found is not None
    assert "single replies" in found[1][0]


def test_lines_that_are_no_part_are_counted() -> None:
    found = read_trace("S: 220 mx\nsomething else\nC: NOOP\nS: 250 ok\n")

    assert found is not None
    assert found[1] == ("1 line is no part of the session and left out.",)


def test_no_secret_of_a_trace_is_kept() -> None:
    session = read("symfony.txt")

    assert "AGFsaWNl" not in "".join(each.command_text for each in session.exchanges)


def test_a_quoted_reply_in_prose_is_found() -> None:
    found = read_trace("My provider answers:\n\n550 5.7.1 Relaying denied\n\nWhat now?\n")

    assert found is not None
    assert [each.code for each in found[0].exchanges] == [550]


@pytest.mark.parametrize("text", ["", "hello\n", "Dear all,\nsee you at 250 Main Street\n"])
def test_a_text_without_a_session_is_none(text: str) -> None:
    assert read_trace(text) is None


def test_the_end_of_a_message_that_is_not_shown_is_put_in() -> None:
    steps = completed([Step("client", "DATA"), Step("server", "354 go"), Step("server", "250 ok")])

    assert [each.text for each in steps] == ["DATA", "354 go", ".", "250 ok"]


def test_a_server_that_gave_up_waiting_ended_no_message() -> None:
    steps = completed([Step("server", "354 go"), Step("server", "421 timeout")])

    assert [each.text for each in steps] == ["354 go", "421 timeout"]


def test_a_greeting_after_goodbye_is_another_connection() -> None:
    steps = completed([Step("server", "221 bye"), Step("server", "220 mx")])

    assert [each.kind for each in steps] == ["server", "closed", "server"]


def test_the_port_goes_first_and_only_once() -> None:
    steps = completed([Step("tls"), Step("port", "465"), Step("server", "220 mx")])

    assert [each.kind for each in steps] == ["tls", "server"]


@given(st.text(alphabet="SC:<>-~=* \n\r\t[]0245bdEHLO'\"|.,", max_size=300))
def test_any_text_is_read_or_refused(text: str) -> None:
    found = read_trace(text)

    assert found is None or found[0].events is not None


def read(name: str) -> Session:
    """The session in one of the traces."""
    found = read_trace((TRACES / name).read_text("utf-8"))
    assert found is not None
    return found[0]


def told(session: Session) -> str:
    """A session in a line: verbs and codes, TLS, and where it was closed."""
    parts: list[tuple[int, str]] = []
    for each in session.exchanges:
        verb = {"(greeting)": "", "(end of mail data)": "(message)"}.get(each.verb, each.verb)
        verb = "(response)" if "SASL" in verb or verb == "(response)" else verb
        code = "?" if each.code is None else str(each.code)
        tls = "tls" if each.before.tls and verb else ""
        at = each.sent_at if each.sent_at is not None else each.replied_at
        parts.append((at or 0, " ".join(word for word in (verb, code, tls) if word)))
    parts += [
        (event.at, f"closed {event.by}") for event in session.events if isinstance(event, Closed)
    ]
    port = session.situation.port
    ordered = [text for _, text in sorted(parts, key=lambda part: part[0])]
    return " / ".join([f"port {port}", *ordered] if port else ordered)


def test_the_server_is_called_by_the_name_that_the_client_used() -> None:
    connected = read("curl-names-host.txt").log.events(0)[0]

    assert isinstance(connected, Connected)
    assert connected.peer == "localhost:21103"


@pytest.mark.parametrize(
    ("name", "beginning"),
    [
        ("curl-no-starttls.txt", "The client itself gave up: it was told to use STARTTLS"),
        ("ncat-one-side.txt", "It shows the server's side alone"),
    ],
)
def test_what_is_to_be_said_of_a_trace_is_said(name: str, beginning: str) -> None:
    found = read_trace((TRACES / name).read_text("utf-8"))

    assert found is not None
    assert any(note.startswith(beginning) for note in found[1])
