"""Explanations as lines of text."""

from smtpdebugger.cli.explain_text import lines_of
from smtpdebugger.cli.explained import Explained
from smtpdebugger.diagnosis.model import Code, ServerGuess
from smtpdebugger.diagnosis.watchdog import all_findings
from tests.diagnosis.cases import EHLO, case_of, diagnosis_of, knowledge


def told(text: str) -> list[tuple[str, str]]:
    findings = all_findings(case_of(text).session, knowledge())
    return list(lines_of(Explained((diagnosis_of(text),), ServerGuess(), tuple(findings))))


def test_the_steps_stand_under_the_alternatives() -> None:
    lines = [line.strip() for _, line in told(EHLO + "C: AUTH PLAIN\nS: 502 5.5.1 no\n")]

    assert lines.index("Instead:") < lines.index("To be sure:")
    assert "Whether the login is there once the connection is encrypted." in lines


def test_findings_come_last_with_their_severity_and_reference() -> None:
    lines = told(EHLO + "C: STARTTLS\nS: 502 no\n")
    at = lines.index(("bold", "Findings:"))

    assert lines[at + 1][0] == "red"
    assert lines[at + 1][1].startswith("  error, exchange 3: EHLO (exchange 2) offered STARTTLS")
    assert "RFC 5321 4.2.4" in lines[at + 2][1]


def test_code_stands_under_its_alternative() -> None:
    diagnosis = diagnosis_of(EHLO + "C: VRFY alice\nS: 502 5.5.1 no\n")
    codes = {3: (Code("import smtplib\n", ""), None)}
    lines = [line for _, line in lines_of(Explained((diagnosis,), ServerGuess(), (), codes))]

    assert lines.count("        | import smtplib") == 1
