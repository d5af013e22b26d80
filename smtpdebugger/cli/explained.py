"""What is explained of a session: its refusals, its server, its findings."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from smtpdebugger.diagnosis.case import Case
from smtpdebugger.diagnosis.diagnose import diagnose
from smtpdebugger.diagnosis.model import Code, Diagnosis, Finding, ServerGuess
from smtpdebugger.diagnosis.watchdog import all_findings
from smtpdebugger.knowledge.load import load_knowledge
from smtpdebugger.knowledge.parsed import ParsedFiles, cache_file
from smtpdebugger.knowledge.tables import Knowledge
from smtpdebugger.session.exchange import Exchange
from smtpdebugger.session.session import Session

if TYPE_CHECKING:
    from smtpdebugger.diagnosis.report import Style


@dataclass(frozen=True, slots=True)
class Explained:
    """Everything that can be said about a session."""

    diagnoses: tuple[Diagnosis, ...]
    """In order, of its negative replies or of all."""
    server: ServerGuess
    """The server that gave the last reply."""
    findings: tuple[Finding, ...]
    codes: Mapping[int, tuple[Code | None, ...]] = field(default_factory=dict)
    """By exchange, the developer's code of each alternative; empty where nobody asked for it."""


def explain_all(session: Session, everything: bool, *, with_code: bool = False) -> Explained:
    """The diagnoses of a session (of its negative replies, or of all), its server, its findings."""
    parsed = ParsedFiles(cache_file())
    knowledge = load_knowledge(parsed=parsed)
    answered = [each for each in session.exchanges if each.reply is not None]
    wanted = [each for each in answered if everything or _is_refusal(each)]
    diagnoses = tuple(diagnose(session, each, knowledge) for each in wanted)
    explained = Explained(
        diagnoses=diagnoses,
        server=Case(session, answered[-1], knowledge).server if answered else ServerGuess(),
        findings=tuple(all_findings(session, knowledge)),
        codes={each.exchange: _codes(session, each, knowledge) for each in diagnoses * with_code},
    )
    parsed.keep()
    return explained


def reports_of(session: Session, explained: Explained, style: "Style") -> Iterator[str]:
    """For each refusal the report for the server's administrator."""
    from smtpdebugger.diagnosis.report import report

    knowledge = load_knowledge(parsed=ParsedFiles(cache_file()))
    for diagnosis in explained.diagnoses:
        case = Case(session, session.exchange(diagnosis.exchange), knowledge)
        yield report(case, diagnosis, style=style, findings=explained.findings)


def _codes(session: Session, diagnosis: Diagnosis, knowledge: Knowledge) -> tuple[Code | None, ...]:
    from smtpdebugger.diagnosis.code import code_for

    case = Case(session, session.exchange(diagnosis.exchange), knowledge)
    family = diagnosis.causes[0].family if diagnosis.causes else ""
    return tuple(code_for(case, each, family) for each in diagnosis.alternatives)


def _is_refusal(exchange: Exchange) -> bool:
    return exchange.reply is not None and not exchange.reply.is_positive
