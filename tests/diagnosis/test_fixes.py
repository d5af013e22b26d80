"""Advice: the server's own setting first, placeholders filled."""

import re

import pytest

from smtpdebugger.diagnosis.fixes import _kept, fill, settings, words_for
from tests.diagnosis.cases import (
    AUTH,
    EHLO,
    EXIM,
    POSTFIX,
    TRANSACTION,
    case_of,
    cause_of,
    diagnosis_of,
    knowledge,
)

DISABLED = "C: VRFY alice\nS: 502 5.5.1 VRFY command is disabled\n"


def test_the_administrator_is_told_the_line_and_what_it_exposes() -> None:
    told = cause_of(POSTFIX + DISABLED, "command-disabled-by-admin").fixes.administrator

    assert "disable_vrfy_command = no" in told[0]
    assert told[0].startswith("Postfix: ")
    assert told[1].startswith("Before you do: ")
    assert len(told) >= 3


def test_the_setting_of_exim() -> None:
    case = case_of(EXIM + "C: EXPN staff\nS: 550 Administrative prohibition\n")

    assert any("acl_smtp_expn" in line for line in settings(case, "command-disabled-by-admin"))


def test_no_setting_for_another_cause_or_an_unknown_server() -> None:
    assert settings(case_of(POSTFIX + DISABLED), "command-unknown") == ()
    assert settings(case_of(EHLO + DISABLED), "command-disabled-by-admin") == ()


def test_placeholders_are_filled_and_sentences_begin_with_a_capital() -> None:
    case = case_of(EHLO + "C: VRFY alice\nS: 502 no\n")

    assert fill(case, "{server} refuses {verb} with {code}.") == (
        "The server refuses VRFY with 502."
    )
    assert fill(case, "No. {server} refuses.") == "No. The server refuses."
    assert fill(case, "With {verb}.") == "With VRFY."


def test_every_cause_has_advice_for_everybody_without_placeholders() -> None:
    case = case_of(EHLO + "C: VRFY alice\nS: 502 no\n")
    for cause in knowledge().causes.values():
        fixes = words_for(case, cause).fixes
        for told in (fixes.sender, fixes.developer, fixes.administrator):
            assert told
            assert not any("{verb}" in line or "{server}" in line for line in told)


def test_an_empty_line_and_a_sasl_response_have_words_of_their_own() -> None:
    empty = cause_of(EHLO + "C: \nS: 500 Error: bad syntax\n", "syntax-args")
    login = AUTH + "C: AUTH LOGIN\nS: 334 VXNlcm5hbWU6\nC: *\nS: 501 5.7.0 cancelled\n"
    cancelled = cause_of(login, "syntax-args")

    assert empty.sentence == "An empty line is no command, and the server refused it as one."
    assert "the empty line" not in " ".join(empty.fixes.sender)
    assert cancelled.sentence.startswith("The login was cancelled")
    assert "AUTH" in cancelled.fixes.sender[0]


def test_no_sentence_of_a_cause_stumbles_over_what_is_no_verb() -> None:
    text = EHLO + TRANSACTION + "C: DATA\nS: 354 go\nC: hi\nC: .\nS: 554 5.7.1 refused here\n"
    case = case_of(text)

    told = [fill(case, cause.sentence) for cause in knowledge().causes.values()]

    assert not [each for each in told if re.search(r"(?i)\b(the|this|an?|your) the\b", each)]


def test_no_starttls_is_advised_where_none_is_offered() -> None:
    text = (
        EHLO.replace("S: 250-STARTTLS\n", "") + "C: AUTH PLAIN\nS: 538 5.7.11 Encryption required\n"
    )
    cause = diagnosis_of(text).causes[0]

    assert cause.id == "auth-requires-tls"
    assert not any("Send STARTTLS" in each for each in cause.fixes.sender)


def test_a_product_is_written_as_its_makers_write_it() -> None:
    diagnosis = diagnosis_of(
        "S: 220 h Python SMTP 1.4.4\nC: EHLO a\nS: 250-h\nS: 250 HELP\n"
        "C: AUTH PLAIN AGEAYg==\n"
        "S: 538 5.7.11 Encryption required for requested authentication mechanism\n"
        "C: MAIL FROM:<a@b.test> SIZE=9\n"
        "S: 555 MAIL FROM parameters not recognized or not implemented\nC: FROB\n"
        'S: 500 Error: command "FROB" not recognized\n'
    )

    assert diagnosis.server.name == "aiosmtpd"
    assert diagnosis.summary.startswith("aiosmtpd")


def test_words_that_are_remembered_are_those_of_the_case_at_hand(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("smtpdebugger.diagnosis.fixes.MOST_KEPT", 3)
    cases = [
        case_of(opening + f"C: {line}\nS: {code} no\n")
        for opening in (EHLO, POSTFIX)
        for line in ("VRFY a", "", "MAIL FROM:<a@b.example>")
        for code in (502, 550)
    ]
    causes = [knowledge().causes[each] for each in ("syntax-args", "command-disabled-by-admin")]
    told = [words_for(case, cause) for case in cases for cause in causes]
    kept = knowledge().derived(_kept)

    assert len(kept) <= 3
    for case, cause, words in zip(
        (case for case in cases for _ in causes), causes * len(cases), told, strict=True
    ):
        kept.clear()
        assert words_for(case, cause) == words
    assert len(set(told)) > 4


def test_an_uncertain_server_is_told_as_a_supposition() -> None:
    diagnosis = diagnosis_of(
        "S: 220 mx.example.test ESMTP Postfix\nC: VRFY bob\nS: 502 5.5.1 VRFY command is disabled\n"
    )
    (cause, *_) = diagnosis.causes

    assert 0.5 < diagnosis.server.confidence < 0.9
    assert any(fix.startswith("If this is Postfix: ") for fix in cause.fixes.administrator)
    told = [cause.sentence, cause.explanation, *(each.sentence for each in cause.evidence)]
    told += [*cause.fixes.sender, *cause.fixes.developer, *cause.fixes.administrator]
    assert not [each for each in told if "Postfix" in each and "if this is" not in each.lower()]


def test_recipients_that_nobody_named_were_not_refused() -> None:
    mail = EHLO + "C: MAIL FROM:<a@b.test>\nS: 250 ok\n"
    none = cause_of(mail + "C: DATA\nS: 503 RCPT first\n", "need-rcpt-first").fixes
    refused = cause_of(
        mail + "C: RCPT TO:<x@b.test>\nS: 550 no\nC: DATA\nS: 503 RCPT first\n", "need-rcpt-first"
    ).fixes
    cut = cause_of("C: DATA\nS: 503 RCPT first\n", "need-rcpt-first").fixes

    assert none.sender[0].startswith("Name a recipient with RCPT TO")
    assert refused.sender[0].startswith("Look at the replies to RCPT")
    assert cut == refused


@pytest.mark.parametrize(("verb", "instead"), [("TURN", "ETRN"), ("SOML FROM:<a@b.test>", "MAIL")])
def test_a_verb_given_up_has_its_own_successor(verb: str, instead: str) -> None:
    told = cause_of(EHLO + f"C: {verb}\nS: 502 no\n", "command-obsolete").fixes.sender

    assert len(told) == 1
    assert instead in told[0]


def test_chunks_that_are_under_way_are_ended_or_dropped() -> None:
    text = EHLO + TRANSACTION + "C: BDAT 3\nC: a\nS: 250 ok\nC: DATA\nS: 503 no\n"
    told = cause_of(text, "bad-sequence").fixes.sender

    assert told == (
        "End the message with BDAT … LAST, or drop it with RSET and begin with MAIL again.",
    )


def test_a_transaction_that_nobody_began_was_not_refused() -> None:
    reset = EHLO + TRANSACTION + "C: RSET\nS: 250 ok\nC: RCPT TO:<a@b.test>\nS: 503 no\n"
    refused = EHLO + "C: MAIL FROM:<a@b.test>\nS: 550 no\nC: RCPT TO:<a@b.test>\nS: 503 no\n"

    assert "RSET" in cause_of(reset, "need-mail-first").fixes.developer[0]
    assert "MAIL is refused" in cause_of(refused, "need-mail-first").fixes.developer[0]


def test_a_verb_of_another_protocol_will_not_come_with_a_newer_version() -> None:
    cause = cause_of(EHLO + "C: CAPA\nS: 500 5.5.1 Unknown command\n", "command-unknown")

    assert cause.sentence.startswith("CAPA is a command of another protocol")
    assert "newer version" not in " ".join(cause.fixes.administrator)


def test_a_header_field_is_no_command_of_another_protocol() -> None:
    text = EHLO + "C: From: ann@example.test\nS: 500 5.5.1 Unknown command\n"

    assert "another protocol" not in cause_of(text, "command-unknown").sentence
