"""``smtpdebugger explain``: diagnoses for a saved session or a transcript, as text or JSON."""

import io
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from smtpdebugger.diagnosis.case import Case
from smtpdebugger.diagnosis.diagnose import diagnose
from smtpdebugger.diagnosis.model import Alternative, Diagnosis, RankedCause, ServerGuess
from smtpdebugger.knowledge.load import load_knowledge
from smtpdebugger.knowledge.parsed import ParsedFiles, cache_file
from smtpdebugger.session.exchange import Exchange
from smtpdebugger.session.session import Session
from smtpdebugger.session.visible import visible
from smtpdebugger.transcript.errors import TranscriptError
from smtpdebugger.transcript.opening import MOST_OCTETS, Opened, open_session, read_session

if TYPE_CHECKING:
    from rich.console import Console

DONE, UNREADABLE = 0, 3

_WORTH_TELLING = 0.05


def run(path: str, output_format: str, everything: bool) -> int:
    """Explain the refusals (or, with ``everything``, all replies) of a session; ``-`` is standard
    input. Gives the exit code: 0 done, 3 unreadable. Results go to stdout, the rest to stderr."""
    try:
        session, problems = _load(path)
    except TranscriptError as error:
        sys.stderr.write(f"smtpdebugger explain: {error}\n")
        return UNREADABLE
    for problem in problems:
        sys.stderr.write(f"smtpdebugger explain: {problem}\n")
    diagnoses, server = diagnose_all(session, everything)
    if isinstance(sys.stdout, io.TextIOWrapper):
        # A terminal that cannot show a character gets an escape, not an error.
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        if output_format == "json":
            told = json.dumps(as_object(diagnoses, server), indent=1, ensure_ascii=False)
            sys.stdout.write(told + "\n")
        else:
            _write_text(diagnoses)
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader has seen enough.
        _silence_output()
    except OSError as error:
        _silence_output()
        reason = error.strerror or error
        sys.stderr.write(f"smtpdebugger explain: the result could not be written: {reason}.\n")
        return UNREADABLE
    return DONE


def _silence_output() -> None:
    """Nothing more may be written, not even at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def diagnose_all(session: Session, everything: bool) -> tuple[list[Diagnosis], ServerGuess]:
    """The diagnoses of a session in order (of its negative replies, or of all), and the server
    that gave the last reply."""
    parsed = ParsedFiles(cache_file())
    knowledge = load_knowledge(parsed=parsed)
    answered = [each for each in session.exchanges if each.reply is not None]
    wanted = [each for each in answered if everything or _is_refusal(each)]
    diagnoses = [diagnose(session, each, knowledge) for each in wanted]
    server = Case(session, answered[-1], knowledge).server if answered else ServerGuess()
    parsed.keep()
    return diagnoses, server


def _is_refusal(exchange: Exchange) -> bool:
    return exchange.reply is not None and not exchange.reply.is_positive


def as_object(diagnoses: list[Diagnosis], server: ServerGuess) -> dict[str, object]:
    """The diagnoses as the one object that ``--format json`` prints."""
    name = server.name if server.id else None
    return {
        "server": {"name": name, "confidence": round(server.confidence, 4)},
        "diagnoses": [diagnosis_object(each) for each in diagnoses],
    }


def diagnosis_object(diagnosis: Diagnosis) -> dict[str, object]:
    """One diagnosis as JSON tells it."""
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
        "alternatives": [_alternative(each) for each in diagnosis.alternatives],
    }


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


def _alternative(alternative: Alternative) -> dict[str, object]:
    told: dict[str, object] = {"action": alternative.action}
    if alternative.action == "reconnect":
        told["port"] = alternative.port
        told["security"] = alternative.security
    if alternative.action == "other":
        told["what"] = alternative.what
    told["commands"] = list(alternative.commands)
    told["achieves"] = alternative.achieves
    if alternative.loses:
        told["loses"] = alternative.loses
    told["delivers"] = alternative.delivers
    told["reference"] = alternative.reference
    if alternative.missing:
        told["missing"] = list(alternative.missing)
    return told


def _load(path: str) -> Opened:
    if path == "-":
        return read_session(sys.stdin.buffer.read(MOST_OCTETS), "standard input")
    return open_session(Path(path))


def _write_text(diagnoses: list[Diagnosis]) -> None:
    if not diagnoses:
        sys.stdout.write("No reply of this session refuses anything.\n")
        return
    console = _console()
    for diagnosis in diagnoses:
        for style, raw in _text_lines(diagnosis):
            line = visible(raw)
            if console is None:
                sys.stdout.write(line + "\n")
            else:
                console.print(line, style=style, markup=False, highlight=False, emoji=False)


def _console() -> "Console | None":
    """Colours and wrapping for a terminal; a pipe or file gets plain lines."""
    if not sys.stdout.isatty() or os.environ.get("NO_COLOR"):
        return None
    from rich.console import Console

    return Console()


def _text_lines(diagnosis: Diagnosis) -> Iterator[tuple[str, str]]:
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
    yield from _alternative_lines(diagnosis)
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


def _alternative_lines(diagnosis: Diagnosis) -> Iterator[tuple[str, str]]:
    if diagnosis.alternatives:
        yield "bold", "  Instead:"
    for alternative in diagnosis.alternatives:
        note = "  [could deliver mail]" if alternative.delivers else ""
        yield "cyan", f"    {alternative.label}{note}"
        yield "", f"        {alternative.achieves}"
        if alternative.loses:
            yield "dim", f"        Loses: {alternative.loses}"


def _percent(probability: float) -> str:
    return f"{probability * 100:.0f} %"


def _one_line(text: str) -> str:
    return " | ".join(text.splitlines())
