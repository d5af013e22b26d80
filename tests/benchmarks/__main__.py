"""Runs the benchmarks and prints one line each: figure, what it was measured against, goal."""

import sys
from collections.abc import Callable

from tests.benchmarks import (
    ahead,
    explain,
    live,
    memory,
    million,
    refusals,
    row,
    speaking,
    start,
    tabs,
    talk,
    wire,
)

BENCHMARKS: dict[str, Callable[[], str]] = {
    "start": start.measure,
    "explain": explain.measure,
    "refusals": refusals.measure_session,
    "refusals-live": refusals.measure_window,
    "diagnosis": refusals.measure_diagnosis,
    "row": row.measure,
    "ahead": ahead.measure,
    "million": million.measure,
    "live": live.measure,
    "memory": memory.measure,
    "data": speaking.measure_data,
    "group": speaking.measure_group,
    "talk": talk.measure_start,
    "talk-rate": talk.measure_rate,
    "rate": wire.measure_rate,
    "sessions": wire.measure_sessions,
    "tabs": tabs.measure,
}


def main() -> int:
    chosen = sys.argv[1:] or list(BENCHMARKS)
    unknown = [name for name in chosen if name not in BENCHMARKS]
    if unknown:
        sys.stderr.write(f"unknown: {', '.join(unknown)}; there are {', '.join(BENCHMARKS)}\n")
        return 2
    for name in chosen:
        print(f"{name:13} {BENCHMARKS[name]()}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
