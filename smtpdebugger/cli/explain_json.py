"""Explanations as JSON: the one object that ``explain --format json`` prints.

People script against its keys; they are only ever added to.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from itertools import zip_longest

from smtpdebugger.cli.explained import Explained
from smtpdebugger.diagnosis.model import Alternative, Code, Diagnosis, Finding, RankedCause, Step

MOST_INDENTED = 200
"""Indented, json takes its slow way; nobody reads more diagnoses than these as JSON."""


def as_json(explained: Explained) -> Iterator[str]:
    """What was found, as the text of one object, piece by piece: of a long session the whole would
    take hundreds of megabytes."""
    head: dict[str, object] = {"server": _server(explained)}
    tail = {"findings": [finding_object(each) for each in explained.findings]}
    diagnoses = (
        diagnosis_object(each, explained.codes.get(each.exchange, ()))
        for each in explained.diagnoses
    )
    if len(explained.diagnoses) <= MOST_INDENTED:
        whole = {**head, "diagnoses": [*diagnoses], **tail}
        yield json.dumps(whole, indent=1, ensure_ascii=False) + "\n"
        return
    # An object begins and ends with a brace; the list of diagnoses goes between these two.
    yield f'{json.dumps(head, ensure_ascii=False)[:-1]}, "diagnoses": ['
    between = ""
    for told in diagnoses:
        yield between + json.dumps(told, ensure_ascii=False)
        between = ", "
    yield f"], {json.dumps(tail, ensure_ascii=False)[1:]}\n"


def _server(explained: Explained) -> dict[str, object]:
    server = explained.server
    name = server.name if server.id else None
    return {"name": name, "confidence": round(server.confidence, 4)}


def finding_object(finding: Finding) -> dict[str, object]:
    """One finding as JSON tells it."""
    return {
        "rule": finding.rule,
        "severity": finding.severity,
        "exchange": finding.exchange,
        "side": finding.side,
        "octets": [finding.start, finding.stop],
        "title": finding.title,
        "sentence": finding.sentence,
        "advice": finding.advice,
        "reference": finding.reference,
    }


def diagnosis_object(diagnosis: Diagnosis, codes: Sequence[Code | None] = ()) -> dict[str, object]:
    """One diagnosis as JSON tells it; ``codes`` are those of its alternatives, if any."""
    return {
        "exchange": diagnosis.exchange,
        "command": diagnosis.command,
        "code": diagnosis.code,
        "enhanced": diagnosis.enhanced,
        "text": diagnosis.text,
        "closed": diagnosis.closed,
        "summary": diagnosis.summary,
        "meaning": {
            "title": diagnosis.meaning.title,
            "text": diagnosis.meaning.meaning,
            "severity": diagnosis.meaning.severity,
            "action": diagnosis.meaning.action,
        },
        "causes": [_cause(each) for each in diagnosis.causes],
        "alternatives": [
            _alternative(each, code)
            for each, code in zip_longest(diagnosis.alternatives, codes)
            if each is not None
        ],
        "verification": [_step(each) for each in diagnosis.verification],
    }


def _step(step: Step) -> dict[str, object]:
    told: dict[str, object] = {"id": step.id, "title": step.title, "action": step.action}
    if step.action == "reconnect":
        told["port"] = step.port
        told["security"] = step.security
    told["commands"] = list(step.commands)
    told["tells"] = step.tells
    told["separates"] = list(step.separates)
    told["errors"] = step.errors
    told["reference"] = step.reference
    if step.missing:
        told["missing"] = list(step.missing)
    return told


def _cause(cause: RankedCause) -> dict[str, object]:
    return {
        "id": cause.id,
        "family": cause.family,
        "title": cause.title,
        "probability": cause.probability,
        "evidence": [each.sentence for each in cause.evidence],
        "against": [each.sentence for each in cause.against],
        "fixes": {
            "sender": list(cause.fixes.sender),
            "developer": list(cause.fixes.developer),
            "administrator": list(cause.fixes.administrator),
        },
    }


def _alternative(alternative: Alternative, code: Code | None) -> dict[str, object]:
    told: dict[str, object] = {"action": alternative.action}
    if alternative.action == "reconnect":
        told["port"] = alternative.port
        told["security"] = alternative.security
    if alternative.action == "other":
        told["what"] = alternative.what
    told["commands"] = list(alternative.commands)
    told["goal"] = alternative.goal
    told["achieves"] = alternative.achieves
    if alternative.loses:
        told["loses"] = alternative.loses
    told["delivers"] = alternative.delivers
    told["reference"] = alternative.reference
    if alternative.missing:
        told["missing"] = list(alternative.missing)
    if code is not None:
        told["code"] = {name: text for name, text in asdict(code).items() if text}
    return told
