"""The points of the guide to SMTP 502 that belong to a reply."""

from collections.abc import Sequence

from smtpdebugger.diagnosis.case import Case
from smtpdebugger.diagnosis.model import GuidePoint, RankedCause
from smtpdebugger.knowledge.model import GuidePoint as Row
from smtpdebugger.knowledge.tables import Knowledge

LEAST = 0.1
"""Points of causes less likely than this are left out."""


def guide_for(case: Case, causes: Sequence[RankedCause]) -> tuple[GuidePoint, ...]:
    """What the guide says at this code, this verb and the leading causes, in the guide's order."""
    if not case.exchange.is_negative:
        return ()
    places = [f"code:{case.code}", f"verb:{case.verb}"]
    for cause in causes:
        if cause.probability >= LEAST:
            places += [f"family:{cause.family}", f"cause:{cause.id}"]
    points = case.knowledge.derived(_points)
    return tuple(points[row.id] for row in case.knowledge.guide_at(*places))


def _points(knowledge: Knowledge) -> dict[str, GuidePoint]:
    return {row.id: _point(row) for row in knowledge.guide}


def _point(row: Row) -> GuidePoint:
    parts = [row.text]
    if row.see:
        parts.append(f"What you see: {row.see}")
    if row.why:
        parts.append(f"Why: {row.why}")
    if row.act:
        parts.append("What to do: " + " ".join(row.act))
    if row.wire:
        parts.append("\n".join(row.wire))
    return GuidePoint(row.id, row.part, row.title, "\n".join(parts))
