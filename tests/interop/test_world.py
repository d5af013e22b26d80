"""Private worlds when things go wrong: what is said, and that nothing is left behind."""

from __future__ import annotations

import dataclasses
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.interop import lab, machine, world
from tests.interop.launching import CHECKOUT
from tests.interop.preparing import Prepared, prepare
from tests.require import need


@pytest.fixture(scope="module")
def prepared() -> Prepared:
    try:
        return prepare("exim")
    except lab.UnavailableError as error:
        need("interop", str(error))


def broken(prepared: Prepared, **changes: object) -> world.World:
    recipe = dataclasses.replace(prepared.recipe, **changes)  # type: ignore[arg-type]
    return world.World(dataclasses.replace(prepared, recipe=recipe))


@pytest.mark.interop
def test_a_daemon_that_dies_is_reported_with_its_last_lines(prepared: Prepared) -> None:
    server = broken(prepared, daemons=("sh -c 'echo out of luck; exit 3'",), before="")
    with pytest.raises(lab.ServerFailedError, match="out of luck"):
        server.wait_until_ready()
    assert machine.started(server._process.pid) is None


@pytest.mark.interop
def test_a_failed_preparation_is_reported_with_its_last_lines(prepared: Prepared) -> None:
    server = broken(prepared, before="ls /no/such/folder\n")
    with pytest.raises(lab.ServerFailedError, match="No such file"):
        server.wait_until_ready()


@pytest.mark.interop
def test_a_silent_server_is_ended_after_its_time(prepared: Prepared) -> None:
    server = broken(prepared, daemons=("sleep 60",), before="echo nothing to do\n")
    with pytest.raises(lab.ServerFailedError, match="no greeting from exim"):
        server.wait_until_ready(0.5)
    assert machine.started(server._process.pid) is None


@pytest.mark.interop
def test_a_refused_mount_is_nobodys_bug(prepared: Prepared, tmp_path: Path) -> None:
    server = world.World(
        dataclasses.replace(prepared, folders={**prepared.folders, "root": tmp_path})
    )
    with pytest.raises(lab.UnavailableError, match="cannot build a private world: mount"):
        server.wait_until_ready()


@pytest.mark.interop
def test_a_world_ends_with_its_owner_however_that_ends(prepared: Prepared) -> None:
    assert prepared.recipe.name == "exim"
    program = (
        "from tests.interop import world; import time\n"
        "server = world.start('exim')\n"
        "print(server._process.pid, flush=True); time.sleep(60)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program], cwd=CHECKOUT, stdout=subprocess.PIPE, text=True
    ) as owner:
        assert owner.stdout is not None
        pid = int(owner.stdout.readline())
        assert machine.started(pid) is not None
        owner.send_signal(signal.SIGKILL)
    until = time.monotonic() + 10
    while machine.started(pid) is not None and time.monotonic() < until:
        time.sleep(0.02)
    assert machine.started(pid) is None


@pytest.mark.interop
def test_the_machine_itself_is_untouched(prepared: Prepared) -> None:
    before = {path: Path(path).read_bytes() for path in ("/etc/passwd", "/etc/group")}
    hostname = os.uname().nodename
    with world.World(prepared) as server:
        server.wait_until_ready()
        assert {path: Path(path).read_bytes() for path in before} == before
        assert os.uname().nodename == hostname
        assert not Path("/run/lab").exists()
    assert not Path("/etc/exim4/lab.conf").exists()


def test_without_root_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(sys, "platform", "linux")
    assert machine.unfit.__wrapped__() == "private worlds for servers need root"
