"""``talk``: from its start to the end of EHLO against swaks, and its commands per second."""

import os
import shutil
import smtplib
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from smtpdebugger.transcript.opening import open_session
from tests.benchmarks.processes import ENVIRONMENT, practice_server

RUNS = 15
COMMANDS = 2000
ROUNDS = 8


class EhloClock:
    """A server that notes when its EHLO reply has left, for each connection in turn."""

    def __init__(self) -> None:
        self.ended: list[float] = []
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            connection, _ = self._listening.accept()
            with connection, connection.makefile("rwb", buffering=0) as stream:
                stream.write(b"220 clock.test ESMTP\r\n")
                for line in stream:
                    if line[:4].upper() == b"EHLO":
                        stream.write(b"250-clock.test\r\n250-PIPELINING\r\n250 SIZE\r\n")
                        self.ended.append(time.perf_counter())
                    elif line[:4].upper() == b"QUIT":
                        stream.write(b"221 bye\r\n")
                        break


def measure_start() -> str:
    """Both in turn against the same server; swaks is looked for in PATH and in SWAKS."""
    swaks = os.environ.get("SWAKS") or shutil.which("swaks")
    if swaks is None:
        return "talk to the end of EHLO: swaks is not here (name it in SWAKS)"
    clock = EhloClock()
    server = f"127.0.0.1:{clock.port}"
    peers = [swaks, "--server", server, "--quit-after", "EHLO", "--ehlo", "bench.test"]
    ours = [sys.executable, "-m", "smtpdebugger", "talk", server, "--ehlo", "bench.test"]
    times: list[list[float]] = [[], []]
    for _ in range(RUNS):
        for index, command in enumerate((peers, ours)):
            times[index].append(_until_ehlo(command, clock))
    peer, mine = map(min, times)
    medians = statistics.median(times[1]) / statistics.median(times[0])
    return (
        f"talk to the end of EHLO: {mine:.3f} s, swaks {peer:.3f} s, ratio {mine / peer:.2f} "
        f"of the quickest of {RUNS}, {medians:.2f} of the medians (goal 3)"
    )


def _until_ehlo(command: Sequence[str], clock: EhloClock) -> float:
    count, began = len(clock.ended), time.perf_counter()
    subprocess.run(
        command, stdin=subprocess.DEVNULL, capture_output=True, env=ENVIRONMENT, check=True
    )
    return clock.ended[count] - began


def measure_rate() -> str:
    """NOOPs one by one, recorded and printed, against smtplib's loop; the best of short runs.

    Both in turn, because on a busy machine only the quickest runs tell of the program.
    """
    with practice_server("modern") as port, _folder() as folder:
        rates: list[list[float]] = [[], []]
        for _ in range(ROUNDS):
            rates[0].append(_smtplib_rate(port))
            rates[1].append(_talk_rate(port, folder))
    peer, mine = map(max, rates)
    return (
        f"talk, {COMMANDS} NOOPs recorded: {mine:.0f} a second, smtplib {peer:.0f}, "
        f"ratio {mine / peer:.2f} of the quickest of {ROUNDS} (goal 0.5)"
    )


def _smtplib_rate(port: int) -> float:
    with smtplib.SMTP("127.0.0.1", port, local_hostname="bench.example.test") as client:
        client.ehlo()
        began = time.perf_counter()
        for _ in range(COMMANDS):
            client.noop()
        return COMMANDS / (time.perf_counter() - began)


def _talk_rate(port: int, folder: Path) -> float:
    """From the first NOOP to the last reply, as the recorded session has it."""
    script, saved = folder / "script.txt", folder / "session.smtpsession"
    script.write_text("NOOP\n" * COMMANDS)
    saved.unlink(missing_ok=True)
    arguments = [f"127.0.0.1:{port}", "--script", str(script), "--save", str(saved)]
    subprocess.run(
        [sys.executable, "-m", "smtpdebugger", "talk", *arguments],
        stdout=subprocess.DEVNULL,
        env=ENVIRONMENT,
        check=True,
    )
    session, _ = open_session(saved)
    numbers = session.by_verb["NOOP"]
    began, ended = session.exchange(numbers[0]).sent_at, session.exchange(numbers[-1]).replied_at
    return COMMANDS / (ended - began) * 1_000_000


@contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)
