"""The watchdog's eye on names: who greets as another program than the one that answers."""

import pytest

from smtpdebugger.diagnosis.model import Finding
from smtpdebugger.diagnosis.watchdog import all_findings
from smtpdebugger.knowledge.load import load_knowledge
from smtpdebugger.transcript.file import load_session
from tests.diagnosis.watched import watched
from tests.evaluation.servers import MATRIX

KNOWLEDGE = load_knowledge()
POSTFIX = "S:220 mx.example.test ESMTP Postfix"
EXIM = (
    "C:EHLO me",
    "S:250-mx.example.test Hello me [192.0.2.1]",
    "S:250-SIZE 100",
    "S:250-8BITMIME",
    "S:250-PIPELINING",
    "S:250 HELP",
    "C:MAIL FROM:<a@b.test>",
    "S:250 OK",
    "C:RCPT TO:<a@b.test>",
    "S:250 Accepted",
    "C:RSET",
    "S:250 Reset OK",
)


def names(*steps: str) -> list[Finding]:
    found = all_findings(watched(*steps), KNOWLEDGE)
    return [each for each in found if each.rule == "greeting-of-another"]


def test_it_tells_both_names_and_the_reasons_once() -> None:
    (found,) = names(POSTFIX, *EXIM, "C:QUIT", "S:221 mx.example.test closing connection")

    assert found.severity == "note"
    assert "(exchange 1) is that of Postfix" in found.sentence
    assert "of another form: “250-mx.example.test Hello me [192.0.2.1]”" in found.sentence
    assert "Settings of Postfix may change nothing" in found.advice


def test_who_answers_is_named_where_it_is_clear() -> None:
    refused = ("C:FOO", "S:500 unrecognized command")
    (early,) = names(POSTFIX, *EXIM)
    (late,) = names(POSTFIX, *EXIM[6:], *refused)

    assert early.sentence.endswith("The replies look like those of Exim.")
    assert "look like" not in late.sentence


@pytest.mark.parametrize(
    "steps",
    [
        (POSTFIX,),
        (POSTFIX, "C:NOOP", "S:250 OK"),
        (POSTFIX, "C:NOOP", "S:250 2.0.0 Ok", "C:RSET", "S:250 2.0.0 Ok", "C:QUIT", "S:221 x"),
        ("S:220 mx ESMTP", *EXIM),
        EXIM,
        (POSTFIX, "C:FOO", "S:550 no", "C:BAR", "S:550 no", "C:DATA", "S:503 no"),
    ],
)
def test_one_reply_or_a_plain_greeting_is_not_enough(steps: tuple[str, ...]) -> None:
    assert names(*steps) == []


def test_each_connection_has_its_own_greeting() -> None:
    steps = (
        POSTFIX,
        "C:NOOP",
        "S:250 OK",
        "closed",
        "connected",
        POSTFIX,
        "C:RSET",
        "S:250 flushed",
    )

    assert names(*steps) == []


def test_no_recorded_server_is_accused() -> None:
    files = sorted(MATRIX.rglob("*.smtpsession"))
    assert len(files) > 300
    for file in files:
        session, _ = load_session(file)
        found = [each.rule for each in all_findings(session, KNOWLEDGE)]
        assert "greeting-of-another" not in found, file
