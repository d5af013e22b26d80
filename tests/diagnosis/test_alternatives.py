"""Alternatives: legal now, offered, not refused already, filled from the session."""

import pytest

from smtpdebugger.diagnosis.alternatives import alternatives_of, holds
from smtpdebugger.diagnosis.case import Case
from smtpdebugger.diagnosis.diagnose import diagnose
from smtpdebugger.diagnosis.standpoint import standpoint
from smtpdebugger.knowledge.vocabulary import CONDITIONS
from smtpdebugger.protocol.command import read_command
from smtpdebugger.protocol.state import State
from smtpdebugger.session.session import Header, Session
from smtpdebugger.transcript.dialogue import read_dialogue
from tests.diagnosis.cases import (
    AUTH,
    DIALOGUES,
    EHLO,
    EXIM,
    POSTFIX,
    TRANSACTION,
    alternatives,
    case_of,
    diagnosis_of,
    knowledge,
    sends,
)

REFUSED = "S: 502 5.5.1 Command not implemented\n"
PROBE = ("MAIL FROM:<>", "RCPT TO:<alice@example.test>", "RSET")


def others(text: str) -> str:
    return " | ".join(each.what for each in alternatives(text) if each.action == "other")


def ports(text: str) -> list[int | None]:
    return [each.port for each in alternatives(text) if each.action == "reconnect"]


def test_vrfy_becomes_a_recipient_that_is_taken_back() -> None:
    found = alternatives(POSTFIX + "C: VRFY alice@example.test\n" + REFUSED)

    assert found[0].action == "send"
    assert found[0].commands == PROBE
    assert found[0].delivers is False
    assert found[0].missing == ()
    assert "RFC 5321" in found[0].reference
    assert found[0].achieves


def test_vrfy_of_a_name_leaves_the_domain_to_the_person() -> None:
    first = alternatives(POSTFIX + "C: VRFY alice\n" + REFUSED)[0]

    assert first.commands == ("MAIL FROM:<>", "RCPT TO:<alice@{domain}>", "RSET")
    assert first.missing == ("domain",)


def test_vrfy_in_an_open_transaction_drops_it_first() -> None:
    text = POSTFIX + TRANSACTION + "C: VRFY alice@example.test\n" + REFUSED

    for chain in sends(text):
        walked = [line.split(" ")[0] for line in chain]
        assert "MAIL" not in walked or walked[0] == "RSET"


def test_expn_names_the_list_as_a_recipient() -> None:
    assert any(
        "RCPT TO:<staff@example.test>" in chain
        for chain in sends(POSTFIX + "C: EXPN staff@example.test\n" + REFUSED)
    )


def test_bdat_becomes_data_and_says_that_it_delivers() -> None:
    text = POSTFIX + TRANSACTION + "C: BDAT 5 LAST\nC: abc\n" + REFUSED

    found = next(each for each in alternatives(text) if each.commands == ("DATA",))

    assert found.delivers is True


def test_bdat_after_which_the_server_hung_up_needs_a_new_connection() -> None:
    text = (
        "# port 25\n"
        + POSTFIX
        + TRANSACTION
        + "C: BDAT 5 LAST\nC: abc\nS: 521 5.5.1 Error: command not implemented\n# closed server\n"
    )

    found = alternatives(text)

    assert not [each for each in found if each.action == "send"]
    again = next(each for each in found if each.action == "reconnect" and each.commands)
    assert again.port == 25
    assert again.commands == (
        "EHLO client.example.test",
        "MAIL FROM:<ann@example.test>",
        "RCPT TO:<bob@example.test>",
        "DATA",
    )
    assert again.delivers is True


def test_bdat_after_which_the_server_hung_up_on_an_unknown_port_is_told_in_words() -> None:
    text = (
        POSTFIX
        + TRANSACTION
        + "C: BDAT 5 LAST\nC: abc\nS: 521 5.5.1 Error: command not implemented\n# closed server\n"
    )

    assert "Connect again, then EHLO client.example.test · MAIL FROM:" in others(text)


def test_starttls_that_is_not_there_leads_to_other_ports() -> None:
    text = "# port 25\n" + POSTFIX + "C: STARTTLS\n" + REFUSED

    assert 465 in ports(text)
    assert 587 in ports(text)
    assert 25 not in ports(text)


def test_no_reconnection_to_the_service_at_hand() -> None:
    text = "# port 587\n" + POSTFIX + "C: AUTH PLAIN\n" + REFUSED

    assert 587 not in ports(text)


def test_auth_before_tls_becomes_starttls() -> None:
    chains = sends("# port 587\n" + EHLO + "C: AUTH PLAIN\n" + REFUSED)

    assert ("STARTTLS", "EHLO client.example.test") in chains


def test_auth_with_another_mechanism_takes_one_from_the_list() -> None:
    chains = sends(AUTH + "C: AUTH CRAM-MD5\nS: 504 5.7.4 mechanism not supported\n")

    assert ("AUTH PLAIN",) in chains
    assert ("AUTH CRAM-MD5",) not in chains


def test_ehlo_becomes_helo() -> None:
    chains = sends("S: 220 old.example.test\nC: EHLO client.example.test\n" + REFUSED)

    assert ("HELO client.example.test",) in chains
    assert not any(line.startswith("EHLO") for chain in chains for line in chain)


@pytest.mark.parametrize("verb", ["SEND", "SOML", "SAML"])
def test_send_soml_and_saml_become_mail(verb: str) -> None:
    chains = sends(POSTFIX + f"C: {verb} FROM:<ann@example.test>\n" + REFUSED)

    assert any(chain[0] == "MAIL FROM:<ann@example.test>" for chain in chains)


def test_turn_becomes_etrn_where_that_is_offered() -> None:
    with_etrn = sends(POSTFIX + "C: TURN\n" + REFUSED)
    without = sends(EHLO + "C: TURN\n" + REFUSED)

    assert any(chain[0].startswith("ETRN") for chain in with_etrn)
    assert not any(line.startswith("ETRN") for chain in without for line in chain)


def test_etrn_has_a_way_round() -> None:
    assert alternatives(EHLO + "C: ETRN example.test\n" + REFUSED)


def test_pipelining_means_one_command_at_a_time() -> None:
    first = alternatives(EHLO + "C: PIPELINING\n" + REFUSED)[0]

    assert [line.split(" ")[0] for line in first.commands] == ["MAIL", "RCPT", "DATA"]
    assert "each command waits" in first.achieves


def test_help_becomes_ehlo() -> None:
    assert ("EHLO client.example.test",) in sends(POSTFIX + "C: HELP\n" + REFUSED)


def test_an_unknown_verb_leads_to_the_nearest_one_with_its_argument() -> None:
    chains = sends(EHLO + "C: MIAL FROM:<ann@example.test>\n" + REFUSED)

    assert chains[0] == ("MAIL FROM:<ann@example.test>",)


def test_an_unknown_verb_leads_to_help_and_ehlo() -> None:
    chains = sends(EXIM + "C: FOOBAR\n" + REFUSED)

    assert ("HELP",) in chains
    assert ("EHLO client.example.test",) in chains


def test_help_is_not_proposed_once_it_was_refused() -> None:
    assert ("HELP",) not in sends(EXIM + "C: HELP\n" + REFUSED + "C: FOOBAR\n" + REFUSED)


def test_a_glued_verb_is_taken_apart() -> None:
    text = EHLO + "C: MAILFROM:<ann@example.test>\nS: 500 5.5.1 Command unrecognized\n"

    assert sends(text)[0] == ("MAIL FROM:<ann@example.test>",)


def test_what_was_refused_with_its_arguments_is_not_proposed_again() -> None:
    text = (
        POSTFIX
        + "C: MAIL FROM:<>\nS: 550 5.7.1 null reverse-path not accepted\n"
        + "C: VRFY alice@example.test\n"
        + REFUSED
    )

    assert not any("MAIL FROM:<>" in chain for chain in sends(text))


def test_a_live_session_is_answered_from_where_it_stands_now() -> None:
    session = Session(Header(origin="live"))
    text = POSTFIX + "C: VRFY alice@example.test\n" + REFUSED + TRANSACTION
    for event in read_dialogue(text).events:
        session.record(event)
    refused = session.exchange(3)

    chains = [
        a.commands for a in diagnose(session, refused, knowledge()).alternatives if a.commands
    ]

    assert session.situation.state is State.RCPT
    assert chains
    assert all(chain[0] == "RSET" or not chain[0].startswith("MAIL") for chain in chains)


def test_a_finished_session_is_answered_from_right_after_the_reply() -> None:
    text = POSTFIX + "C: VRFY alice@example.test\n" + REFUSED + TRANSACTION
    case = case_of(text, number=3)

    assert standpoint(case) is case.exchange.after


@pytest.mark.parametrize("file", sorted(DIALOGUES.rglob("*.smtp")), ids=lambda file: file.stem)
def test_every_alternative_of_every_dialogue_is_open(file: object) -> None:
    text = file.read_text()  # type: ignore[attr-defined]
    case = case_of(text)
    diagnosis = diagnose(case.session, case.exchange, knowledge())
    refused = {
        (each.command_text.upper())
        for each in case.session.exchanges
        if each.is_negative and (each.code or 0) >= 500 and each.code != 503
    }
    for alternative in diagnosis.alternatives:
        assert alternative.label
        assert alternative.achieves
        if alternative.action != "send":
            continue
        assert alternative.commands
        assert alternative.commands[0].upper() not in refused
        first = read_command(alternative.commands[0].encode())
        assert standpoint(case).permits(first.verb)
        for line in alternative.commands:
            for name in alternative.missing:
                line = line.replace(f"{{{name}}}", "")
            assert "{" not in line


def test_what_delivers_says_so() -> None:
    for file in sorted(DIALOGUES.rglob("*.smtp")):
        for alternative in alternatives(file.read_text()):
            verbs = {line.split(" ")[0] for line in alternative.commands}
            assert alternative.delivers or not verbs & {"DATA", "BDAT"}, file


def test_every_condition_of_the_vocabulary_can_be_answered() -> None:
    case = case_of(EXIM + "C: FOO\n" + REFUSED)
    for condition in (*CONDITIONS, "offered:PIPELINING", "not-offered:X", "helped:VRFY"):
        assert holds(condition, case, case.exchange.after) in {True, False}
    assert holds("offered:CHUNKING", case, case.exchange.after)
    assert holds("not-offered:ETRN", case, case.exchange.after)
    assert holds("esmtp", case, case.exchange.after)
    assert not holds("has-argument", case, case.exchange.after)


def test_a_condition_outside_the_vocabulary_is_our_own_mistake() -> None:
    case = case_of(EXIM + "C: FOO\n" + REFUSED)

    with pytest.raises(ValueError, match="full-moon"):
        holds("full-moon", case, case.exchange.after)


def test_no_list_is_longer_than_a_person_reads() -> None:
    for file in sorted(DIALOGUES.rglob("*.smtp")):
        case = case_of(file.read_text())
        causes = diagnose(case.session, case.exchange, knowledge()).causes
        assert len(alternatives_of(Case(case.session, case.exchange, knowledge()), causes)) <= 8


def test_after_a_refused_bdat_without_a_chunk_an_unknown_verb_is_not_met_with_rset() -> None:
    refused = TRANSACTION + "C: BDAT 12\nS: 502 5.5.1 no\nC: FROB\nS: 500 5.5.1 what\n"

    assert sends(EXIM + refused)[:2] == [("HELP",), ("EHLO client.example.test",)]
    assert ("RSET",) not in sends(EXIM + refused)[:2]


def test_help_is_not_proposed_to_a_server_that_may_have_none() -> None:
    unknown = "C: FROB\nS: 502 5.5.2 Error: command not recognized\n"

    assert sends(POSTFIX + unknown)[0] == ("EHLO client.example.test",)
    assert ("HELP",) not in sends(POSTFIX + unknown)
    assert ("HELP",) in sends(EXIM + "C: FROB\nS: 500 unrecognized command\n")


def test_help_that_was_refused_is_not_proposed_again() -> None:
    told = "C: HELP\nS: 502 no\nC: FROB\nS: 500 what\n"

    assert ("HELP",) not in sends(EXIM + told)
    assert ("HELP",) in sends(EXIM + "C: FROB\nS: 500 what\n")


def test_after_an_idle_time_out_only_a_new_connection_leads_on() -> None:
    found = alternatives(EHLO + "S: 421 4.4.2 Idle timeout\n")

    assert [each.action for each in found] == ["other"]
    assert found[0].what == "Connect again, then EHLO client.example.test"


def test_a_cancelled_login_may_begin_again() -> None:
    begun = AUTH + "C: AUTH LOGIN\nS: 334 VXNlcm5hbWU6\n"

    assert ("AUTH LOGIN",) in sends(begun + "C: *\nS: 535 5.7.8 Authentication failed\n")
    assert ("AUTH LOGIN",) not in sends(begun + "C: YQ==\nS: 535 5.7.8 Authentication failed\n")


def test_exim_is_asked_for_a_queue_where_it_wants_one() -> None:
    text = EXIM.replace("250-PRDR", "250-ETRN") + "C: ETRN example.test\n"
    text += "S: 501 argument must begin with #\n"
    assert diagnosis_of(text).alternatives[0].commands == ("ETRN #example.test",)


def test_nobody_waits_for_starttls_inside_tls() -> None:
    text = "# tls\n" + EHLO + "C: STARTTLS\nS: 454 4.3.3 TLS not available after start\n"
    assert not [each for each in diagnosis_of(text).alternatives if each.kind == "again-later"]


def test_tls_comes_first_where_the_verb_needs_an_offer() -> None:
    text = EHLO + "C: ETRN example.test\nS: 530 5.7.0 Must issue a STARTTLS command first\n"

    assert diagnosis_of(text).alternatives[0].commands[0] == "STARTTLS"
