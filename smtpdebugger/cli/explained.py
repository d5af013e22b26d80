"""What is explained of a session: its refusals, its server, its findings."""

from dataclasses import dataclass

from smtpdebugger.diagnosis.case import Case
from smtpdebugger.diagnosis.diagnose import diagnose
from smtpdebugger.diagnosis.model import Diagnosis, Finding, ServerGuess
from smtpdebugger.diagnosis.watchdog import all_findings
from smtpdebugger.knowledge.load import load_knowledge
from smtpdebugger.knowledge.parsed import ParsedFiles, cache_file
from smtpdebugger.session.exchange import Exchange
from smtpdebugger.session.session import Session


@dataclass(frozen=True, slots=True)
class Explained:
    """Everything that can be said about a session."""

    diagnoses: tuple[Diagnosis, ...]
    """In order, of its negative replies or of all."""
    server: ServerGuess
    """The server that gave the last reply."""
    findings: tuple[Finding, ...]


def explain_all(session: Session, everything: bool) -> Explained:
    """The diagnoses of a session (of its negative replies, or of all), its server, its findings."""
    parsed = ParsedFiles(cache_file())
    knowledge = load_knowledge(parsed=parsed)
    answered = [each for each in session.exchanges if each.reply is not None]
    wanted = [each for each in answered if everything or _is_refusal(each)]
    explained = Explained(
        diagnoses=tuple(diagnose(session, each, knowledge) for each in wanted),
        server=Case(session, answered[-1], knowledge).server if answered else ServerGuess(),
        findings=tuple(all_findings(session, knowledge)),
    )
    parsed.keep()
    return explained


def _is_refusal(exchange: Exchange) -> bool:
    return exchange.reply is not None and not exchange.reply.is_positive
