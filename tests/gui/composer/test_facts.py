"""What the composer reads from a session."""

from smtpdebugger.gui.composer.facts import (
    accepted_recipients,
    challenge,
    chunk_advice,
    delivery_advice,
    follows_auth,
    refused_verbs,
)
from tests.gui.stage import MAIL, RCPT, READY, session_of


def test_what_was_refused_in_a_situation_like_this() -> None:
    refused = (*READY, "C: VRFY a", "S: 502 no", "C: NOOP", "S: 500 no", "C: NOOP", "S: 250 ok")
    assert refused_verbs(session_of(*refused)) == {"VRFY": 502}
    assert refused_verbs(session_of(*refused, "C: STARTTLS", "S: 220 go", "TLS")) == {}
    assert refused_verbs(session_of(*READY, "C: VRFY a")) == {}


def test_whether_a_credential_may_be_on_its_way() -> None:
    assert follows_auth(session_of(*READY, "C: AUTH LOGIN", "S: 502 no"))
    assert not follows_auth(session_of(*READY, "C: AUTH LOGIN", "S: 502 no", "C: NOOP"))
    assert not follows_auth(session_of(*READY))


def test_what_a_challenge_asks() -> None:
    session = session_of(*READY, "C: AUTH login", "S: 334 VXNlcm5hbWU6")
    assert challenge(session) == ("LOGIN", "VXNlcm5hbWU6")
    assert challenge(session_of(*READY)) == ("", "")


def test_the_recipients_of_the_transaction_under_way() -> None:
    more = ("C: RCPT TO:<eve@example.test>", "S: 550 no", "C: RCPT TO:<c@d.test>", "S: 250 ok")
    assert accepted_recipients(session_of(*RCPT, *more)) == ("bob@example.test", "c@d.test")
    again = (*RCPT, "C: RSET", "S: 250 ok", *MAIL[-2:])
    assert accepted_recipients(session_of(*again)) == ()


def test_a_delivery_is_warned_of_except_in_practice() -> None:
    assert delivery_advice(session_of(), 3).level == "warning"
    practice = delivery_advice(session_of(origin="practice"), 3)
    assert (practice.level, practice.sentence) == (
        "note",
        "3 octets; the practice server discards them",
    )


def test_a_wrong_count_is_corrected_and_said_so() -> None:
    assert chunk_advice("BDAT 3 LAST", 3).level == "ok"
    advice = chunk_advice("BDAT 42 LAST", 3)
    assert (advice.level, advice.sentence) == ("note", "3 octets: the command will say 3")
