"""Checks that entries name only what exists: causes, goals, families, verbs, codes, servers.

A reference that leads nowhere does no harm at run time (look-ups give None), but it means that
something is never shown; so it is a problem like a missing key.
"""

from collections.abc import Iterable, Iterator

from smtpdebugger.knowledge.tables import Knowledge


def dangling(knowledge: Knowledge) -> tuple[str, ...]:
    """One sentence for each reference that leads nowhere."""
    return (
        *_causes(knowledge),
        *_goals(knowledge),
        *_places(knowledge),
        *_bases(knowledge),
        *_outcomes(knowledge),
        *_matters(knowledge),
    )


def causes_in(when: Iterable[str]) -> list[str]:
    """The causes that conditions name."""
    named = (each.removeprefix("cause:") for each in when if each.startswith("cause:"))
    return [cause for each in named for cause in each.split("|")]


def _causes(knowledge: Knowledge) -> Iterator[str]:
    named: list[tuple[str, Iterable[str]]] = [
        ("replies/wording.toml", [rule.cause for rule in knowledge.rules]),
        ("evidence: [refines]", knowledge.refines),
    ]
    named += [
        (f"evidence [{rule.id}]", [cause for cause in rule.weights if cause != "@"])
        for rule in knowledge.evidence.values()
    ]
    named += [
        (f"replies/codes.toml code [{code.code}]", code.typical_causes)
        for code in knowledge.codes.values()
    ]
    named += [
        (f"replies/enhanced.toml part [{part.code}]", part.typical_causes)
        for part in knowledge.status_parts.values()
    ]
    named += [
        (f"verbs [{verb.verb}]", causes_in(one.when))
        for verb in knowledge.verbs.values()
        for one in verb.alternatives
    ]
    for where, causes in named:
        for cause in causes:
            if cause not in knowledge.causes:
                yield f"{where}: cause {cause!r} is not a known cause"


def _matters(knowledge: Knowledge) -> Iterator[str]:
    for rule in knowledge.rules:
        cause = knowledge.cause(rule.cause)
        if rule.matter and (cause is None or rule.matter not in cause.matters):
            yield f"replies/wording.toml: matter {rule.matter!r} is none of cause {rule.cause!r}"
    for part in knowledge.status_parts.values():
        told = [knowledge.causes.get(cause) for cause in part.typical_causes]
        if part.matter and not any(cause and part.matter in cause.matters for cause in told):
            where = f"replies/enhanced.toml [{part.code}]"
            yield f"{where}: matter {part.matter!r} is of none of its causes"


def _goals(knowledge: Knowledge) -> Iterator[str]:
    for verb in knowledge.verbs.values():
        for goal in sorted({verb.goal, *(one.goal for one in verb.alternatives)}):
            if goal not in knowledge.goals:
                yield f"verbs [{verb.verb}]: goal {goal!r} is not a known goal"


def _places(knowledge: Knowledge) -> Iterator[str]:
    there = {
        *(f"family:{name}" for name in knowledge.families),
        *(f"cause:{name}" for name in knowledge.causes),
        *(f"verb:{name}" for name in knowledge.verbs),
        *(f"code:{number}" for number in knowledge.codes),
    }
    for point in knowledge.guide:
        for place in point.shown_at:
            if place not in there:
                yield f"guide [{point.id}]: shown_at names {place!r}, which does not exist"


def _bases(knowledge: Knowledge) -> Iterator[str]:
    for server in knowledge.servers.values():
        for base in server.based_on:
            if base not in knowledge.servers:
                yield f"servers [{server.id}]: based_on names {base!r}, which does not exist"


def _outcomes(knowledge: Knowledge) -> Iterator[str]:
    for step in knowledge.steps.values():
        for outcome in step.outcomes:
            if outcome not in knowledge.evidence:
                yield f"verification step [{step.id}]: outcome {outcome!r} is no known evidence"
