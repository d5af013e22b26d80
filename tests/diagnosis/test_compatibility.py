"""A program's requirements held against another server's session."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smtpdebugger.diagnosis.compatibility import Checked, Sightings, check
from smtpdebugger.diagnosis.requirements import Kind, Level, Profile, Requirement
from smtpdebugger.session.events import Received, Sent
from smtpdebugger.transcript.dialogue import read_dialogue
from tests.diagnosis.cases import AUTH, EHLO, knowledge
from tests.diagnosis.test_diagnose import STEP, played

TLS = EHLO + "C: STARTTLS\nS: 220 go\n# tls\nC: EHLO me\nS: 250-mx\n"


def checked(kind: Kind, name: str, text: str, fallback: str = "") -> Checked:
    profile = Profile("", (Requirement(kind, name, fallback=fallback),))
    (found,) = check(profile, read_dialogue(text), knowledge()).checked
    return found


@pytest.mark.parametrize(
    ("kind", "name", "text", "verdict"),
    [
        ("command", "DATA", EHLO, "met"),
        ("command", "VRFY", EHLO, "unknown"),
        ("command", "VRFY", EHLO + "C: VRFY a\nS: 252 ok\n", "met"),
        ("command", "VRFY", EHLO + "C: VRFY a\nS: 550 5.1.1 who\n", "met"),
        ("command", "VRFY", EHLO + "C: VRFY a\nS: 502 no\n", "missing"),
        ("command", "BDAT", EHLO, "missing"),
        ("command", "STARTTLS", EHLO, "met"),
        ("command", "RCPT", "S: 554 no\n", "unknown"),
        ("extension", "SIZE", EHLO, "met"),
        ("extension", "DSN", EHLO, "missing"),
        ("extension", "DSN", "S: 220 mx\n", "unknown"),
        ("extension", "AUTH", EHLO, "unknown"),
        ("extension", "AUTH", TLS + "S: 250 AUTH PLAIN\n", "met"),
        ("extension", "STARTTLS", "# tls\n" + EHLO.replace("STARTTLS", "DSN"), "met"),
        ("mechanism", "PLAIN", AUTH, "met"),
        ("mechanism", "CRAM-MD5", AUTH, "missing"),
        ("mechanism", "PLAIN", EHLO, "unknown"),
        ("parameter", "BODY=8BITMIME", EHLO, "met"),
        ("parameter", "BODY=BINARYMIME", EHLO, "missing"),
        ("parameter", "NOTIFY", EHLO, "missing"),
        ("parameter", "FOO", EHLO, "unknown"),
        ("size", "900", EHLO, "met"),
        ("size", "5000", EHLO, "missing"),
        ("size", "5000", "S: 220 mx\nC: EHLO me\nS: 250 mx\n", "met"),
        ("size", "70000", "S: 220 mx\nC: EHLO me\nS: 250 mx\n", "unknown"),
        ("command", "EHLO", EHLO, "met"),
        ("command", "EHLO", EHLO.replace("EHLO", "LHLO"), "missing"),
        ("command", "LHLO", EHLO.replace("EHLO", "LHLO"), "met"),
        ("command", "LHLO", EHLO, "missing"),
        ("extension", "AUTH", TLS + "S: 250 DSN\n", "missing"),
        ("tls", "TLS", "# tls\n" + EHLO, "met"),
        ("tls", "TLS", EHLO, "unknown"),
    ],
)
def test_the_verdict(kind: Kind, name: str, text: str, verdict: str) -> None:
    found = checked(kind, name, text)
    assert found.verdict == verdict
    assert found.why.endswith(".")
    if verdict == "missing":
        assert found.exchange
        assert found.fallback


def test_what_worked_once_is_there() -> None:
    text = EHLO + "C: VRFY a\nS: 502 no\n" + "C: VRFY b\nS: 252 ok\n"
    assert checked("command", "VRFY", text).verdict == "met"


def test_what_the_program_did_before_comes_first() -> None:
    assert checked("command", "BDAT", EHLO, "DATA").fallback == "As before, go on with DATA."


def test_another_mechanism_is_named() -> None:
    assert checked("mechanism", "CRAM-MD5", AUTH).fallback == "Log in with PLAIN."


def test_tls_that_was_agreed_to_and_failed_is_missing() -> None:
    text = EHLO + "C: STARTTLS\nS: 220 go\n"
    assert checked("command", "STARTTLS", text).verdict == "met"
    for kind in ("command", "extension"):
        found = checked(kind, "STARTTLS", text + "# closed server\n")
        assert (found.verdict, found.exchange) == ("missing", 3)
        assert "465" in found.fallback


def test_of_several_mechanisms_the_strongest_is_named() -> None:
    text = AUTH.replace("AUTH PLAIN LOGIN", "AUTH PLAIN LOGIN SCRAM-SHA-256 X-OWN")
    assert checked("mechanism", "CRAM-MD5", text).fallback == "Log in with SCRAM-SHA-256."


def test_what_to_do_fits_the_server() -> None:
    assert "465" in checked("command", "STARTTLS", EHLO.replace("STARTTLS", "DSN")).fallback
    for kind, name in (("command", "AUTH"), ("extension", "AUTH"), ("mechanism", "PLAIN")):
        inside = checked(kind, name, TLS + "S: 250 DSN\n")
        assert inside.fallback == "Try the submission ports 587 and 465."
        assert "STARTTLS" in checked(kind, name, EHLO).fallback
    wrong = checked("command", "LHLO", EHLO)
    assert wrong.why == "The server speaks SMTP: it took EHLO in exchange 2."


@pytest.mark.parametrize(("level", "is_compatible"), [("required", False), ("optional", True)])
def test_only_what_is_required_counts(level: Level, is_compatible: bool) -> None:
    profile = Profile("", (Requirement("extension", "DSN", level),))
    found = check(profile, read_dialogue(EHLO), knowledge())
    assert found.is_compatible is is_compatible
    assert "DSN" in found.summary


def test_what_cannot_be_told_is_no_obstacle_but_is_counted() -> None:
    profile = Profile("", (Requirement("command", "VRFY"),))
    found = check(profile, read_dialogue(EHLO), knowledge())
    assert found.is_compatible
    assert "1 could not be told" in found.summary


def test_the_way_round_is_open_on_this_server() -> None:
    clear = "S: 220 x\nC: EHLO me\nS: 250 mx.test\n"
    assert checked("command", "STARTTLS", clear).fallback.startswith("Port 465 with TLS")
    inside = "# tls\n" + clear
    assert checked("command", "VRFY", clear + "C: VRFY a\nS: 502 no\n").fallback
    assert "STARTTLS" not in checked("command", "ETRN", inside).fallback


def test_a_name_is_told_once() -> None:
    profile = Profile("", (Requirement("command", "ETRN"), Requirement("extension", "ETRN")))
    found = check(profile, read_dialogue("S: 220 x\nC: EHLO me\nS: 250 mx.test\n"), knowledge())
    assert found.summary == "This server lacks what the program requires: ETRN."


WANTED = Profile(
    "",
    tuple(
        Requirement(kind, name)
        for kind, name in (
            ("tls", "TLS"), ("command", "X\0Y"), ("extension", "SIZE"), ("mechanism", "PLAIN"),
            ("parameter", "BODY="), ("size", "12"),
        )
    ),
)  # fmt: skip


@given(st.lists(STEP, max_size=30))
@settings(max_examples=80, deadline=None)
def test_no_server_is_too_strange(steps: list[tuple[str, bytes]]) -> None:
    found = check(WANTED, played(steps), knowledge())
    assert len(found.checked) == len(WANTED.requirements)


def test_in_steps_and_while_it_goes_on_it_is_the_same() -> None:
    profile = Profile("", (Requirement("command", "VRFY"), Requirement("extension", "SIZE")))
    session = read_dialogue(EHLO + "C: VRFY a\nS: 502 no\n")
    seen = Sightings(session, knowledge())
    verdicts = []
    while seen.is_behind:
        seen.advance(1)
        verdicts.append([each.verdict for each in seen.check(profile).checked])
    assert verdicts == [["unknown", "unknown"], ["unknown", "met"], ["missing", "met"]]
    assert seen.check(profile) == check(profile, session, knowledge())
    at = session.events[-1].at
    session.record(Sent(at, b"VRFY b\r\n"))
    assert not seen.is_behind, "not answered yet"
    session.record(Received(at, b"252 perhaps\r\n"))
    seen.advance(10)
    assert seen.check(profile).checked[0].verdict == "met"


def test_a_verb_that_ehlo_lists_is_there() -> None:
    listed = EHLO.replace("STARTTLS", "VRFY")

    assert checked("command", "VRFY", listed).verdict == "met"
    refused = checked("command", "VRFY", listed + "C: VRFY a\nS: 502 no\n")
    assert refused.verdict == "missing"


def test_without_ehlo_there_are_no_extensions() -> None:
    old = "S: 220 mx\nC: EHLO me.example\nS: 502 no\n"

    for kind, name in (("extension", "DSN"), ("command", "STARTTLS"), ("mechanism", "PLAIN")):
        found = checked(kind, name, old)  # type: ignore[arg-type]
        assert found.verdict == "missing"
        assert found.exchange == 2
    busy = old.replace("502 no", "421 no")
    assert checked("extension", "DSN", busy).verdict == "unknown"
