"""Fresh processes, timed in turn so that a drifting machine is fair to both."""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

ENVIRONMENT = dict(os.environ, QT_QPA_PLATFORM=os.environ.get("QT_QPA_PLATFORM", "offscreen"))
# A person's second start finds the modules compiled; so must these.
ENVIRONMENT.pop("PYTHONDONTWRITEBYTECODE", None)


def seconds(arguments: Sequence[str], stdin: str = "") -> float:
    """How long a process takes, from start to end."""
    began = time.perf_counter()
    ended = subprocess.run(
        [sys.executable, *arguments], input=stdin, text=True, capture_output=True, env=ENVIRONMENT
    )
    took = time.perf_counter() - began
    if ended.returncode != 0:
        raise RuntimeError(ended.stderr)
    return took


def medians(*commands: Sequence[str], runs: int = 9, stdin: str = "") -> list[float]:
    """The median time of each command, run in turn; one round before does not count."""
    times: list[list[float]] = [[] for _ in commands]
    for turn in range(runs + 1):
        for index, command in enumerate(commands):
            took = seconds(command, stdin)
            if turn:
                times[index].append(took)
    return [statistics.median(each) for each in times]


@contextmanager
def practice_server(personality: str = "modern") -> Iterator[int]:
    """A practice server in a process of its own; its port."""
    server = subprocess.Popen(
        [sys.executable, "-m", "smtpdebugger", "practice", "--personality", personality],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert server.stdout is not None
        yield int(server.stdout.readline().split()[-1].strip("."))
    finally:
        server.terminate()
        server.wait(10)
