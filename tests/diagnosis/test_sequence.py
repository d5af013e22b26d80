"""Evidence from the order of things."""

import pytest

from tests.diagnosis.cases import AUTH, EHLO, EXIM, TRANSACTION, seen_in

GREETING = "S: 220 mail.example.test ESMTP\n"
HELO = GREETING + "C: HELO me\nS: 250 hi\n"
TLS = EHLO + "C: STARTTLS\nS: 220 go\n# tls\n"


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        (GREETING + "C: MAIL FROM:<>\n", "before-hello"),
        (GREETING + "C: VRFY a\n", "before-hello-allowed"),
        (TLS + "C: MAIL FROM:<>\n", "before-hello-after-tls"),
        (EHLO + "C: MAIL FROM:<>\n", "hello-accepted"),
        (HELO + "C: STARTTLS\n", "helo-session"),
        (HELO + "C: BDAT 5 LAST\n", "helo-session"),
        (EHLO + "C: STARTTLS\n", "ehlo-session"),
        (EHLO + "C: RCPT TO:<a@example.test>\n", "no-mail"),
        (EHLO + "C: DATA\n", "no-mail"),
        (EHLO + "C: MAIL FROM:<>\nS: 250 ok\nC: DATA\n", "no-recipient"),
        (EHLO + TRANSACTION + "C: MAIL FROM:<>\n", "open-transaction"),
        (AUTH + TRANSACTION + "C: AUTH PLAIN\n", "open-transaction"),
        (EHLO + "C: NOOP\n", "in-order"),
        (TLS + "C: EHLO me\nS: 250 x\nC: STARTTLS\n", "tls-active"),
        (AUTH + "C: AUTH PLAIN AGEAYg==\nS: 235 ok\nC: AUTH PLAIN\n", "already-authenticated"),
        (EHLO + "C: EHLO again\n", "hello-repeated"),
    ],
)
def test_what_came_before_matters(text: str, rule: str) -> None:
    assert rule in seen_in(text + "S: 503 no\n")


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        (EHLO + "C: MAIL FROM:<>\n", "before-hello"),
        (EHLO + "C: TURN\n", "helo-session"),
        (HELO + "C: TURN\n", "helo-session"),
        (HELO + "C: MAIL FROM:<>\n", "helo-session"),
        (EHLO + TRANSACTION + "C: DATA\n", "no-recipient"),
        (EHLO + TRANSACTION + "C: VRFY a\n", "open-transaction"),
        (EHLO + "C: FOO\n", "in-order"),
        (TLS + "C: EHLO me\n", "hello-repeated"),
        (GREETING + "C: EHLO me\n", "hello-repeated"),
    ],
)
def test_what_did_not_come_before_is_not_told(text: str, rule: str) -> None:
    assert rule not in seen_in(text + "S: 503 no\n")


def test_the_refusal_behind_a_missing_step_is_named() -> None:
    mail = EHLO + "C: MAIL FROM:<>\nS: 550 no\nC: RCPT TO:<a@example.test>\nS: 503 no\n"
    rcpt = EHLO + "C: MAIL FROM:<>\nS: 250 ok\nC: RCPT TO:<a@example.test>\nS: 550 no\n"

    assert seen_in(mail)["mail-refused"].exchange == 3
    assert seen_in(rcpt + "C: DATA\nS: 503 no\n")["recipient-refused"].exchange == 4


def test_after_sender_and_recipients_it_is_the_message_that_is_refused() -> None:
    sent = EHLO + TRANSACTION + "C: DATA\nS: 354 go\nC: Hello\nC: .\n"

    assert "message-judged" in seen_in(sent + "S: 550 no\n")
    assert "message-judged" not in seen_in(sent + "S: 451 not now\n")
    assert "message-judged" not in seen_in(sent.replace("C: EHLO", "C: LHLO") + "S: 550 no\n")


def test_a_refusal_that_was_made_good_is_not_the_reason() -> None:
    text = EHLO + "C: MAIL FROM:<a@>\nS: 501 no\nC: MAIL FROM:<>\nS: 250 ok\nC: RSET\nS: 250 ok\n"
    seen = seen_in(text + "C: RCPT TO:<a@example.test>\nS: 503 no\n")

    assert "no-mail" in seen
    assert "mail-refused" not in seen


def test_between_chunks_nothing_else_may_come() -> None:
    text = EXIM + TRANSACTION + "C: BDAT 5\nC: abc\nS: 250 ok\nC: RCPT TO:<c@example.test>\n"

    assert "open-chunks" in seen_in(text + "S: 503 no\n")


def test_order_matters_less_for_what_is_not_offered_at_all() -> None:
    assert seen_in(EHLO + "C: BDAT 5 LAST\nC: abc\nS: 500 no\n")["no-mail"].strength < 1
    assert seen_in(EXIM + "C: BDAT 5 LAST\nC: abc\nS: 500 no\n")["no-mail"].strength == 1


def test_sent_ahead_without_pipelining() -> None:
    bare = EHLO.replace("S: 250-PIPELINING\n", "")
    group = "C: MAIL FROM:<>\nC: RCPT TO:<a@example.test>\nS: 250 ok\nS: 503 no\n"

    assert seen_in(bare + group)["sent-ahead"].exchange == 3
    assert not {"sent-ahead", "waited"} & set(seen_in(EHLO + group))


def test_sent_ahead_of_a_verb_that_ends_a_group() -> None:
    text = EHLO + "C: STARTTLS\nC: MAIL FROM:<>\nS: 454 no\nS: 503 no\n"

    assert "sent-ahead-of-barrier" in seen_in(text)


def test_sent_before_the_greeting() -> None:
    assert "sent-before-greeting" in seen_in("C: EHLO me\nS: 220 x\nS: 554 no\n", number=1)


def test_waited_for_each_reply() -> None:
    assert "waited" in seen_in(EHLO + "C: NOOP\nS: 250 ok\nC: FOO\nS: 500 no\n")


def test_a_server_that_took_what_was_sent_ahead_does_not_mind() -> None:
    ahead = EHLO.replace("S: 250-PIPELINING\n", "") + "C: RSET\nC: FOO\n"

    assert seen_in(ahead + "S: 250 ok\nS: 500 no\n")["sent-ahead"].strength < 1
    assert seen_in(ahead + "S: 503 no\nS: 500 no\n")["sent-ahead"].strength == 1


def test_going_on_without_the_reply_to_this_one() -> None:
    ahead = EHLO.replace("S: 250-PIPELINING\n", "") + "C: RSET\nC: FOO\nS: 500 no\n"

    seen = seen_in(ahead)
    assert seen["sent-on"].exchange == 4
    assert "waited" not in seen


def test_order_is_moot_where_the_verb_is_unknown() -> None:
    helo = "S: 220 x\nC: HELO me\nS: 250 hi\n"

    assert seen_in(helo + "C: ETRN a\nS: 500 Unknown command\n")["helo-session"].strength < 1
    assert seen_in(helo + "C: ETRN a\nS: 503 Wrong order\n")["helo-session"].strength == 1
    assert seen_in(helo + "C: STARTTLS\nS: 500 Unknown command\n")["helo-session"].strength == 1


def test_lhlo_after_ehlo_is_no_second_greeting() -> None:
    assert "hello-repeated" not in seen_in(EHLO + "C: LHLO me\nS: 500 no\n")
    assert "hello-repeated" in seen_in(EHLO + "C: HELO me\nS: 503 no\n")


def test_without_a_greeting_nobody_knows_whether_the_client_waited() -> None:
    assert "waited" not in seen_in("C: EHLO me\nS: 421 no\n")
    assert "waited" in seen_in("S: 220 x\nC: EHLO me\nS: 421 no\n")


def test_what_stands_before_the_trace_is_not_called_missing() -> None:
    cut = seen_in("C: RCPT TO:<a@b.test>\nS: 550 no\n")
    whole = seen_in("S: 220 x\nC: RCPT TO:<a@b.test>\nS: 550 no\n")

    assert {"before-hello-not-shown", "no-mail-not-shown"} <= set(cut)
    assert {"before-hello", "no-mail"} <= set(whole)
    assert not {"before-hello", "no-mail"} & set(cut)


def test_nobody_is_logged_in_who_never_was() -> None:
    assert "not-logged-in" in seen_in(AUTH + "C: AUTH PLAIN\nS: 503 no logins here\n")
