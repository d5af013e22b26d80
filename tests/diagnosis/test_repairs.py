"""Repairs: what the leading causes themselves ask for."""

import pytest

from smtpdebugger.diagnosis.repairs import REPAIRS, find_out, repairs
from tests.diagnosis.cases import (
    AUTH,
    EHLO,
    TRANSACTION,
    alternatives,
    case_of,
    diagnosis_of,
    knowledge,
    sends,
)

GREETING = "S: 220 mail.example.test ESMTP\n"


def test_every_repair_is_for_a_cause_there_is() -> None:
    assert set(REPAIRS) <= set(knowledge().causes)


@pytest.mark.parametrize(
    ("text", "chain"),
    [
        (
            GREETING + "C: MAIL FROM:<a@example.test>\nS: 503 5.5.1 Send EHLO first\n",
            ("EHLO {client}", "MAIL FROM:<a@example.test>"),
        ),
        (
            GREETING + "C: HELO me.example.test\nS: 250 hi\nC: STARTTLS\nS: 502 no\n",
            ("EHLO me.example.test",),
        ),
        (
            EHLO + "C: RCPT TO:<b@example.test>\nS: 503 5.5.1 need MAIL\n",
            ("MAIL FROM:<{mailbox}>", "RCPT TO:<b@example.test>"),
        ),
        (
            EHLO + "C: DATA\nS: 503 5.5.1 need MAIL\n",
            ("MAIL FROM:<{mailbox}>", "RCPT TO:<{address}>", "DATA"),
        ),
        (
            EHLO + "C: MAIL FROM:<>\nS: 250 ok\nC: DATA\nS: 503 5.5.1 need RCPT\n",
            ("RCPT TO:<{address}>", "DATA"),
        ),
        (
            EHLO + TRANSACTION + "C: MAIL FROM:<c@example.test>\nS: 503 nested\n",
            ("RSET", "MAIL FROM:<c@example.test>"),
        ),
        (
            EHLO + "C: MAIL FROM:<a@example.test> SIZE=5 SMTPUTF8\nS: 555 no\n",
            ("MAIL FROM:<a@example.test> SIZE=5",),
        ),
        (
            EHLO + "C: MAIL FROM:<a@example.test> SIZE=5 SMTPUTF8\nS: 555 no\n",
            ("MAIL FROM:<a@example.test>",),
        ),
        (
            EHLO + "C: MAIL FROM: <a@example.test>\nS: 501 syntax\n",
            ("MAIL FROM:<a@example.test>",),
        ),
        (EHLO + "C: DATA now\nS: 501 5.5.4 DATA takes no argument\n", ()),
        (GREETING + "C: EHLO\nS: 501 name missing\n", ("EHLO {client}",)),
        (
            EHLO + "C: MAIL FROM:<a@example.test>\nS: 530 5.7.0 Must issue a STARTTLS first\n",
            ("STARTTLS", "EHLO client.example.test", "MAIL FROM:<a@example.test>"),
        ),
        (
            AUTH + "C: MAIL FROM:<a@example.test>\nS: 530 5.7.0 Authentication required\n",
            ("AUTH PLAIN",),
        ),
        (
            AUTH + "C: MAIL FROM:<a@example.test>\nS: 530 5.7.0 Authentication required\n",
            ("STARTTLS", "EHLO client.example.test"),
        ),
        (
            EHLO + "C: DATA now\nS: 503 need MAIL\n",
            ("MAIL FROM:<{mailbox}>", "RCPT TO:<{address}>", "DATA"),
        ),
        (EHLO + TRANSACTION + "C: EHLO me\nS: 503 but you already said EHLO\n", ("RSET",)),
        (EHLO + "C: HELO me\nS: 503 Duplicate HELO\n", ("MAIL FROM:<{mailbox}>",)),
        (GREETING + "C: LHLO me.example.test\nS: 500 no\n", ("EHLO me.example.test",)),
    ],
)
def test_the_repair_is_proposed(text: str, chain: tuple[str, ...]) -> None:
    chains = sends(text)

    assert (chain in chains) if chain else not any("DATA now" in each for each in chains)


def test_a_login_in_clear_says_who_can_read_it() -> None:
    text = AUTH + "C: MAIL FROM:<a@example.test>\nS: 530 5.7.0 Authentication required\n"
    by_chain = {each.commands: each.loses for each in alternatives(text)}

    assert "can read the password" in by_chain["AUTH PLAIN",]


def test_a_temporary_refusal_asks_for_patience() -> None:
    found = alternatives(EHLO + "C: MAIL FROM:<>\nS: 451 4.3.0 try again later\n")

    assert any(each.what == "Wait, then send MAIL FROM:<> again" for each in found)


def test_tls_spoken_too_early_leads_to_other_ports() -> None:
    found = alternatives(GREETING + "C: \x16\x03\x01\x02\x00\x01\nS: 500 no\n")

    assert {(each.port, each.security) for each in found if each.action == "reconnect"} >= {
        (465, "tls")
    }


def test_a_blocked_client_is_told_that_no_command_helps() -> None:
    found = alternatives("S: 554 no service\nC: EHLO me\nS: 554 no service\n")

    assert any("Connect from an address" in each.what for each in found)


def test_unlikely_causes_propose_nothing() -> None:
    text = EHLO + "C: VRFY a\nS: 550 VRFY disabled\n"
    case = case_of(text)
    causes = [each for each in diagnosis_of(text).causes if each.probability < 0.05]

    assert list(repairs(case, causes)) == []


def test_a_reply_that_refuses_nothing_needs_no_repair() -> None:
    case = case_of(EHLO + "C: NOOP\nS: 250 ok\n")

    assert list(repairs(case, diagnosis_of(EHLO + "C: FOO\nS: 500 no\n").causes)) == []
    assert list(find_out(case)) == []


def test_what_a_repair_sends_again_holds_no_secret() -> None:
    text = GREETING + "C: AUTH PLAIN AGFsaWNlAHNlY3JldA==\nS: 503 send EHLO first\n"

    assert not any("AGFs" in line for chain in sends(text) for line in chain)


def test_before_ehlo_a_demand_for_a_login_leads_to_ehlo() -> None:
    found = diagnosis_of("S: 220 h ESMTP\nC: VRFY a\nS: 530 5.7.0 Authentication required\n")

    assert ("EHLO {client}",) in [each.commands for each in found.alternatives]


def test_a_name_that_was_refused_is_not_tried_again_with_helo() -> None:
    text = (
        GREETING + "C: EHLO me\nS: 504 5.5.2 <me>: Helo command rejected: need a full name\n"
        "C: MAIL FROM:<a@example.test>\nS: 503 5.5.1 Error: send HELO/EHLO first\n"
    )

    assert not any("HELO me" in line for chain in sends(text) for line in chain)
    assert any("another name" in each.what for each in alternatives(text))
