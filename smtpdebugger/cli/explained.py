"""What is explained of a session: its refusals, its server, its findings."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, overload

from smtpdebugger.diagnosis.case import Case
from smtpdebugger.diagnosis.diagnose import diagnose
from smtpdebugger.diagnosis.model import Code, Diagnosis, Finding, ServerGuess
from smtpdebugger.diagnosis.watchdog import all_findings
from smtpdebugger.knowledge.load import load_knowledge
from smtpdebugger.knowledge.parsed import ParsedFiles, cache_file
from smtpdebugger.knowledge.tables import Knowledge
from smtpdebugger.session.session import Session

if TYPE_CHECKING:
    from smtpdebugger.diagnosis.report import Style


@dataclass(frozen=True, slots=True)
class Explained:
    """Everything that can be said about a session."""

    diagnoses: Sequence[Diagnosis]
    """In order, of its negative replies or of all; each is made when it is asked for."""
    server: ServerGuess
    """The server that gave the last reply."""
    findings: tuple[Finding, ...]
    codes: Mapping[int, tuple[Code | None, ...]] = field(default_factory=dict)
    """By exchange, the developer's code of each alternative; empty where nobody asked for it."""
    keep: Callable[[], None] = lambda: None
    """To be called at the end: what was read of the tables is kept for the next run."""


class Diagnoses(Sequence[Diagnosis]):
    """The diagnoses of some exchanges. None is kept: a session may hold a hundred thousand
    refusals, and what is told of each is a thousand times as long as the refusal."""

    def __init__(self, session: Session, numbers: Sequence[int], knowledge: Knowledge) -> None:
        self._session = session
        self._numbers = numbers
        self._knowledge = knowledge

    def __len__(self) -> int:
        return len(self._numbers)

    @overload
    def __getitem__(self, place: int) -> Diagnosis: ...
    @overload
    def __getitem__(self, place: slice) -> list[Diagnosis]: ...
    def __getitem__(self, place: int | slice) -> Diagnosis | list[Diagnosis]:
        if isinstance(place, slice):
            return [self._of(number) for number in self._numbers[place]]
        return self._of(self._numbers[place])

    def _of(self, number: int) -> Diagnosis:
        return diagnose(self._session, self._session.exchange(number), self._knowledge)


def explain_all(session: Session, everything: bool, *, with_code: bool = False) -> Explained:
    """The diagnoses of a session (of its negative replies, or of all), its server, its findings."""
    parsed = ParsedFiles(cache_file())
    knowledge = load_knowledge(parsed=parsed)
    count = len(session.exchanges)
    answered = [number for number in range(1, count + 1) if session.is_answered(number)]
    wanted = [each for each in answered if everything or _is_refusal(session, each)]
    diagnoses: Sequence[Diagnosis] = Diagnoses(session, wanted, knowledge)
    if with_code:
        diagnoses = tuple(diagnoses)
    return Explained(
        diagnoses=diagnoses,
        server=_server(session, answered[-1], knowledge) if answered else ServerGuess(),
        findings=tuple(all_findings(session, knowledge)),
        codes={
            each.exchange: _codes(session, each, knowledge)
            for each in (diagnoses if with_code else ())
        },
        keep=parsed.keep,
    )


def _server(session: Session, number: int, knowledge: Knowledge) -> ServerGuess:
    return Case(session, session.exchange(number), knowledge).server


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


def _is_refusal(session: Session, number: int) -> bool:
    """Whether an answered exchange was not answered by 2yz or 3yz."""
    return not 200 <= (session.code(number) or 0) < 400
