"""``python -m tests.interop.alternatives``: try on real servers all that a diagnosis offers.

One row for each endpoint: refusals of the matrix; alternatives tried, answered well, answered
"unknown", "not implemented", "bad sequence" or "syntax" (by code / by our own diagnosis), refused
for another reason, left without a reply; reconnections to a port that the server does not have;
refusals whose goal the endpoint can reach, with anything offered for it, with a command or a
reconnection for it. Then the verification steps taken, the sessions a server ended because of
them, and how often the true cause led before and after, of the replies that have a label. At the
end the developer's programs: how many ran, and how many failed or sent what is not understood.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from smtpdebugger.knowledge.load import load_knowledge
from tests.interop import lab
from tests.interop.alternatives.play import Played, Player
from tests.interop.alternatives.table import HEAD, checked, distinct, row, tried
from tests.interop.recipe import names

HALVES = ("alternatives", "verification", "programs")


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; 0 all is well, 1 something is wrong or could not be had, 2 usage."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.interop.alternatives",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help="servers; default: all")
    parser.add_argument("--only", choices=HALVES, help="one part")
    parser.add_argument("--to", type=Path, help="a file for all of it, as JSON lines")
    chosen = parser.parse_args(arguments)
    began = time.monotonic()
    print(HEAD)
    player = Player(
        load_knowledge(),
        tries=chosen.only in {None, "alternatives"},
        verifies=chosen.only in {None, "verification"},
        runs=chosen.only in {None, "programs"},
        told=lambda played: print(
            row(played.endpoint, played.offers, played.rounds, played.programs),
            *sorted(played.unreachable),
        ),
    )
    outcomes = asyncio.run(player.play(chosen.names or names()))
    played: list[Played] = []
    for name, outcome in outcomes.items():
        if isinstance(outcome, lab.LabError):
            print(f"{name}: {outcome}", file=sys.stderr)
        else:
            played += outcome
    if chosen.to is not None:
        _write(chosen.to, played)
    return _sum(played, time.monotonic() - began, is_whole=len(played) == len(outcomes))


def _write(path: Path, played: list[Played]) -> None:
    with path.open("w", encoding="utf-8") as file:
        for each in played:
            for record in (*each.offers, *each.rounds, *each.programs):
                print(json.dumps(asdict(record), ensure_ascii=False), file=file)


def _sum(played: list[Played], seconds: float, *, is_whole: bool) -> int:
    offers = [offer for each in played for offer in each.offers]
    rounds = [one for each in played for one in each.rounds]
    programs = [one for each in played for one in each.programs]
    print(row("all", offers, rounds, programs))
    for trial in distinct(offers):
        if trial.by_code or trial.by_cause:
            print(f"WRONG {trial.refused} -> {trial.offered}: {trial.line} -> {trial.answer}")
    for one in rounds:
        if one.was_closed:
            print(f"CLOSED {one.refused} -> {', '.join(one.steps)}")
    for program in programs:
        if program.is_bad:
            print(f"BAD {program.refused} -> {program.offered}, {program.library}: {program.told}")
    sums = tried(offers)
    print(f"{len(played)} endpoints in {seconds:.0f} s", end=": ")
    print(f"wrong {sums.wrong:.2%}, offered where reachable {sums.coverage:.1%}")
    is_good = not sums.wrong and sums.coverage >= 0.95 and not checked(rounds).closed
    is_good = is_good and not any(each.is_bad for each in programs)
    return 0 if is_good and is_whole else 1


if __name__ == "__main__":
    sys.exit(main())
