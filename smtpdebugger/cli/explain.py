"""``smtpdebugger explain``: diagnoses for a saved session or a transcript, as text or JSON."""

import gc
import io
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from smtpdebugger.cli.explain_json import as_json
from smtpdebugger.cli.explain_text import lines_of
from smtpdebugger.cli.explained import Explained, explain_all, reports_of
from smtpdebugger.session.visible import visible
from smtpdebugger.transcript.errors import TranscriptError
from smtpdebugger.transcript.opening import MOST_OCTETS, Opened, open_session, read_session

if TYPE_CHECKING:
    from rich.console import Console

    from smtpdebugger.diagnosis.report import Style

DONE, UNREADABLE = 0, 3

COLLECT_AFTER = (10_000, 20, 50)
"""What a session holds on to is no garbage, and diagnoses leave hardly any."""


def run(path: str, output_format: str, everything: bool, *, with_code: bool = False) -> int:
    """Explain the refusals (or, with ``everything``, all replies) of a session.

    ``-`` is standard input; ``with_code`` adds the developer's code. Gives the exit code: 0 done,
    3 unreadable. Results go to stdout, the rest to stderr.
    """
    gc.freeze()
    gc.set_threshold(*COLLECT_AFTER)
    gc.enable()
    try:
        session, problems = _load(path)
    except TranscriptError as error:
        sys.stderr.write(f"smtpdebugger explain: {error}\n")
        return UNREADABLE
    for problem in problems:
        sys.stderr.write(f"smtpdebugger explain: {problem}\n")
    explained = explain_all(session, everything, with_code=with_code)
    if isinstance(sys.stdout, io.TextIOWrapper):
        # A terminal that cannot show a character gets an escape, not an error.
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        if output_format == "json":
            sys.stdout.writelines(as_json(explained))
        elif output_format in {"report", "markdown"}:
            style: Style = "markdown" if output_format == "markdown" else "text"
            sys.stdout.write("\n".join(reports_of(session, explained, style)))
        else:
            _write_text(explained)
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader has seen enough.
        _silence_output()
    except OSError as error:
        _silence_output()
        reason = error.strerror or error
        sys.stderr.write(f"smtpdebugger explain: the result could not be written: {reason}.\n")
        return UNREADABLE
    finally:
        explained.keep()
    return DONE


def _silence_output() -> None:
    """Nothing more may be written, not even at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _load(path: str) -> Opened:
    if path == "-":
        return read_session(sys.stdin.buffer.read(MOST_OCTETS), "standard input")
    return open_session(Path(path))


def _write_text(explained: Explained) -> None:
    console = _console()
    for style, raw in lines_of(explained):
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
