"""Evidence from the EHLO reply."""

import pytest

from smtpdebugger.diagnosis.offers import keyword_of, keyword_of_parameter
from tests.diagnosis.cases import AUTH, EHLO, POSTFIX, case_of, diagnosis_of, seen_in

NO = "S: 502 no\n"
TLS = EHLO + "C: STARTTLS\nS: 220 go\nC: EHLO me\nS: 250-mail.example.test\nS: 250 SIZE 1000\n"
HELO = "S: 220 mail.example.test\nC: HELO me\nS: 250 hi\n"


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        ("STARTTLS", "offered"),
        ("BDAT 5 LAST", "not-offered"),
        ("AUTH PLAIN", "auth-not-offered"),
        ("XCLIENT NAME=a", "private-not-offered"),
    ],
)
def test_the_keyword_a_verb_needs(line: str, rule: str) -> None:
    found = seen_in(EHLO + f"C: {line}\n{NO}")

    assert found[rule].exchange == 2
    others = {"offered", "not-offered", "auth-not-offered", "private-not-offered"} - {rule}
    assert not others & set(found)


def test_starttls_that_is_missing() -> None:
    assert "starttls-not-offered" in seen_in(POSTFIX + "C: STARTTLS\n" + NO)


def test_starttls_must_be_missing_inside_tls() -> None:
    assert "starttls-not-offered" not in seen_in(TLS + "C: STARTTLS\n" + NO)


def test_what_the_server_offered_before_tls_only() -> None:
    text = TLS.replace("8BITMIME", "ETRN") + "C: ETRN example.test\n" + NO

    assert "offered-before-tls" in seen_in(text)


def test_nothing_was_offered_without_an_ehlo() -> None:
    assert not {"offered", "not-offered"} & set(seen_in(HELO + "C: BDAT 5 LAST\n" + NO))


def test_trusted_clients_are_shown_xclient() -> None:
    assert "verb-of-trusted-clients" in seen_in(EHLO + "C: XCLIENT NAME=a\n" + NO)


def test_auth_may_follow_tls() -> None:
    assert "auth-may-follow-tls" in seen_in(EHLO + "C: AUTH PLAIN\n" + NO)
    assert "auth-may-follow-tls" not in seen_in(TLS + "C: AUTH PLAIN\n" + NO)
    assert "auth-may-follow-tls" not in seen_in(AUTH + "C: AUTH PLAIN\n" + NO)


def test_port_25_has_no_logins() -> None:
    assert "auth-on-port-25" in seen_in("# port 25\n" + EHLO + "C: AUTH PLAIN\n" + NO)
    assert "auth-on-port-25" not in seen_in("# port 587\n" + EHLO + "C: AUTH PLAIN\n" + NO)


def test_vrfy_that_ehlo_lists() -> None:
    listed = EHLO.replace("8BITMIME", "VRFY")

    assert "verb-listed" in seen_in(listed + "C: VRFY a\n" + NO)
    assert "verb-not-listed" in seen_in(EHLO + "C: VRFY a\n" + NO)


def test_the_mechanism_in_the_list() -> None:
    assert "mechanism-listed" in seen_in(AUTH + "C: AUTH LOGIN\nS: 504 no\n")
    found = seen_in(AUTH + "C: AUTH NTLM\nS: 504 no\n")["mechanism-not-listed"]
    assert found.values == {"mechanism": "NTLM", "listed": "PLAIN, LOGIN"}


@pytest.mark.parametrize(
    ("parameters", "rule"),
    [
        ("", "no-parameters"),
        (" SIZE=5", "parameters-offered"),
        (" SMTPUTF8", "parameter-not-offered"),
        (" BODY=BINARYMIME", "parameter-not-offered"),
        (" BODY=8BITMIME", "parameters-offered"),
        (" FOO=bar", "parameter-unknown"),
    ],
)
def test_parameters(parameters: str, rule: str) -> None:
    assert rule in seen_in(EHLO + f"C: MAIL FROM:<a@example.test>{parameters}\nS: 555 no\n")


def test_after_helo_no_parameter_is_missed_by_itself() -> None:
    seen = seen_in(HELO + "C: MAIL FROM:<> SIZE=5\nS: 501 no\n")

    assert "helo-parameters" in seen
    assert "parameter-not-offered" not in seen


def test_parameters_before_any_hello_say_nothing() -> None:
    found = seen_in("S: 220 x\nC: MAIL FROM:<> SIZE=5\nS: 503 no\n")

    assert "parameter-not-offered" not in found


def test_a_size_above_the_limit() -> None:
    found = seen_in(EHLO + "C: MAIL FROM:<> SIZE=1001\nS: 552 no\n")

    assert found["size-over-limit"].values == {"size": "1001", "limit": 1000}
    assert "size-over-limit" not in seen_in(EHLO + "C: MAIL FROM:<> SIZE=1000\nS: 552 no\n")


def test_a_server_that_offers_next_to_nothing() -> None:
    bare = "S: 220 x\nC: EHLO me\nS: 250 x\n"

    assert "few-offers" in seen_in(bare + "C: NOOP\n" + NO)
    assert "few-offers" not in seen_in(EHLO + "C: NOOP\n" + NO)


def test_keywords_and_greetings_that_were_overwritten() -> None:
    masked = EHLO.replace("STARTTLS", "XXXXXXXA")
    stars = "S: 220 ******************2******\nC: FOO\nS: 500 no\n"

    assert seen_in(masked + "C: FOO\n" + NO)["masked-keyword"].values["masked"] == "XXXXXXXA"
    assert "masked-greeting" in seen_in(stars)
    assert not {"masked-keyword", "masked-greeting"} & set(seen_in(EHLO + "C: FOO\n" + NO))


def test_encryption_and_login() -> None:
    mail = "C: MAIL FROM:<>\nS: 530 no\n"

    assert "wants-tls" in seen_in(EHLO + mail)
    assert "has-tls" in seen_in(TLS + mail)
    assert "has-login" in seen_in(AUTH + "C: AUTH PLAIN AGEAYg==\nS: 235 ok\n" + mail)
    assert "submission-without-login" in seen_in("# port 587\n" + EHLO + mail)
    assert "submission-without-login" not in seen_in("# port 25\n" + EHLO + mail)


def test_the_keyword_behind_a_verb_and_a_parameter() -> None:
    case = case_of(EHLO + "C: BDAT 5 LAST\n" + NO)

    assert keyword_of(case) == "CHUNKING"
    assert keyword_of_parameter(case, "NOTIFY") == "DSN"
    assert keyword_of_parameter(case, "BODY") == "8BITMIME"
    assert keyword_of_parameter(case, "NONSENSE") == ""


def test_a_listed_mechanism_refused_with_504_does_not_accuse_a_device_on_the_way() -> None:
    found = diagnosis_of(AUTH + "C: AUTH LOGIN\nS: 504 5.5.4 no thanks\n")

    assert found.causes[0].id in {"auth-mechanism-unsupported", "unknown"}
    assert "middlebox-rewrite" not in {each.id for each in found.causes}


def test_no_encryption_would_bring_a_login_where_none_is_offered() -> None:
    bare = EHLO.replace("S: 250-STARTTLS\n", "") + "C: AUTH PLAIN\nS: 503 no\n"

    assert "no-tls-to-follow" in seen_in(bare)
    assert "no-tls-to-follow" not in seen_in(EHLO + "C: AUTH PLAIN\nS: 503 no\n")


def test_users_log_in_on_submission_ports() -> None:
    login = EHLO + "C: AUTH PLAIN\nS: 503 no\n"

    assert "submission-port" in seen_in("# port 587\n" + login)
    assert "submission-port" not in seen_in(login)


def test_a_listed_verb_that_was_answered_is_no_verb_refused() -> None:
    listed = EHLO.replace("S: 250 8BITMIME", "S: 250-8BITMIME\nS: 250 VRFY") + "C: VRFY bob\n"

    assert seen_in(listed + "S: 502 no\n")["verb-listed"].strength == 1
    assert seen_in(listed + "S: 553 no\n")["verb-listed"].strength < 1


@pytest.mark.parametrize(
    ("reply", "expected"),
    [("530 no", True), ("450 4.7.1 no", True), ("451 4.3.0 no", False), ("550 5.1.8 no", False)],
)
def test_encryption_is_missed_where_the_enhanced_code_may_mean_it(
    reply: str, expected: bool
) -> None:
    offering = EHLO.replace("8BITMIME", "STARTTLS")
    assert "STARTTLS" in offering
    seen = seen_in(offering + f"C: MAIL FROM:<ann@example.test>\nS: {reply}\n")
    assert ("wants-tls" in seen) is expected
