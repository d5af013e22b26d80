"""Other programs: what they say is returned, told in an error, or asked for again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.interop import commands, machine
from tests.interop.commands import run
from tests.interop.lab import UnavailableError
from tests.interop.launching import CHECKOUT

SHELL = ["sh", "-c"]


@pytest.fixture(autouse=True)
def _no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commands, "PAUSE_SECONDS", 0)


def test_output_of_both_kinds_is_returned(tmp_path: Path) -> None:
    said = run([*SHELL, "echo $WORD; pwd >&2"], environment={"WORD": "out"}, folder=tmp_path)
    assert said.splitlines() == ["out", str(tmp_path)]


def test_a_failure_has_the_name_the_code_and_the_last_lines() -> None:
    with pytest.raises(UnavailableError) as failed:
        run([*SHELL, "seq 9; exit 3"], called="count")
    assert str(failed.value) == "count failed (3): 6 / 7 / 8 / 9"


def test_a_missing_program_is_a_reason() -> None:
    with pytest.raises(UnavailableError, match="no-such-program"):
        run(["no-such-program"])


def test_it_is_tried_again_and_given_up(tmp_path: Path) -> None:
    tries = tmp_path / "tries"
    fails_twice = [*SHELL, f"echo x >> '{tries}'; test $(wc -l < '{tries}') -gt 2 && echo done"]
    with pytest.raises(UnavailableError):
        run(fails_twice, attempts=2)
    assert run(fails_twice, attempts=2) == "done\n"
    assert tries.read_text() == "x\n" * 3


def test_it_takes_no_longer_than_it_may(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commands, "SECONDS", 0.1)
    with pytest.raises(UnavailableError, match=r"sleep: .* timed out"):
        run(["sleep", "60"])


def test_it_ends_with_us_however_we_end(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    program = (
        f"from tests.interop.commands import run\nrun(['sh', '-c', 'echo $$ > {note}; sleep 60'])"
    )
    with subprocess.Popen([sys.executable, "-c", program], cwd=CHECKOUT) as owner:
        while not (note.exists() and note.read_text()):
            time.sleep(0.02)
        pid = int(note.read_text())
        assert machine.started(pid) is not None
        os.kill(owner.pid, signal.SIGKILL)
    while machine.started(pid) is not None:
        time.sleep(0.02)
