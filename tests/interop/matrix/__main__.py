"""``python -m tests.interop.matrix``: record the matrix anew, or compare servers with it."""

from __future__ import annotations

import argparse
import sys
import time

from smtpdebugger.session.session import Session
from tests.interop.lab import LabError
from tests.interop.matrix import shelf, stage
from tests.interop.matrix.shelf import Place
from tests.interop.recipe import names


def main(arguments: list[str] | None = None) -> int:
    """Run one sub-command; 0 done, 1 something differs or could not be had, 2 usage."""
    parser = argparse.ArgumentParser(prog="python -m tests.interop.matrix", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, about in (
        ("record", "play the matrix and keep what is new"),
        ("compare", "play the matrix and show what differs from the recordings"),
    ):
        command = commands.add_parser(name, help=about)
        command.add_argument("names", nargs="*", metavar="NAME", help="servers; default: all")
    chosen = parser.parse_args(arguments)
    unknown = set(chosen.names) - set(names())
    if unknown:
        parser.error(f"no server is called {', '.join(sorted(unknown))}; there are: {names()}")
    take = _keep if chosen.command == "record" else _compare
    began = time.monotonic()
    misses = 0

    def done(name: str, outcome: stage.Outcome) -> None:
        nonlocal misses
        if isinstance(outcome, LabError):
            print(f"{name}: {outcome}", file=sys.stderr)
            misses += 1
            return
        misses += sum(not take(place, session) for place, session in outcome.items())
        exchanges = sum(len(session.exchanges) for session in outcome.values())
        seconds = time.monotonic() - began
        print(f"{seconds:5.0f} s  {name}: {len(outcome)} states, {exchanges} exchanges", flush=True)

    stage.play(chosen.names or names(), done)
    return 1 if misses else 0


def _keep(place: Place, session: Session) -> bool:
    if shelf.keep(place, session):
        print(f"{place}: recorded")
    return True


def _compare(place: Place, session: Session) -> bool:
    found = list(shelf.differences(place, session))
    if found:
        print(f"{place}:", *found, sep="\n  ")
    return not found


if __name__ == "__main__":
    sys.exit(main())
