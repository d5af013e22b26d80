"""STARTTLS agreed to, and then: plain text, garbage, nothing, an alert, an end."""

from __future__ import annotations

import pytest

from smtpdebugger.session.events import TlsEstablished
from tests.hostile.perform import Outcome, meet
from tests.peers.play import CLOSE, GREETING, HEAR, RESET, Step
from tests.transport.support import events

ALERT = b"\x15\x03\x03\x00\x02\x02\x28"
"""handshake_failure"""


def after_220(*steps: Step, loses: bool = True) -> Outcome:
    """A server that agrees to STARTTLS and goes on so; garbage that TLS took is TLS's."""
    ehlo = b"250-hostile.test\r\n250 STARTTLS\r\n"
    script = (GREETING, HEAR, ehlo, HEAR, b"220 go\r\n", *steps)
    outcome = meet(*script, loses=loses, security="starttls")
    assert events(outcome.client, TlsEstablished) == []
    assert ("STARTTLS", 220) in outcome.replies
    return outcome


def told(outcome: Outcome) -> str:
    return " ".join(what for _, what in outcome.failures)


def test_plain_text() -> None:
    outcome = after_220(b"250 hello\r\n", loses=False)
    assert "went on in clear" in told(outcome)
    assert any("Clear text came after the server agreed" in each for each in outcome.remarks)
    assert outcome.replies[-1] == ("(unsolicited)", 250)


@pytest.mark.parametrize("later", [False, True])
def test_an_injected_reply_in_the_same_segment_or_a_later_one(later: bool) -> None:
    stray = b"250-evil.test\r\n250 AUTH PLAIN\r\n"
    # STARTTLS is answered in one segment with the stray text, or a moment before.
    ehlo = b"250-hostile.test\r\n250 STARTTLS\r\n"
    steps: tuple[Step, ...] = (
        (b"220 go\r\n", 0.5, stray) if later else (b"220 go\r\n" + stray,)
    )  # fmt: skip
    outcome = meet(GREETING, HEAR, ehlo, HEAR, *steps, security="starttls")
    assert any("Clear text came after the server agreed" in each for each in outcome.remarks)
    assert outcome.replies[3] == ("(unsolicited)", 250)
    assert not outcome.client.session.situation.tls


def test_garbage() -> None:
    outcome = after_220(bytes(range(256)))
    assert outcome.failures
    assert outcome.end[0] == "client"


def test_garbage_that_looks_like_tls() -> None:
    outcome = after_220(b"\x16\x03\x03\x00\x04\x02\x00\x00\x00")
    assert [stage for stage, _ in outcome.failures] == ["tls"]


def test_nothing() -> None:
    outcome = after_220()
    assert told(outcome) == "The TLS handshake was not over within 30 s."
    assert outcome.end == ("client", "time-out")


def test_an_alert() -> None:
    outcome = after_220(ALERT)
    assert "no cipher or setting in common" in told(outcome)


def test_an_alert_of_another_kind_is_named() -> None:
    outcome = after_220(b"\x15\x03\x03\x00\x02\x02\x33")
    assert "the alert “decrypt error”" in told(outcome)


@pytest.mark.parametrize("end", [CLOSE, RESET])
def test_an_end(end: str) -> None:
    outcome = after_220(0.1, end)
    assert told(outcome) == "The server ended the connection during the TLS handshake."
    assert outcome.end[0] == ("server" if end == CLOSE else "network")


def test_a_refusal_though_it_was_offered_and_one_though_it_was_not() -> None:
    for offer in (b"250 STARTTLS\r\n", b"250 hostile.test\r\n"):
        outcome = meet(GREETING, HEAR, offer, HEAR, b"454 not now\r\n", CLOSE, security="starttls")
        assert ("STARTTLS", 454) in outcome.replies
        assert "refused STARTTLS with 454; the connection stays in clear" in told(outcome)
