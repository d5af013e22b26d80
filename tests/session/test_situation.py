"""Situations: what the client could know at a moment."""

from smtpdebugger.protocol.state import State
from smtpdebugger.session.events import Connected, Received
from smtpdebugger.session.session import Session
from smtpdebugger.session.situation import Situation
from tests.session.wire import converse


def test_at_the_beginning_nothing_is_known_and_nothing_legal() -> None:
    now = Situation()
    assert not now.offers("SIZE")
    assert now.legal_verbs == ()
    assert not now.permits("EHLO")


def test_what_is_offered_and_permitted() -> None:
    now = converse("S: 220 mx", "C: EHLO x", "S: 250-mx\r\n250 STARTTLS").situation
    assert now.offers("starttls")
    assert not now.offers("SIZE")
    assert now.permits("MAIL")
    assert now.permits("STARTTLS")
    assert not now.permits("RCPT")
    assert set(now.legal_verbs) >= {"MAIL", "STARTTLS", "AUTH", "QUIT"}


def test_after_the_end_nothing_is_permitted() -> None:
    now = converse("S: 220 mx", "C: EHLO x", "S: 250 mx", "!closed").situation
    assert not now.permits("NOOP")
    assert now.legal_verbs == ()
    assert now.state is State.CLOSED


def test_tls_and_authentication_forbid_themselves_again() -> None:
    now = converse("S: 220 mx", "!tls", "C: EHLO x", "S: 250 mx", "C: AUTH X y", "S: 235 ok")
    assert now.situation.authenticated
    assert not now.situation.permits("STARTTLS")
    assert not now.situation.permits("AUTH")


def test_a_situation_remembers_when_its_connection_stood() -> None:
    session = Session()
    session.record(Connected(1500, "mx", "192.0.2.1:25"))
    session.record(Received(9000, b"220 mx\r\n"))
    assert session.exchange(1).before.connected_at == 1500
    assert session.situation.connected_at == 1500
