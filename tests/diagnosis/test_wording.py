"""Evidence from the words and codes of the reply."""

from smtpdebugger.diagnosis.evidence import observe
from smtpdebugger.diagnosis.wording import fitting_rows
from tests.diagnosis.cases import AUTH, EHLO, EXIM, POSTFIX, TRANSACTION, case_of, leading, seen_in


def test_a_known_servers_reply_names_its_cause_and_condition() -> None:
    found = seen_in(POSTFIX + "C: VRFY alice\nS: 502 5.5.1 VRFY command is disabled\n")

    seen = found["known-reply"]
    assert seen.cause == "command-disabled-by-admin"
    assert seen.values["server"] == "Postfix"
    assert str(seen.values["condition"])[0].isupper(), "VRFY is a name"
    assert seen.strength > 0.9


def test_a_reply_with_several_reasons_is_shared_among_them() -> None:
    text = POSTFIX.replace("S: 250-ETRN", "S: 250-STARTTLS") + (
        "C: AUTH PLAIN\nS: 503 5.5.1 Error: authentication not enabled\n"
    )
    case = case_of(text)

    assert {row.cause for row in fitting_rows(case, "postfix")} >= {
        "auth-not-enabled",
        "auth-requires-tls",
    }
    assert "known-reply-shared" in seen_in(text)


def test_rows_are_narrowed_by_verb() -> None:
    text = EXIM + "C: MAIL alice\nS: 500 unrecognized command\n"
    unknown = EXIM + "C: FOOBAR\nS: 500 unrecognized command\n"

    assert {row.cause for row in fitting_rows(case_of(text), "exim")} == {"syntax-args"}
    assert {row.cause for row in fitting_rows(case_of(unknown), "exim")} == {"command-unknown"}


def test_any_line_of_a_reply_may_be_the_known_one() -> None:
    text = EXIM + "C: FOO\nS: 500-unrecognized command\nS: 500 Too many unrecognized commands\n"

    assert "too-many-errors" in {row.cause for row in fitting_rows(case_of(text), "exim")}


def test_an_unknown_servers_words_are_matched_by_rules() -> None:
    found = seen_in(EHLO + "C: VRFY alice\nS: 550 VRFY is disabled\n")

    assert found["wording-clear"].cause == "command-disabled-by-admin"
    assert found["wording-clear"].strength == 1.0
    assert "known-reply" not in found


def test_rules_of_wording_count_little_beside_a_servers_own_table() -> None:
    found = seen_in(POSTFIX + "C: VRFY alice\nS: 502 5.5.1 VRFY command is disabled\n")

    assert found["wording-clear"].strength < 0.5


def test_codes_speak_alone_and_together_with_the_verb() -> None:
    auth = seen_in(EHLO + "C: AUTH PLAIN\nS: 504 no\n")

    assert {"code-504", "code-504-AUTH", "permanent-code"} <= set(auth)
    assert "transient-code" in seen_in(EHLO + "C: NOOP\nS: 450 no\n")
    assert "code-504-AUTH" not in seen_in(EHLO + "C: MAIL FROM:<> X=1\nS: 504 no\n")


def test_the_enhanced_code_of_a_mailbox() -> None:
    text = EHLO + "C: VRFY alice\nS: 550 5.1.1 no\n"

    assert seen_in(text)["enhanced-mailbox"].values["enhanced"] == "5.1.1"


def test_a_reply_without_a_code_says_nothing_by_code() -> None:
    found = seen_in(EHLO + "C: FOO\nS: what?\n")

    assert not {rule for rule in found if rule.startswith(("code", "permanent", "transient"))}


def test_a_condition_goes_on_in_small_letters() -> None:
    found = seen_in(POSTFIX + "C: AUTH PLAIN AGE=\nS: 535 5.7.8 Error: authentication failed: x\n")

    assert str(found["known-reply"].values["condition"]).startswith("the SASL back end")


def test_clear_words_say_more_than_a_temporary_code() -> None:
    assert "words-beyond-code" in seen_in(EHLO + "C: MAIL FROM:<>\nS: 451 DMARC failed\n")
    assert "words-beyond-code" not in seen_in(EHLO + "C: MAIL FROM:<>\nS: 451 Try later\n")


def test_a_row_for_another_verb_is_only_loosely_known() -> None:
    text = POSTFIX + "C: BURL x\nS: 555 5.5.4 Unsupported option: x\n"

    assert "known-reply" not in seen_in(text)


def test_words_about_something_else_speak_against_an_unknown_verb() -> None:
    assert "words-beyond-verb" in seen_in(EHLO + "C: FROB\nS: 500 Too many errors\n")
    assert "words-beyond-verb" not in seen_in(EHLO + "C: FROB\nS: 500 Unknown command\n")


def test_an_enhanced_code_that_stands_for_one_matter_says_more() -> None:
    rcpt = EHLO + "C: MAIL FROM:<>\nS: 250 ok\nC: RCPT TO:<a@b.test>\n"

    assert "enhanced-names" in seen_in(rcpt + "S: 550 5.1.1 no\n")
    assert "typical-enhanced" in seen_in(rcpt + "S: 450 4.1.1 not now\n")
    assert "typical-enhanced" in seen_in(EHLO + "C: FROB\nS: 500 5.5.1 no\n")


def test_words_that_would_have_met_any_verb() -> None:
    assert "words-before-any-verb" in seen_in(EHLO + "C: FROB\nS: 530 STARTTLS first\n")
    assert "words-before-any-verb" not in seen_in(EHLO + "C: MAIL FROM:<>\nS: 550 SPF failed\n")


def test_codes_that_have_nothing_to_do_with_the_order() -> None:
    assert "code-not-of-order" in seen_in("S: 220 x\nC: MAIL FROM:<>\nS: 550 no\n")
    assert "code-not-of-order" not in seen_in("S: 220 x\nC: MAIL FROM:<>\nS: 503 no\n")


def test_a_code_is_told_once_for_each_cause() -> None:
    case = case_of(EHLO + "C: FROB\nS: 500 no\n")
    usual = {each.cause for each in observe(case) if each.rule == "typical-code"}

    assert "command-unknown" not in usual
    assert "minimal-server" in usual


def test_clear_words_are_more_precise_than_a_rule() -> None:
    rcpt = EHLO + "C: MAIL FROM:<>\nS: 250 ok\nC: RCPT TO:<a@b.test>\n"

    assert "words-beyond-policy" in seen_in(rcpt + "S: 554 Mailbox over quota\n")
    assert "words-beyond-policy" not in seen_in(rcpt + "S: 554 Refused by local policy\n")


def test_a_full_mailbox_may_be_refused_with_a_permanent_code() -> None:
    text = EHLO + "C: MAIL FROM:<>\nS: 250 ok\nC: RCPT TO:<a@b.test>\n"

    assert "permanent-code" not in seen_in(text + "S: 552 mailbox full\n")
    assert "code-552-RCPT" in seen_in(text + "S: 552 no\n")
    assert "permanent-code" in seen_in(text + "S: 550 no such user\n")


def test_an_enhanced_code_about_something_else_than_the_address() -> None:
    text = EHLO + "C: MAIL FROM:<>\nS: 250 ok\nC: RCPT TO:<a@b.test>\n"

    assert "enhanced-not-mailbox" in seen_in(text + "S: 550 5.7.1 no\n")
    assert "enhanced-not-mailbox" not in seen_in(text + "S: 550 5.2.0 no\n")


def test_a_code_of_security_beside_552_is_not_about_size() -> None:
    text = EHLO + TRANSACTION + "C: DATA\nS: 552 5.7.0 We take no such thing\n"

    assert "enhanced-security" in seen_in(text)
    assert leading(text) == "policy"


def test_the_free_text_behind_postfixs_words_decides() -> None:
    start = (
        "S: 220 mx.example.test ESMTP Postfix\nC: EHLO me\nS: 250-mx.example.test\n"
        "S: 250-PIPELINING\nS: 250-ENHANCEDSTATUSCODES\nS: 250 DSN\n"
        "C: MAIL FROM:<ann@example.test>\nS: 250 2.1.0 Ok\nC: RCPT TO:<bob@example.test>\n"
        "S: 554 5.7.1 <bob@example.test>: Recipient address rejected: "
    )

    assert leading(start + "Session encryption is required\n") == "tls-required-first"
    assert leading(start + "Access denied\n") == "policy"
    assert leading(start + "closed for our holidays\n") == "policy"
    assert leading(start + "no such user\n") == "mailbox-unknown"


def test_a_temporary_code_of_the_system_is_no_rule() -> None:
    text = EHLO + TRANSACTION + "C: DATA\nS: 451 4.3.0 rejected, the directory is away\n"

    assert "enhanced-system" in seen_in(text)
    assert leading(text) == "resource-temporary"


def test_504_to_a_response_is_about_no_mechanism() -> None:
    login = AUTH + "C: AUTH PLAIN\nS: 334 \nC: !!!\nS: 504 Invalid authentication string\n"

    assert "code-504-AUTH" not in seen_in(login)
    assert "code-504-AUTH" in seen_in(AUTH + "C: AUTH PLAIN\nS: 504 no\n")


def test_a_mailbox_that_is_closed_for_now_is_not_gone() -> None:
    sent = EHLO + "C: MAIL FROM:<>\nS: 250 ok\nC: RCPT TO:<soon@example.test>\n"

    for_now = seen_in(sent + "S: 450 4.2.1 opening on Monday\n")["enhanced-mailbox"]
    for_good = seen_in(sent + "S: 550 5.2.1 closed\n")["enhanced-mailbox"]
    assert for_now.strength < for_good.strength == 1.0
