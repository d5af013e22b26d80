"""What is explained of a session, whatever it is shown as."""

from pathlib import Path

import pytest

from smtpdebugger.cli.explained import explain_all, reports_of
from smtpdebugger.transcript.dialogue import read_dialogue
from tests.diagnosis.cases import POSTFIX


@pytest.fixture(autouse=True)
def private_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SMTPDEBUGGER_CACHE", str(tmp_path / "cache"))


def test_refusals_server_and_findings() -> None:
    session = read_dialogue(POSTFIX + "C: VRFY a\nS: 502 5.5.1 no\nC: NOOP\nS: 250 fine\n")

    explained = explain_all(session, everything=False)

    assert [each.exchange for each in explained.diagnoses] == [3]
    assert explained.server.name == "Postfix"
    assert [(each.rule, each.exchange) for each in explained.findings] == [("enhanced-missing", 4)]


def test_every_reply_where_that_was_asked_for() -> None:
    explained = explain_all(read_dialogue(POSTFIX), everything=True)
    assert [each.exchange for each in explained.diagnoses] == [1, 2]


def test_code_only_where_it_was_asked_for() -> None:
    session = read_dialogue(POSTFIX + "C: VRFY a\nS: 502 5.5.1 no\n")

    assert explain_all(session, everything=False).codes == {}
    codes = explain_all(session, everything=False, with_code=True).codes[3]
    assert codes[0] is not None
    assert "smtp.verify" in codes[0].smtplib


def test_each_refusal_has_its_report() -> None:
    session = read_dialogue(POSTFIX + "C: VRFY a\nS: 502 5.5.1 no\nC: EXPN a\nS: 502 5.5.1 no\n")
    explained = explain_all(session, everything=False)

    plain, other = reports_of(session, explained, "text")
    assert plain.startswith("VRFY answered 502 by mx.example.test\n====")
    assert other.startswith("EXPN answered 502")
    assert next(reports_of(session, explained, "markdown")).startswith("## VRFY answered 502")


def test_no_diagnosis_is_kept_and_each_can_be_had_again() -> None:
    session = read_dialogue(POSTFIX + "C: VRFY a\nS: 502 5.5.1 no\nC: EXPN a\nS: 502 5.5.1 no\n")
    found = explain_all(session, everything=False).diagnoses

    assert len(found) == 2
    assert found[1] == found[-1]
    assert found[1] is not found[1]
    assert [each.command for each in found[:1]] == ["VRFY a"]


def test_what_was_read_is_kept_for_the_next_run(tmp_path: Path) -> None:
    explained = explain_all(read_dialogue(POSTFIX + "C: VRFY a\nS: 502 no\n"), everything=False)
    assert not list(tmp_path.rglob("tables-*.json"))

    explained.keep()

    assert list(tmp_path.rglob("tables-*.json"))
