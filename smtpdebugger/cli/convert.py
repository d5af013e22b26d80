"""``smtpdebugger convert``: a session from one format into another, secrets masked."""

import argparse
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from smtpdebugger.session.session import Session
from smtpdebugger.transcript.copying import Wishes, copied_events
from smtpdebugger.transcript.dialogue_writer import dialogue_lines
from smtpdebugger.transcript.errors import TranscriptError
from smtpdebugger.transcript.opening import MOST_OCTETS, Opened, open_session, read_session
from smtpdebugger.transcript.pseudonyms import KINDS
from smtpdebugger.transcript.recorder import save_copy
from smtpdebugger.transcript.whole import write_whole

DONE, USAGE, UNREADABLE = 0, 2, 3

SOURCES = ("smtpsession", "dialogue")
_ENDINGS = {".smtpsession": "smtpsession", ".txt": "dialogue", ".smtp": "dialogue"}
_EXAMPLES = """\
examples:
  smtpdebugger convert failure.smtpsession failure.txt         C: and S: lines, for a mail
  smtpdebugger convert trace.txt trace.smtpsession             to open it in the window
  smtpdebugger convert --pseudonyms all failure.smtpsession for-the-ticket.smtpsession
  smtpdebugger convert --to text failure.smtpsession -         the transcript with its times

Secrets are masked in whatever is written, unless --reveal-secrets asks for what IN still holds.
exit codes: 0 done; 2 usage; 3 could not read or write
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    parser.epilog = _EXAMPLES
    parser.add_argument("source", metavar="IN", help="a session, a C:/S: transcript, or -")
    parser.add_argument("target", metavar="OUT", help="a file, which is replaced, or -")
    parser.add_argument(
        "--from", dest="source_format", choices=SOURCES, help="what IN must be; else: as it looks"
    )
    parser.add_argument(
        "--to", dest="target_format", choices=tuple(FORMATS), help="else: by the ending of OUT"
    )
    parser.add_argument(
        "--reveal-secrets", action="store_true", help="write passwords and tokens, where IN has any"
    )
    parser.add_argument(
        "--mask-mail", action="store_true", help="mask passwords and tokens in mail data too"
    )
    parser.add_argument(
        "--pseudonyms",
        type=_kinds,
        default=(),
        metavar="KINDS",
        help=f"replace {', '.join(KINDS)} (with commas between them) or all",
    )


def run(options: argparse.Namespace) -> int:
    """Convert; gives the exit code."""
    name = options.target_format or _ENDINGS.get(Path(options.target).suffix.lower())
    if name is None:
        return _fail(f"--to must say what {options.target} is to be: {', '.join(FORMATS)}", USAGE)
    if options.reveal_secrets and name == "text":
        return _fail("--reveal-secrets: the text format masks secrets always", USAGE)
    wishes = Wishes(options.reveal_secrets, options.mask_mail, options.pseudonyms, True)
    try:
        session, problems = _opened(options.source, options.source_format)
        for problem in problems:
            sys.stderr.write(f"smtpdebugger convert: {problem}\n")
        _write(session, options.target, FORMATS[name], wishes)
    except TranscriptError as error:
        return _fail(str(error))
    except BrokenPipeError:
        raise
    except OSError as error:
        return _fail(f"{options.target} cannot be written: {error.strerror or error}.")
    return DONE


def _fail(sentence: str, code: int = UNREADABLE) -> int:
    sys.stderr.write(f"smtpdebugger convert: {sentence}\n")
    return code


def _opened(source: str, wanted: str | None) -> Opened:
    if source == "-":
        octets = sys.stdin.buffer.read(MOST_OCTETS + 1)
        if len(octets) > MOST_OCTETS:
            raise TranscriptError("Standard input is too long. Give the name of a file.")
        session, problems = read_session(octets, "standard input")
    else:
        session, problems = open_session(Path(source))
    found = "dialogue" if session.header.origin == "import" else "smtpsession"
    if wanted is not None and found != wanted and not _is_file_of(source, wanted):
        raise TranscriptError(f"{source} is no {wanted}, but a {found}.")
    return session, problems


def _is_file_of(source: str, wanted: str) -> bool:
    """An imported session that was saved has the origin of what it was imported from."""
    if wanted != "smtpsession" or source == "-":
        return False
    with Path(source).open("rb") as file:
        return file.read(1) == b"{"


def _write(
    session: Session, target: str, write: Callable[[Session, Path, Wishes], None], wishes: Wishes
) -> None:
    if target != "-":
        write(session, Path(target), wishes)
        return
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "converted"
        write(session, file, wishes)
        with file.open("rb") as opened:
            shutil.copyfileobj(opened, sys.stdout.buffer)
    sys.stdout.buffer.flush()


def _write_dialogue(session: Session, path: Path, wishes: Wishes) -> None:
    write_whole(path, dialogue_lines(copied_events(session, wishes)))


def _write_text(session: Session, path: Path, wishes: Wishes) -> None:
    write_whole(path, _rows(session, wishes))


def _rows(session: Session, wishes: Wishes) -> Iterator[bytes]:
    shown = Session(session.header)
    done = 0
    for event in copied_events(session, wishes):
        shown.record(event)
        while done < len(shown.rows):
            yield shown.rows[done].line.encode("utf-8", "replace") + b"\n"
            done += 1


FORMATS: dict[str, Callable[[Session, Path, Wishes], None]] = {
    "smtpsession": save_copy,
    "dialogue": _write_dialogue,
    "text": _write_text,
}
"""What can be written."""


def _kinds(text: str) -> tuple[str, ...]:
    kinds = KINDS if text == "all" else tuple(each.strip() for each in text.split(","))
    if unknown := [each for each in kinds if each not in KINDS]:
        raise argparse.ArgumentTypeError(f"unknown: {', '.join(unknown)}; there are {_list()}")
    return tuple(kinds)


def _list() -> str:
    return f"{', '.join(KINDS)} and all"
