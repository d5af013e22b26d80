"""Diagnosis: one reply of a session, explained. A pure function of session and tables."""

from collections.abc import Sequence

from smtpdebugger.diagnosis.alike import Ways, ways_of
from smtpdebugger.diagnosis.alternatives import alternatives_of
from smtpdebugger.diagnosis.case import Case
from smtpdebugger.diagnosis.evidence import observe
from smtpdebugger.diagnosis.fixes import words_for
from smtpdebugger.diagnosis.guide import guide_for
from smtpdebugger.diagnosis.matters import as_told
from smtpdebugger.diagnosis.meaning import meaning_of
from smtpdebugger.diagnosis.model import Diagnosis, Evidence, RankedCause
from smtpdebugger.diagnosis.observation import Observation
from smtpdebugger.diagnosis.probes import Probe, what_it_showed
from smtpdebugger.diagnosis.ranking import Score, rank
from smtpdebugger.diagnosis.sentences import sentence_of
from smtpdebugger.diagnosis.steps import steps_of
from smtpdebugger.knowledge.tables import Knowledge
from smtpdebugger.session.exchange import Exchange
from smtpdebugger.session.session import Session

MOST_EVIDENCE = 6


def diagnose(
    session: Session,
    exchange: Exchange,
    knowledge: Knowledge,
    probes: Sequence[Probe] = (),
) -> Diagnosis:
    """Explain the reply of one exchange of a session.

    Causes are ranked for negative replies only; for any other reply only the meaning and the
    server are told. ``probes`` are verification steps that were taken since: what they showed
    counts as evidence. Never raises on what a peer said.
    """
    case = Case(session, exchange, knowledge)
    causes = _causes(case, probes) if _is_refusal(exchange) else ()
    alternatives, steps = _ways(case, causes, probes) if causes else ((), ())
    status = case.reply.enhanced_status
    return Diagnosis(
        exchange=exchange.number,
        command=exchange.command_text,
        code=exchange.code,
        enhanced=None if status is None else str(status),
        text=case.reply.plain_text,
        closed=case.is_closed,
        meaning=meaning_of(case.reply, knowledge),
        causes=causes,
        alternatives=alternatives,
        verification=steps,
        server=case.server,
        guide=guide_for(case, causes),
        summary=_summary(case, causes),
    )


def _ways(case: Case, causes: Sequence[RankedCause], probes: Sequence[Probe]) -> Ways:
    if not probes:
        return ways_of(case, causes)
    taken = [each.step for each in probes]
    return alternatives_of(case, causes), steps_of(case, causes, taken)


def _is_refusal(exchange: Exchange) -> bool:
    reply = exchange.reply
    return reply is not None and not reply.is_positive


def _causes(case: Case, probes: Sequence[Probe]) -> tuple[RankedCause, ...]:
    shown = (seen for probe in probes for seen in what_it_showed(case, probe))
    seen = (*observe(case), *shown)
    found = [_ranked(case, score, seen) for score in rank(case, seen)]
    return tuple(each for each in found if each is not None)


def _ranked(case: Case, score: Score, seen: Sequence[Observation]) -> RankedCause | None:
    cause = case.knowledge.cause(score.cause)
    if cause is None:
        return None
    cause = as_told(case, cause)
    words = words_for(case, cause)
    family = case.knowledge.family(cause.family)
    return RankedCause(
        id=cause.id,
        family=cause.family,
        family_title=family.title if family else cause.family,
        title=cause.title,
        explanation=words.explanation,
        sentence=words.sentence,
        probability=score.probability,
        evidence=_sentences(case, score.support, seen),
        against=_sentences(case, score.against, seen),
        fixes=words.fixes,
    )


def _sentences(
    case: Case, weighed: Sequence[tuple[float, int]], seen: Sequence[Observation]
) -> tuple[Evidence, ...]:
    """The weightiest observations as sentences, each once."""
    told: dict[Evidence, None] = {}
    for _, place in weighed:
        told[sentence_of(case, seen[place])] = None
        if len(told) == MOST_EVIDENCE:
            break
    return tuple(told)


def _summary(case: Case, causes: tuple[RankedCause, ...]) -> str:
    return causes[0].sentence if causes else ""
