"""Explanations as lines of text, each with its style for terminals that have colours."""

from collections.abc import Iterator, Sequence

from smtpdebugger.cli.explained import Explained
from smtpdebugger.diagnosis.model import Code, Diagnosis, RankedCause

_WORTH_TELLING = 0.05


def lines_of(explained: Explained) -> Iterator[tuple[str, str]]:
    """Style and text of every line."""
    if not explained.diagnoses:
        yield "", "No reply of this session refuses anything."
        yield "", ""
    for diagnosis in explained.diagnoses:
        yield from _text_lines(diagnosis, explained.codes.get(diagnosis.exchange, ()))
    if explained.findings:
        yield "bold", "Findings:"
    for finding in explained.findings:
        style = {"error": "red", "warning": "yellow"}.get(finding.severity, "")
        yield style, f"  {finding.severity}, exchange {finding.exchange}: {finding.sentence}"
        yield "dim", f"        {finding.advice} ({finding.reference})"


def _text_lines(diagnosis: Diagnosis, codes: Sequence[Code | None]) -> Iterator[tuple[str, str]]:
    command = diagnosis.command or "(no command)"
    status = f" {diagnosis.enhanced}" if diagnosis.enhanced else ""
    yield "bold", f"Exchange {diagnosis.exchange}: {command}"
    yield (
        "bold red" if diagnosis.causes else "green",
        (f"  {diagnosis.code or '???'}{status} {_one_line(diagnosis.text)}"),
    )
    if diagnosis.server.id:
        percent = _percent(diagnosis.server.confidence)
        yield "dim", f"  Server: {diagnosis.server.name} ({percent})"
    yield "", f"  Meaning: {diagnosis.meaning.title}. {diagnosis.meaning.meaning}"
    if diagnosis.closed:
        yield "", "  The server closed the connection with it."
    for number, cause in enumerate(diagnosis.causes):
        if number == 0 or cause.probability >= _WORTH_TELLING:
            yield from _cause_lines(cause, is_first=number == 0)
    yield from _alternative_lines(diagnosis, codes)
    yield from _step_lines(diagnosis)
    yield "", ""


def _cause_lines(cause: RankedCause, *, is_first: bool) -> Iterator[tuple[str, str]]:
    yield "bold" if is_first else "", f"  {_percent(cause.probability):>4}  {cause.sentence}"
    yield "dim", f"        {cause.id} ({cause.family_title})"
    for evidence in cause.evidence[: 4 if is_first else 2]:
        yield "", f"        + {evidence.sentence}"
    for evidence in cause.against[: 2 if is_first else 1]:
        yield "", f"        - {evidence.sentence}"
    if not is_first:
        return
    for audience in ("sender", "developer", "administrator"):
        for fix in getattr(cause.fixes, audience):
            yield "", f"        {audience}: {fix}"


def _alternative_lines(
    diagnosis: Diagnosis, codes: Sequence[Code | None]
) -> Iterator[tuple[str, str]]:
    if diagnosis.alternatives:
        yield "bold", "  Instead:"
    for number, alternative in enumerate(diagnosis.alternatives):
        note = "  [could deliver mail]" if alternative.delivers else ""
        yield "cyan", f"    {alternative.label}{note}"
        yield "", f"        {alternative.achieves}"
        if alternative.loses:
            yield "dim", f"        Loses: {alternative.loses}"
        code = codes[number] if number < len(codes) else None
        for line in code.smtplib.splitlines() if code is not None else ():
            yield "", f"        | {line}".rstrip()


def _step_lines(diagnosis: Diagnosis) -> Iterator[tuple[str, str]]:
    if diagnosis.verification:
        yield "bold", "  To be sure:"
    for step in diagnosis.verification:
        yield "cyan", f"    {step.label}"
        yield "", f"        {step.tells}"


def _percent(probability: float) -> str:
    return f"{probability * 100:.0f} %"


def _one_line(text: str) -> str:
    return " | ".join(text.splitlines())
