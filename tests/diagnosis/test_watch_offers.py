"""EHLO replies under the watchdog's eye, and whether they were true."""

import pytest

from smtpdebugger.diagnosis.model import Finding
from smtpdebugger.diagnosis.watchdog import all_findings
from tests.diagnosis.cases import knowledge
from tests.diagnosis.watched import watched


def found_in(offers: tuple[str, ...], *steps: str) -> list[Finding]:
    lines = ["S:250-mx", *(f"S:250-{each}" for each in offers)]
    lines[-1] = lines[-1].replace("250-", "250 ", 1)
    return all_findings(watched("S:220 mx.example.test", "C:EHLO me", *lines, *steps), knowledge())


def rules(offers: tuple[str, ...], *steps: str) -> list[str]:
    return [each.rule for each in found_in(offers, *steps)]


def test_the_changes_are_named() -> None:
    (found,) = found_in(("SIZE 5", "DSN"), "C:EHLO me", "S:250-mx", "S:250-SIZE 9", "S:250 HELP")
    assert found.rule == "offers-changed"
    assert "DSN is gone; HELP is new; SIZE 5 became SIZE 9" in found.sentence


def test_starttls_that_vanishes_inside_tls_is_as_it_should_be() -> None:
    tls = ("C:STARTTLS", "S:220 go", "tls", "C:EHLO me", "S:250-mx", "S:250 DSN")
    assert rules(("STARTTLS", "DSN"), *tls) == []


@pytest.mark.parametrize("mechanisms", ["CRAM-MD5 SCRAM-SHA-1", "SCRAM-SHA-256 EXTERNAL"])
def test_mechanisms_that_hide_the_password_may_be_offered_in_clear(mechanisms: str) -> None:
    assert rules((f"AUTH {mechanisms}",)) == []


def test_both_auth_lines_alike_are_no_finding() -> None:
    assert rules(("AUTH CRAM-MD5 SCRAM-SHA-1", "AUTH=SCRAM-SHA-1 CRAM-MD5")) == []


def test_a_keyword_with_two_meanings_is_told_apart() -> None:
    (same,) = found_in(("DSN", "DSN"))
    (other,) = found_in(("SIZE 5", "SIZE 9"))
    assert "different parameters" not in same.sentence
    assert "different parameters" in other.sentence


def test_a_refusal_is_a_broken_promise_only_if_it_was_promised() -> None:
    assert rules(("STARTTLS",), "C:STARTTLS", "S:454 not now") == []
    assert rules(("STARTTLS",), "C:STARTTLS", "S:502 no") == ["offered-but-refused"]
    assert rules(("DSN",), "C:STARTTLS", "S:502 no") == []


def test_vrfy_needs_no_keyword() -> None:
    assert rules(("DSN",), "C:VRFY a", "S:252 maybe") == []


def test_a_parameter_is_known_by_its_value() -> None:
    body = "C:MAIL FROM:<> BODY=BINARYMIME"
    assert rules(("8BITMIME", "BINARYMIME", "CHUNKING"), body, "S:250 ok") == []
    assert rules(("8BITMIME",), body, "S:250 ok") == ["parameter-not-offered"]


def test_a_value_that_no_extension_has_breaks_no_promise() -> None:
    assert rules(("8BITMIME",), "C:MAIL FROM:<> BODY=9BIT", "S:501 unknown BODY type") == []
    assert rules(("8BITMIME",), "C:MAIL FROM:<> BODY=8BITMIME", "S:501 no") == ["parameter-refused"]


def test_the_size_that_mail_announced_is_forgotten_with_the_next_mail() -> None:
    small = ("C:MAIL FROM:<> SIZE=9", "S:250 ok", "C:RSET", "S:250 ok")
    send = ("C:MAIL FROM:<>", "S:250 ok", "C:RCPT TO:<a@b.example>", "S:250 ok", "C:DATA",
            "S:354 go", "c:" + "line\r\n" * 300 + ".\r\n", "S:250 ok")  # fmt: skip
    assert rules(("SIZE 0",), *small, *send) == []


def test_ehlo_after_a_refused_ehlo_makes_helo_right() -> None:
    session = watched("S:220 mx.example.test", "C:EHLO me", "S:502 no", "C:HELO me", "S:250 mx")
    assert [each.rule for each in all_findings(session, knowledge())] == ["ehlo-refused"]


def test_inside_tls_a_password_is_safe() -> None:
    session = watched("S:220 mx.example.test", "tls", "C:EHLO me", "S:250-mx", "S:250 AUTH PLAIN",
                      "C:AUTH PLAIN AGEAc2VjcmV0", "S:235 ok")  # fmt: skip
    assert all_findings(session, knowledge()) == []


def test_old_mechanisms_alone_are_told() -> None:
    assert "old-mechanisms-only" in rules(("AUTH CRAM-MD5 DIGEST-MD5",))
    assert "old-mechanisms-only" not in rules(("AUTH CRAM-MD5 SCRAM-SHA-256",))
    assert "old-mechanisms-only" not in rules(("SIZE 5",))
    # What is offered inside TLS may be more.
    assert "old-mechanisms-only" not in rules(("AUTH CRAM-MD5", "STARTTLS"))
