"""``smtpdebugger recordings``: which sessions are recorded, and what of them is to go."""

import argparse
import json
import sys
from collections.abc import Collection
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from smtpdebugger.session.visible import visible
from smtpdebugger.settings import Settings
from smtpdebugger.transcript.place import default_folder
from smtpdebugger.transcript.retention import (
    Recording,
    Use,
    has_notes,
    recordings,
    tidy,
    use_of,
)

DONE, UNREADABLE = 0, 3
_MEGABYTE = 1_000_000

_EXAMPLES = """\
examples:
  smtpdebugger recordings                            what there is, the oldest first
  smtpdebugger recordings --format json
  smtpdebugger recordings --tidy --dry-run           what the limits of the settings would delete
  smtpdebugger recordings --tidy --keep-days 30 --keep-megabytes 500

Only recordings go: no file of another name, none that is recorded or shown just now, none that
ended abruptly and was not told of, none with a mark or a remark.
exit codes: 0 done; 2 usage; 3 the folder cannot be read
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    parser.epilog = _EXAMPLES
    parser.add_argument("--folder", metavar="FOLDER", help="else: the one of the settings")
    parser.add_argument("--format", choices=("text", "json"), default="text")
    parser.add_argument("--tidy", action="store_true", help="delete what is over the limits")
    parser.add_argument("--dry-run", action="store_true", help="with --tidy: only tell what")
    parser.add_argument("--keep-days", type=_count, metavar="N", help="else: as the settings say")
    parser.add_argument("--keep-megabytes", type=_count, metavar="N", help="else: the same")


def run(options: argparse.Namespace) -> int:
    """List recordings, or delete what is over the limits; gives the exit code."""
    settings, problem = Settings.load()
    if problem:
        _complain(problem)
    wanted = options.folder or settings.folder
    folder = Path(wanted) if wanted else default_folder()
    try:
        if wanted or folder.exists():
            next(folder.iterdir(), None)
    except OSError as error:
        _complain(f"{folder} cannot be read: {error.strerror or error}.")
        return UNREADABLE
    deleted: list[Recording] = []
    if options.tidy:
        days = settings.keep_days if options.keep_days is None else options.keep_days
        most = settings.keep_megabytes if options.keep_megabytes is None else options.keep_megabytes
        if not (days or most):
            _complain("there is no limit: --keep-days or --keep-megabytes sets one.")
        deleted = tidy(folder, days, most, only_tell=options.dry_run)
    shown = deleted if options.tidy else recordings(folder)
    told = [_as_object(each) for each in shown] if not options.tidy else [*map(_brief, shown)]
    if options.format == "json":
        key = "deleted" if options.tidy else "recordings"
        object_ = {"folder": str(folder), "dry_run": options.dry_run, key: told}
        sys.stdout.write(json.dumps(object_, indent=1, ensure_ascii=False) + "\n")
    else:
        verb = ("would go" if options.dry_run else "deleted") if options.tidy else ""
        sys.stdout.writelines(f"{visible(line)}\n" for line in _lines(folder, shown, told, verb))
    return DONE


def _brief(recording: Recording) -> dict[str, Any]:
    written = datetime.fromtimestamp(recording.written, UTC)
    return {
        "file": recording.file.name,
        "octets": recording.octets,
        "written": f"{written:%Y-%m-%dT%H:%M:%SZ}",
    }


def _as_object(recording: Recording) -> dict[str, Any]:
    try:
        use, is_noted = use_of(recording.file).value, has_notes(recording.file)
    except OSError:
        use, is_noted = Use.NONE.value, False
    return {**_brief(recording), "use": use, "noted": is_noted}


def _lines(
    folder: Path, shown: Collection[Recording], told: list[dict[str, Any]], verb: str
) -> list[str]:
    octets = sum(each.octets for each in shown)
    count = len(told)
    head = f"{count} recording{'s' * (count != 1)}, {octets / _MEGABYTE:.1f} MB"
    lines = [f"{head} {verb}".rstrip() + f" in {folder}"]
    for each in told:
        notes = [each["use"]] if each.get("use") else []
        notes += ["marks or remarks"] if each.get("noted") else []
        size = f"{each['octets'] / _MEGABYTE:9.2f} MB"
        line = f"{each['written']}  {size}  {each['file']}"
        lines.append(f"{line}  ({', '.join(notes)})" if notes else line)
    return lines


def _complain(sentence: str) -> None:
    sys.stderr.write(f"smtpdebugger recordings: {sentence}\n")


def _count(text: str) -> int:
    if not (text.isdecimal() and len(text) < 10):
        raise argparse.ArgumentTypeError("a number, 0 for no limit")
    return int(text)
