"""Requirements: what a program stopped for, what it went on without, what nobody refused."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smtpdebugger.diagnosis.requirements import KINDS, Profile, Requirement, derive, derive_slices
from smtpdebugger.transcript.dialogue import read_dialogue
from tests.diagnosis.cases import AUTH, EHLO, TRANSACTION, knowledge
from tests.diagnosis.test_diagnose import STEP, played
from tests.diagnosis.watched import watched


def profile_of(text: str) -> Profile:
    return derive(read_dialogue(text), knowledge())


def level(text: str, kind: str, name: str) -> str:
    found = [e for e in profile_of(text).requirements if (e.kind, e.name) == (kind, name)]
    return found[0].level if found else ""


GO_ON = "C: MAIL FROM:<>\nS: 250 ok\n"


def test_what_it_stopped_for_is_required() -> None:
    text = EHLO + "C: STARTTLS\nS: 454 4.7.0 no\nC: QUIT\nS: 221 bye\n"
    found = profile_of(text).get("extension", "STARTTLS")

    assert found is not None
    assert found.level == "required"
    assert found.reason == "It gave up when it was refused in exchange 3."
    assert level(text.split("C: QUIT")[0], "extension", "STARTTLS") == "required"


def test_what_it_went_on_without_is_optional_and_its_way_is_remembered() -> None:
    found = profile_of(EHLO + "C: STARTTLS\nS: 454 4.7.0 no\n" + GO_ON).get("command", "STARTTLS")

    assert found is not None
    assert (found.level, found.fallback) == ("optional", "MAIL")


def test_going_on_after_rset_is_going_on() -> None:
    text = EHLO + "C: VRFY a\nS: 502 no\nC: RSET\nS: 250 ok\n" + GO_ON
    assert level(text, "command", "VRFY") == "optional"


def test_what_was_never_refused_is_required_and_says_so() -> None:
    found = profile_of(EHLO + "C: VRFY a\nS: 252 ok\n").get("command", "VRFY")
    assert found is not None
    assert found.level == "required"
    assert "nothing shows" in found.reason


def test_a_login_is_decided_by_its_last_response() -> None:
    text = AUTH + "C: AUTH LOGIN\nS: 334 VXNlcg==\nC: YQ==\nS: 535 no\n"
    assert level(text + GO_ON, "mechanism", "LOGIN") == "optional"
    assert level(text, "extension", "AUTH") == "required"


def test_an_unknown_recipient_does_not_make_rcpt_optional() -> None:
    text = (
        EHLO + GO_ON + "C: RCPT TO:<x@y.example>\nS: 550 5.1.1 no\n" + TRANSACTION.split("\n", 2)[2]
    )
    assert level(text, "command", "RCPT") == "required"


def test_parameters_bring_their_extensions() -> None:
    mail = "C: MAIL FROM:<a@b.example> SIZE=500 BODY=8BITMIME\n"
    found = profile_of(EHLO + mail + "S: 250 ok\n")
    assert found.get("parameter", "SIZE") is not None
    assert found.get("parameter", "BODY=8BITMIME") is not None
    assert found.get("extension", "8BITMIME") is not None

    refused = EHLO + mail + "S: 555 no\n" + GO_ON
    assert level(refused, "parameter", "BODY=8BITMIME") == "optional"
    assert level(refused, "command", "MAIL") == "required"


def test_the_largest_message_counts() -> None:
    data = "C: DATA\nS: 354 go\nC: {}\nC: .\nS: 250 ok\n"
    text = EHLO + TRANSACTION + data.format("x" * 40) + TRANSACTION + data.format("y")
    sizes = [each for each in profile_of(text).requirements if each.kind == "size"]
    assert [each.name for each in sizes] == [str(40 + 2 + 3)]


def test_sending_ahead_needs_pipelining() -> None:
    session = watched("S:220 mx", "C:EHLO me", "S:250 mx", "C:MAIL FROM:<>", "C:RCPT TO:<a@b.c>",
                      "S:250 ok", "S:250 ok")  # fmt: skip
    assert derive(session, knowledge()).get("extension", "PIPELINING") is not None


def test_tls_from_the_first_octet() -> None:
    assert profile_of("# tls\n" + EHLO).get("tls", "TLS") is not None
    assert profile_of(EHLO).get("tls", "TLS") is None


def test_the_refusal_counts_wherever_it_came() -> None:
    text = EHLO + "C: VRFY a\nS: 252 ok\nC: VRFY b\nS: 502 no\n" + GO_ON
    assert level(text, "command", "VRFY") == "optional"


def test_a_person_may_change_a_level() -> None:
    profile = profile_of(EHLO + "C: VRFY a\nS: 252 ok\n").with_level("command", "VRFY", "optional")
    found = profile.get("command", "VRFY")
    assert found is not None
    assert (found.level, found.reason) == ("optional", "Set by hand.")


def test_they_stand_in_the_order_people_read_them() -> None:
    kinds = [each.kind for each in profile_of(AUTH + GO_ON).requirements]
    assert kinds == sorted(kinds, key=KINDS.index)


@given(st.lists(STEP, max_size=30))
@settings(max_examples=100, deadline=None)
def test_no_session_is_too_strange(steps: list[tuple[str, bytes]]) -> None:
    profile = derive(played(steps), knowledge())
    assert all(each.level in {"required", "optional"} for each in profile.requirements)
    identities = [each.identity for each in profile.requirements]
    assert len(set(identities)) == len(identities)


@pytest.mark.parametrize("text", ["S: 220 mx\n", "S: 554 no\n"])
def test_who_sent_nothing_needs_nothing(text: str) -> None:
    assert profile_of(text).requirements == ()


def test_in_slices_it_is_the_same() -> None:
    session = read_dialogue(EHLO + TRANSACTION)
    *waits, profile = derive_slices(session, knowledge(), "", 1)
    assert waits == [None] * len(session.exchanges)
    assert profile == derive(session, knowledge())


def test_added_replaced_and_taken_away() -> None:
    dsn = Requirement("extension", "DSN")
    profile = Profile().adding(Requirement("size", "100")).adding(dsn)
    assert [each.name for each in profile.requirements] == ["DSN", "100"]
    profile = profile.adding(Requirement("size", "200", "optional"))
    assert [(each.name, each.level) for each in profile.requirements] == [
        ("DSN", "required"), ("200", "optional"),
    ]  # fmt: skip
    assert profile.without(dsn).requirements == profile.requirements[1:]


def test_a_convenience_that_ehlo_offered_is_optional() -> None:
    mail = "C: MAIL FROM:<a@b.example> SIZE=500\nS: 250 ok\n"
    assert level(EHLO + mail, "parameter", "SIZE") == "optional"
    found = profile_of(EHLO.replace("SIZE 1000", "DSN") + mail).get("extension", "SIZE")
    assert found is not None
    assert found.level == "required"
    assert "does not look" in found.reason


def test_what_a_message_cannot_do_without_is_required() -> None:
    text = EHLO.replace("8BITMIME", "SMTPUTF8") + "C: MAIL FROM:<> SMTPUTF8\nS: 250 ok\n"
    assert level(text, "extension", "SMTPUTF8") == "required"
    text = EHLO.replace("PIPELINING", "CHUNKING").replace("8BITMIME", "BINARYMIME")
    text += "C: MAIL FROM:<> BODY=BINARYMIME\nS: 250 ok\n"
    assert level(text, "extension", "BINARYMIME") == "required"


def test_a_mechanism_that_was_chosen_from_a_list_is_optional_and_the_login_is_not() -> None:
    login = "C: AUTH PLAIN AGEAYg==\nS: 235 ok\n"
    assert level(AUTH + login, "mechanism", "PLAIN") == "optional"
    assert level(AUTH + login, "extension", "AUTH") == "required"
    alone = AUTH.replace("PLAIN LOGIN", "PLAIN")
    assert level(alone + login, "mechanism", "PLAIN") == "required"


def test_the_parameter_auth_is_no_login() -> None:
    mail = "C: MAIL FROM:<a@b.example> AUTH=<>\nS: 250 ok\n"
    assert level(AUTH + mail, "extension", "AUTH") == "optional"
    login = "C: AUTH PLAIN AGEAYg==\nS: 235 ok\n"
    assert level(AUTH + login + mail, "extension", "AUTH") == "required"


def test_lhlo_is_a_command_and_no_extension() -> None:
    profile = profile_of(EHLO.replace("C: EHLO", "C: LHLO"))
    assert profile.get("command", "LHLO") is not None
    assert not [each for each in profile.requirements if each.kind == "extension"]


def test_chunks_count_together_as_one_message() -> None:
    text = EHLO.replace("8BITMIME", "CHUNKING") + TRANSACTION
    text += "C: BDAT 5\nC: abc\nS: 250 ok\nC: BDAT 7 LAST\nC: abcde\nS: 250 ok\n"
    assert level(text, "size", "12") == "required"
    assert level(text, "command", "BDAT") == "optional"


def test_a_mechanism_that_was_refused_is_not_the_login() -> None:
    text = AUTH + "C: AUTH CRAM-MD5\nS: 504 no\nC: AUTH PLAIN AGEAYg==\nS: 235 ok\n" + GO_ON
    profile = profile_of(text)

    for kind in ("command", "extension"):
        found = profile.get(kind, "AUTH")
        assert found is not None
        assert (found.level, found.fallback) == ("required", "")
    refused = profile.get("mechanism", "CRAM-MD5")
    assert refused is not None
    assert (refused.level, refused.fallback) == ("optional", "AUTH PLAIN")


def test_another_try_of_the_same_decides() -> None:
    tried = "C: VRFY ann\nS: 550 no\nC: VRFY bob\nS: 550 no\n"
    found = profile_of(EHLO + tried + "C: QUIT\nS: 221 bye\n").get("command", "VRFY")
    assert found is not None
    assert found.level == "required"
    found = profile_of(EHLO + tried + GO_ON).get("command", "VRFY")
    assert found is not None
    assert (found.level, found.fallback) == ("optional", "MAIL")


def test_nobody_is_named_in_what_it_went_on_with() -> None:
    tried = "C: MAIL FROM:<ann@example.test> SIZE=9 RET=HDRS\nS: 555 no\n"
    again = "C: MAIL FROM:<ann@example.test> SIZE=9\nS: 250 ok\n"
    found = profile_of(EHLO + tried + again).get("parameter", "RET=HDRS")
    assert found is not None
    assert (found.level, found.fallback) == ("optional", "MAIL with SIZE")
