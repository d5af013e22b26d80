"""Cleaning up: only what is ours, only when nobody looks after it any more."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.interop import __main__ as command
from tests.interop import lab, machine, records


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(lab.CACHE_VARIABLE, str(tmp_path))
    return tmp_path


@pytest.fixture
def bystander() -> Iterator[subprocess.Popen[bytes]]:
    """A process that a careless clean-up would end."""
    process = subprocess.Popen(["sleep", "60"])
    yield process
    process.kill()
    process.wait()


def record_of(cache: Path, process: subprocess.Popen[bytes], **changes: object) -> records.Record:
    folder = cache / "run" / f"postfix-{len(list(cache.glob('run/*')))}"
    folder.mkdir(parents=True)
    made = records.Record(
        server="postfix",
        folder=str(folder),
        pid=process.pid,
        started=machine.started(process.pid) or 0,
        owner_pid=os.getpid(),
        owner_started=machine.started(os.getpid()) or 0,
        stays=True,
        ports={"postfix": 1},
    )
    made = replace(made, **changes)  # type: ignore[arg-type]
    records.write(made)
    return made


def test_a_record_comes_back_as_written(cache: Path, bystander: subprocess.Popen[bytes]) -> None:
    made = record_of(cache, bystander)
    assert records.read_all(cache) == [made]
    assert made.alive


def test_down_ends_what_stays(cache: Path, bystander: subprocess.Popen[bytes]) -> None:
    record_of(cache, bystander)
    assert command.main(["down"]) == 0
    assert bystander.wait(timeout=5) != 0


def test_down_leaves_a_process_that_got_the_number_later(
    cache: Path, bystander: subprocess.Popen[bytes]
) -> None:
    record_of(cache, bystander, started=(machine.started(bystander.pid) or 0) - 1)
    assert command.main(["down"]) == 0
    assert bystander.poll() is None


def test_down_leaves_a_world_whose_test_run_goes_on(
    cache: Path, bystander: subprocess.Popen[bytes]
) -> None:
    record_of(cache, bystander, stays=False)
    assert command.main(["down"]) == 0
    assert bystander.poll() is None


def test_down_ends_a_world_whose_test_run_is_gone(
    cache: Path, bystander: subprocess.Popen[bytes]
) -> None:
    record_of(cache, bystander, stays=False, owner_started=1)
    assert command.main(["down"]) == 0
    assert bystander.wait(timeout=5) != 0


def test_a_damaged_record_is_no_obstacle(cache: Path) -> None:
    folder = cache / "run" / "postfix-x"
    folder.mkdir(parents=True)
    (folder / "record.json").write_text('{"server": "postf')
    assert records.read_all(cache) == []
    assert command.main(["down"]) == 0


def test_old_logs_go_and_the_newest_stay(cache: Path, bystander: subprocess.Popen[bytes]) -> None:
    made = [record_of(cache, bystander, started=1) for _ in range(records.KEPT_RUNS + 2)]
    for age, record in enumerate(made):
        os.utime(Path(record.folder, "record.json"), (age, age))
    running = record_of(cache, bystander)
    records.prune(cache)
    left = {Path(record.folder) for record in [*made[2:], running]}
    assert set((cache / "run").iterdir()) == left
