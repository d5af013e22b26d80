import subprocess
import sys

import pytest

from smtpdebugger.cli.talk.explaining import Explainer, in_one_line
from smtpdebugger.diagnosis.model import Alternative, Diagnosis, Meaning, RankedCause
from smtpdebugger.transcript.dialogue import read_dialogue

MEANING = Meaning("Not implemented", "", "", True, "", "")
CAUSE = RankedCause("some-cause", "family", "", "", "", "It is switched off.", 0.876)


def diagnosis(*alternatives: Alternative, causes: tuple[RankedCause, ...] = (CAUSE,)) -> Diagnosis:
    return Diagnosis(1, "X", 502, None, "no", False, MEANING, causes, alternatives)


@pytest.mark.parametrize(
    ("found", "line"),
    [
        (diagnosis(), "88 % some-cause: It is switched off."),
        (
            diagnosis(Alternative("send", ("MAIL FROM:<{sender}>", "RSET"))),
            "88 % some-cause: It is switched off. Instead: MAIL FROM:<…> · RSET",
        ),
        (
            diagnosis(Alternative("other", what="Ask"), Alternative("reconnect", port=587)),
            "88 % some-cause: It is switched off. Instead: Reconnect to port 587",
        ),
        (diagnosis(causes=()), "Not implemented"),
    ],
)
def test_the_leading_cause_and_a_way_on_in_one_line(found: Diagnosis, line: str) -> None:
    assert in_one_line(found) == line


def test_only_refusals_are_explained() -> None:
    session = read_dialogue("S: 220 x\nC: VRFY a\nS: 502 5.5.1 no\nC: NOOP\nS: 250 ok\nC: RSET\n")
    explain = Explainer(session).explain

    found = [explain(each) for each in session.exchanges]

    assert [each is not None for each in found] == [False, True, False, False]
    assert found[1] is not None
    assert found[1].code == 502


def test_nothing_is_loaded_before_the_first_refusal() -> None:
    code = (
        "import sys; import smtpdebugger.cli.talk.run; "
        "heavy = {'smtpdebugger.diagnosis.diagnose', 'smtpdebugger.knowledge.load', 'tomllib',"
        " 'rich', 'PySide6', 'qasync', 'click', 'msgspec', 'platformdirs', 'readline',"
        " 'cryptography', 'scramp', 'python_socks', 'dns'}; "
        "sys.exit(', '.join(sorted(heavy & set(sys.modules))) or 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60
    )

    assert (done.returncode, done.stderr) == (0, "")
