"""What is said of arguments."""

import pytest

from smtpdebugger.diagnosis.advice_arguments import (
    check_arguments,
    human_size,
    parameter_owners,
    used_extensions,
)
from smtpdebugger.protocol.command import read_command
from tests.gui.stage import GREETED, MAIL, READY, knowledge, session_of


def said(line: str, lines: tuple[str, ...] = READY) -> tuple[str, str] | None:
    command = read_command(line.encode())
    return check_arguments(session_of(*lines).situation, command, knowledge())


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("EHLO", "client's name"),
        ("MAIL", "goes on with FROM:<…>"),
        ("MAIL FROM:", "goes on with FROM:<…>"),
        ("MAIL FROM:<a@b.te", "ends with >"),
        ("VRFY", "user name or mailbox"),
        ("ETRN", "a domain"),
        ("AUTH", "PLAIN, LOGIN"),
        ("AUTH PL", "PLAIN, LOGIN"),
        ("BDAT", "number of octets"),
        ("MAIL FROM:<> SIZE=", "octets of the message"),
        ("MAIL FROM:<> FROB=1", "not known here"),
    ],
)
def test_what_is_unfinished_is_only_noted(line: str, words: str) -> None:
    found = said(line)
    assert found is not None
    assert found[0] == "note"
    assert words in found[1]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("MAIL TO:<a@b.test>", "followed by FROM:<…>"),
        ("MAIL FROM: <a@b.test>", "No blank"),
        ("MAIL FROM:a@b.test", "angle brackets"),
        ("RCPT TO:<>", "needs a recipient"),
        ("RCPT TO:<bob>", "bob has no domain"),
        ("MAIL FROM:<jörg@b.test>", "parameter SMTPUTF8"),
        ("MAIL FROM:<> SIZE=99999999", "more than this server takes (10.2 MB)"),
        ("MAIL FROM:<> SIZE=many", "no number of octets"),
        ("MAIL FROM:<> REQUIRETLS", "REQUIRETLS was not offered"),
        ("MAIL FROM:<> BY=10;R", "BY needs DELIVERBY"),
        ("AUTH PLAIN", "readable by anyone"),
        ("BDAT many", "followed by a number"),
        ("BDAT 10 FIRST", "followed by a number"),
        ("DATA now", "takes no argument"),
        ("NOOP " + "x" * 600, "607 octets"),
    ],
)
def test_what_no_server_takes_is_warned_of(line: str, words: str) -> None:
    found = said(line)
    assert found is not None
    assert found[0] == "warning"
    assert words in found[1]


@pytest.mark.parametrize(
    "line",
    [
        "MAIL FROM:<> SIZE=10",
        "MAIL FROM:<jörg@b.test> SMTPUTF8",
        "RCPT TO:<Postmaster>",
        "RCPT TO:<alice@{domain}>",
        "RCPT TO:<a@b.test> NOTIFY=NEVER",
        "BDAT 10 LAST",
        "BDAT {octets} LAST",
        "NOOP",
    ],
)
def test_what_is_well_formed_needs_no_word(line: str) -> None:
    assert said(line) is None


def test_parameters_need_ehlo() -> None:
    found = said("MAIL FROM:<> SIZE=1", (*GREETED, "C: HELO me", "S: 250 hi"))
    assert found == ("warning", "Parameters need EHLO; this session was opened with HELO")


def test_a_password_is_safe_under_tls() -> None:
    tls = (*READY, "TLS", *READY[1:])
    assert said("AUTH PLAIN", tls) is None
    found = said("AUTH PLAIN AGEAYg==", tls)
    assert found is not None
    assert "secret" in found[1]


def test_an_address_outside_ascii_needs_the_extension() -> None:
    plain = (*GREETED, "C: EHLO me", "S: 250 hi")
    found = said("RCPT TO:<jörg@b.test>", plain)
    assert found is not None
    assert "SMTPUTF8, which was not offered" in found[1]
    assert said("RCPT TO:<jörg@b.test>", MAIL) is None


def test_the_extensions_of_parameters_are_known() -> None:
    command = read_command(b"MAIL FROM:<> BODY=8BITMIME SIZE=1 RET=FULL")
    assert used_extensions(command, knowledge()) == ("8BITMIME", "SIZE", "DSN")
    assert "NOTIFY" in parameter_owners("RCPT", knowledge())
    assert parameter_owners("RCPT", None) == {}
    assert "SIZE" in parameter_owners("MAIL", None)


@pytest.mark.parametrize(
    ("octets", "text"),
    [(999, "999 octets"), (1500, "1.5 kB"), (10_240_000, "10.2 MB"), (2_000_000_000, "2 GB")],
)
def test_sizes_are_told_as_people_read_them(octets: int, text: str) -> None:
    assert human_size(octets) == text
