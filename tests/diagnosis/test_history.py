"""Evidence from earlier in the connection."""

from smtpdebugger.diagnosis.case import Case
from smtpdebugger.diagnosis.history import silence
from smtpdebugger.session.events import Connected, Received
from smtpdebugger.session.session import Session
from tests.diagnosis.cases import AUTH, EHLO, EXIM, TRANSACTION, diagnosis_of, knowledge, seen_in

NO = "S: 502 5.5.1 Command not implemented\n"


def test_a_verb_that_worked_before() -> None:
    text = EHLO + "C: NOOP\nS: 250 ok\nC: NOOP\nS: 502 no\n"

    assert seen_in(text)["worked-earlier"].exchange == 3
    assert "worked-earlier" not in seen_in(EHLO + "C: NOOP\nS: 502 no\n")


def test_a_server_that_refuses_ehlo() -> None:
    greeting = "S: 220 old.example.test\nC: EHLO me\nS: 502 no\n"

    assert "ehlo-not-known" in seen_in(greeting)
    after = seen_in(greeting + "C: HELO me\nS: 250 hi\nC: STARTTLS\nS: 502 no\n")
    assert after["ehlo-refused"].exchange == 2
    assert "ehlo-refused" not in seen_in(EHLO + "C: VRFY a\n" + NO)


def test_a_name_that_is_refused_says_nothing_of_ehlo() -> None:
    for refusal in ("554 5.7.1 <x>: Helo command rejected: nobody is called x", "550 bad hostname"):
        text = f"S: 220 mx.example.test\nC: EHLO x\nS: {refusal}\nC: MAIL FROM:<>\nS: 503 no\n"
        assert "ehlo-refused" not in seen_in(text)


def test_an_ehlo_without_a_name_says_nothing_of_the_server() -> None:
    assert "ehlo-not-known" not in seen_in("S: 220 x\nC: EHLO\nS: 502 no\n")


def test_the_same_refusal_to_three_verbs() -> None:
    two = EHLO + "C: NOOP\n" + NO + "C: HELP\n" + NO

    assert "refuses-everything" not in seen_in(two)
    found = seen_in(two + "C: VRFY a\n" + NO)["refuses-everything"]
    assert found.values["count"] == 3
    assert found.exchange == 3


def test_three_unknown_words_make_no_server_that_refuses_everything() -> None:
    assert "refuses-everything" not in seen_in(
        EHLO + "C: FOO\n" + NO + "C: BAR\n" + NO + "C: BAZ\n" + NO
    )


def test_a_greeting_that_refused() -> None:
    assert "greeting-refused" in seen_in("S: 554 go away\nC: EHLO me\nS: 503 no\n")
    assert "greeting-refused-for-now" in seen_in("S: 421 busy\nC: EHLO me\nS: 421 busy\n")
    assert "may-be-greeting" in seen_in("S: 554 go away\n")


def test_the_servers_own_limit_of_errors() -> None:
    text = EXIM + "C: FOO\nS: 500 unrecognized command\n" * 4

    found = seen_in(text)["many-errors"]

    assert found.values == {"count": 4, "limit": 3}
    assert "many-errors" not in seen_in(EXIM + "C: FOO\nS: 500 unrecognized command\n" * 3)


def test_several_errors_and_a_closed_connection() -> None:
    text = EHLO + "C: FOO\nS: 500 no\n" * 3

    assert "several-errors" in seen_in(text + "# closed server\n")
    assert "few-errors" in seen_in(text)


def test_help_names_a_verb_or_does_not() -> None:
    text = EHLO + "C: HELP\nS: 214-HELO EHLO MAIL RCPT\nS: 214 DATA VRFY QUIT\n"

    assert seen_in(text + "C: VRFY a\nS: 502 no\n")["help-names-verb"].exchange == 3
    assert seen_in(text + "C: EXPN a\nS: 502 no\n")["help-lacks-verb"].exchange == 3


def test_a_message_after_a_refused_data() -> None:
    text = EHLO + "C: DATA\nS: 503 no\nC: Subject: hello\nS: 500 no\n"

    found = seen_in(text)["data-refused-before"]

    assert (found.exchange, found.values["cause_verb"]) == (3, "DATA")
    assert "data-refused-before" not in seen_in(
        EHLO + "C: DATA\nS: 503 no\nC: RSET\nS: 250 ok\nC: Subject: hello\nS: 500 no\n"
    )


def test_a_message_whose_end_came_early() -> None:
    text = (
        EHLO
        + TRANSACTION
        + "C: DATA\nS: 354 go\nC: hello\nC: .\nS: 250 queued\nC: more text\nS: 500 no\n"
    )

    assert "data-ended-before" in seen_in(text)


def test_credentials_after_a_refused_auth() -> None:
    text = AUTH + "C: AUTH LOGIN\nS: 504 no\nC: YWxpY2U=\nS: 500 no\n"

    assert seen_in(text)["login-continued"].exchange == 3


def test_credentials_that_were_asked_for_are_no_leftovers() -> None:
    text = AUTH + "C: AUTH LOGIN\nS: 334 VXNlcm5hbWU6\nC: YWxpY2U=\nS: 535 no\n"

    assert "login-continued" not in seen_in(text)


def test_a_server_that_speaks_by_itself_after_a_long_silence() -> None:
    def greeted_and_ended(pause: int) -> set[str]:
        session = Session()
        session.record(Connected(0, "mx", "mx:25"))
        session.record(Received(1_000_000, b"220 mx ESMTP\r\n"))
        session.record(Received(1_000_000 + pause, b"421 4.4.2 mx time is up\r\n"))
        case = Case(session, session.exchanges[-1], knowledge())
        return {each.rule for each in silence(case)}

    assert greeted_and_ended(300_000_000) == {"silence"}
    assert greeted_and_ended(1_000_000) == set()


def test_a_limit_of_errors_counts_for_less_while_the_connection_stands() -> None:
    text = EXIM + "C: FOO\nS: 500 unrecognized command\n" * 4

    assert seen_in(text)["many-errors"].strength < 1
    assert seen_in(text + "# closed server\n")["many-errors"].strength == 1


def test_a_server_that_does_not_know_helo() -> None:
    greeting = "S: 220 mail.example.test ready\n"

    assert "helo-not-known" in seen_in(greeting + "C: HELO me\nS: 500 Unknown command\n")
    assert "helo-not-known" not in seen_in(greeting + "C: HELO\nS: 501 Name missing\n")


def test_an_enhanced_code_is_younger_than_ehlo() -> None:
    greeting = "S: 220 mail.example.test ready\nC: EHLO me\n"

    seen = seen_in(greeting + "S: 500 5.5.1 Unknown command\n")["modern-refusal"]
    assert seen.values["enhanced"] == "5.5.1"
    assert "modern-refusal" not in seen_in(greeting + "S: 500 Unknown command\n")


def test_a_domain_the_server_takes_mail_for() -> None:
    text = EHLO + TRANSACTION + "C: RCPT TO:<nobody@{}>\nS: 550 no\n"

    served = seen_in(text.format("example.test"))["domain-served"]
    assert served.values["domain"] == "example.test"
    assert "domain-served" not in seen_in(text.format("elsewhere.test"))
    assert "domain-of-server" not in seen_in(text.format("elsewhere.test"))


def test_the_domain_of_the_servers_own_name() -> None:
    text = EHLO + "C: MAIL FROM:<>\nS: 250 ok\nC: RCPT TO:<nobody@example.test>\nS: 550 no\n"

    assert seen_in(text)["domain-of-server"].exchange == 1


def test_after_quit_nothing_is_served() -> None:
    text = EHLO + "C: QUIT\nS: 221 bye\nC: NOOP\nS: 503 session is over\n"
    found = diagnosis_of(text)

    assert found.causes[0].id == "bad-sequence"
    assert found.causes[0].probability > 0.9
    assert "after QUIT" in found.causes[0].sentence
    assert any("QUIT had ended" in each.sentence for each in found.causes[0].evidence)


def test_a_login_after_a_refused_one_may_be_one_too_many() -> None:
    login = "C: AUTH PLAIN AGFubgB3cm9uZw==\nS: "
    once = diagnosis_of(AUTH + login + "421 not now\n")
    again = diagnosis_of(AUTH + login + "535 no\n" + login + "421 not now\n")

    assert once.causes[0].id == "resource-temporary"
    assert again.causes[0].id == "too-many-errors"
