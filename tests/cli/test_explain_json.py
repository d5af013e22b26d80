"""The object that ``explain --format json`` prints: keys people script against."""

import json

import pytest

from smtpdebugger.cli.explain_json import as_json, diagnosis_object, finding_object
from smtpdebugger.cli.explained import explain_all
from smtpdebugger.diagnosis.model import Code
from smtpdebugger.diagnosis.watchdog import all_findings
from smtpdebugger.transcript.dialogue import read_dialogue
from tests.diagnosis.cases import EHLO, case_of, diagnosis_of, knowledge


def test_a_finding() -> None:
    session = case_of(EHLO + "C: STARTTLS\nS: 502 no\n").session
    (found,) = [finding_object(each) for each in all_findings(session, knowledge())]

    assert found == {
        "rule": "offered-but-refused",
        "severity": "error",
        "exchange": 3,
        "side": "server",
        "octets": [0, len("502 no\r\n")],
        "title": "Offered, and then not there",
        "sentence": found["sentence"],
        "advice": found["advice"],
        "reference": "RFC 5321 4.2.4",
    }


def test_a_step_that_sends() -> None:
    told = diagnosis_object(diagnosis_of(EHLO + "C: AUTH PLAIN\nS: 502 5.5.1 no\n"))
    steps = told["verification"]

    assert isinstance(steps, list)
    assert steps[0]["id"] == "tls-and-look"
    assert steps[0]["commands"] == ["STARTTLS", "EHLO client.example.test"]
    assert steps[0]["separates"][0] == "auth-requires-tls"
    assert steps[0]["errors"] == 1
    assert "port" not in steps[0]


def test_a_step_that_reconnects() -> None:
    told = diagnosis_object(diagnosis_of("# port 25\n" + EHLO + "C: AUTH PLAIN\nS: 502 no\n"))
    steps = told["verification"]

    assert isinstance(steps, list)
    assert ("reconnect", 587, "starttls") in [
        (each["action"], each.get("port"), each.get("security")) for each in steps
    ]


def test_code_stands_with_its_alternative_where_it_was_asked_for() -> None:
    diagnosis = diagnosis_of(EHLO + "C: VRFY alice\nS: 502 5.5.1 no\n")
    plain = diagnosis_object(diagnosis)["alternatives"]
    coded = diagnosis_object(diagnosis, [Code("import smtplib", "import aiosmtplib")])

    assert isinstance(plain, list)
    assert not any("code" in each for each in plain)
    told = coded["alternatives"]
    assert isinstance(told, list)
    assert told[0]["code"] == {"smtplib": "import smtplib", "aiosmtplib": "import aiosmtplib"}
    assert len(told) == len(plain)


def test_of_many_diagnoses_each_is_told_by_itself_and_the_object_is_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    refusals = "C: VRFY alice\nS: 502 5.5.1 no\nC: EXPN staff\nS: 502 5.5.1 no\n"
    explained = explain_all(read_dialogue(EHLO + refusals), everything=False)
    (whole,) = as_json(explained)
    monkeypatch.setattr("smtpdebugger.cli.explain_json.MOST_INDENTED", 1)
    pieces = [*as_json(explained)]

    assert len(pieces) == len(explained.diagnoses) + 2
    assert json.loads("".join(pieces)) == json.loads(whole)
    assert "".join(pieces) == json.dumps(json.loads(whole), ensure_ascii=False) + "\n"
