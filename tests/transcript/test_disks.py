"""Disks that are really full: told, waited for, nothing lost, and every file whole."""

import json
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from tests.cli.talk.support import practice
from tests.transcript.disks import can_mount, command

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs limits of a Unix system")


def told(folder: Path, name: str, *more: str, has_own_disk: bool = True) -> dict[str, Any]:
    folder.chmod(0o777)
    run = [sys.executable, "-m", "tests.transcript.disks", name, str(folder), *more]
    run = command(folder, *run) if has_own_disk else run
    done = subprocess.run(run, capture_output=True, text=True, check=False, timeout=100)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.fixture
def disk(tmp_path: Path) -> Path:
    if not can_mount(tmp_path):
        pytest.skip("this system lets nobody mount a file system of their own")
    return tmp_path


def test_a_disk_that_fills_twice_loses_nothing(disk: Path) -> None:
    story = told(disk, "fills_and_empties")
    assert ["disk is full" in each for each in story["told"]] == [True, False] * 2
    assert story["told"][1::2] == ["recovered"] * 2
    assert story["is_whole"]
    assert story["is_same"]
    assert story["problems"] == []


def test_a_disk_that_stays_full_has_what_found_room(disk: Path) -> None:
    story = told(disk, "stays_full")
    assert len(story["told"]) == 1
    assert not story["is_whole"]
    assert 100 < story["in_file"] < 2000
    assert len(story["problems"]) == 1, "the last line is torn"


def test_talk_tells_of_a_full_disk_and_goes_on(disk: Path) -> None:
    with practice() as server:
        story = told(disk, "talks", str(server.port))
    assert "the disk is full. Make room." in story["errors"]
    assert "the session is not saved" in story["errors"]
    assert story["said"] == 1500
    assert story["code"] == 3
    assert 100 < story["in_file"] < 1500


def test_a_file_that_may_not_grow_is_told_and_goes_on_when_it_may(tmp_path: Path) -> None:
    story = told(tmp_path, "limited", has_own_disk=False)
    assert "may not grow" in story["told"][0]
    assert story["is_same"]
    assert story["problems"] == []


def test_a_folder_that_nobody_may_write_is_told_and_waited_for() -> None:
    # Not pytest's own folder: every pytest that starts closes it to other users.
    with TemporaryDirectory() as folder:
        story = told(Path(folder), "read_only", has_own_disk=False)
    assert "writing there is not allowed" in story["told"][0]
    assert story["is_same"]
    assert story["is_whole"]
