"""Progress: what each answered exchange changes."""

import pytest

from smtpdebugger.protocol.state import State
from smtpdebugger.session.events import Connected
from smtpdebugger.session.session import Session
from tests.session.wire import converse

READY = ("S: 220 mx", "C: EHLO x", "S: 250-mx\r\n250-SIZE 7\r\n250 CHUNKING")
OPEN = (*READY, "C: MAIL FROM:<a@b>", "S: 250 ok", "C: RCPT TO:<c>", "S: 250 ok")


def test_the_greeting_is_kept_whatever_it_says() -> None:
    assert converse("S: 554 no").situation.greeting.code == 554  # type: ignore[union-attr]
    assert converse("S: hello").situation.greeting is None


def test_ehlo_tells_capabilities_and_where_they_come_from() -> None:
    now = converse(*READY).situation
    assert now.offers("CHUNKING")
    assert now.ehlo_exchange == 2
    assert now.hello is State.EHLO
    now = converse(*READY, "C: LHLO x", "S: 250 mx").situation
    assert not now.offers("CHUNKING")
    assert now.ehlo_exchange == 3


def test_helo_has_no_capabilities() -> None:
    now = converse(*READY, "C: HELO x", "S: 250 mx").situation
    assert now.capabilities is None
    assert now.ehlo_exchange is None
    assert now.hello is State.HELO
    assert now.state is State.HELO


def test_a_refusal_changes_nothing() -> None:
    session = converse(*OPEN, "C: EHLO y", "S: 502 no")
    assert session.exchange(5).after is session.exchange(5).before
    session = converse(*OPEN, "C: NOOP", "S: no code")
    assert session.exchange(5).after is session.exchange(5).before


def test_a_transaction() -> None:
    now = converse(*OPEN).situation
    assert (now.state, now.reverse_path, now.recipients) == (State.RCPT, "a@b", 1)
    now = converse(*OPEN, "C: RCPT TO:<d>", "S: 251 forwarded").situation
    assert now.recipients == 2
    now = converse(*READY, "C: MAIL FROM:a@b", "S: 250 ok").situation
    assert now.reverse_path == "", "a path that cannot be read is none, and not no transaction"


@pytest.mark.parametrize(
    "ending",
    [
        ("C: RSET", "S: 250 ok"),
        ("C: EHLO x", "S: 250 mx"),
        ("C: HELO x", "S: 250 mx"),
        ("C: DATA", "S: 354 go", "C: .", "S: 250 queued"),
        ("C: DATA", "S: 354 go", "C: .", "S: 451 later"),
        ("C: BDAT 0 LAST", "S: 250 queued"),
        ("C: QUIT", "S: 221 bye"),
        ("!tls",),
    ],
)
def test_what_ends_a_transaction(ending: tuple[str, ...]) -> None:
    now = converse(*OPEN, *ending).situation
    assert now.reverse_path is None
    assert now.recipients == 0


@pytest.mark.parametrize(
    "going_on",
    [("C: NOOP", "S: 250 ok"), ("C: DATA", "S: 503 no"), ("C: BDAT 0", "S: 250 ok")],
)
def test_what_does_not(going_on: tuple[str, ...]) -> None:
    now = converse(*OPEN, *going_on).situation
    assert (now.reverse_path, now.recipients) == ("a@b", 1)


@pytest.mark.parametrize(
    "login",
    [
        ("C: AUTH PLAIN x", "S: 235 ok"),
        ("C: AUTH LOGIN", "S: 334 x", "C: y", "S: 334 z", "C: y", "S: 235 ok"),
    ],
)
def test_authentication(login: tuple[str, ...]) -> None:
    session = converse(*READY, *login)
    assert session.situation.authenticated
    assert session.situation.state is State.EHLO
    assert not converse(*READY, *login[:-1], "S: 535 no").situation.authenticated


def test_help_names_verbs() -> None:
    session = converse(*READY, "C: HELP", "S: 214-Commands: helo, EHLO; (VRFY)\r\n214 XYZZY.")
    assert session.situation.helped == {"HELO", "EHLO", "VRFY"}
    session = converse("C: HELP x", "S: 211 NOOP", session=session)
    assert session.situation.helped == {"HELO", "EHLO", "VRFY", "NOOP"}


def test_tls_before_a_greeting_changes_no_state() -> None:
    assert converse("!connected", "!tls").situation.state is State.CONNECTED
    assert converse("S: 220 mx", "!tls").situation.state is State.GREETED


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (("S: 220 mx LMTP ready",), True),
        (("S: 220 mx ESMTP ready",), False),
        (("S: 220 mx ready", "C: LHLO x", "S: 250 mx"), True),
        (("S: 220 mx ready", "C: LHLO x", "S: 500 no"), False),
        (("S: 220 mx LMTP ready", "C: EHLO x", "S: 250 mx"), False),
        (("S: 220 mx LMTP ready", "C: HELO x", "S: 250 mx"), False),
        (("S: 220 mx ready", "C: LHLO x", "S: 250 mx", "!tls"), True),
    ],
)
def test_lmtp_shows_in_the_greeting_and_by_lhlo(lines: tuple[str, ...], expected: bool) -> None:
    assert converse(*lines).situation.lmtp is expected


def test_lmtp_may_be_what_the_client_came_for() -> None:
    session = Session()
    session.record(Connected(1, "mx", "192.0.2.1:24", lmtp=True))
    assert converse("S: 220 mx ready", session=session).situation.lmtp
