"""Servers by hand: up, list, down, and all that can come between."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.ctrl_c import heed_ctrl_c
from tests.interop import __main__ as command
from tests.interop import control, lab, machine, preparing, recipe, records
from tests.interop.launching import CHECKOUT
from tests.interop.world import World
from tests.require import need

pytestmark = pytest.mark.interop

SERVER = "fakesmtpd"  # small, and quick to start
SECONDS = 30.0


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A lab of the test's own, in a path with spaces, that shares what was fetched before."""
    try:
        preparing.prepare(SERVER)
    except lab.UnavailableError as error:
        need("interop", str(error))
    usual = lab.cache_folder()
    own = tmp_path / "a path with spaces"
    own.mkdir()
    for name in ("pypi", "tls"):
        (own / name).symlink_to(usual / name)
    monkeypatch.setenv(lab.CACHE_VARIABLE, str(own))
    yield own
    for record in records.read_all(own):
        records.end(record)


@pytest.fixture
def recipes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Adds servers to those there are, as ``recipes(NAME, daemon="…")``."""
    servers = tmp_path / "servers"
    servers.mkdir()
    for folder in recipe.SERVERS.iterdir():
        (servers / folder.name).symlink_to(folder)
    monkeypatch.setattr(recipe, "SERVERS", servers)

    def add(name: str, *, daemon: str, **files: str) -> None:
        (servers / name).mkdir()
        text = f"""
            software = "{name}"
            daemons = ["{daemon}"]
            [[endpoint]]
            name = "{name}"
            port = {free_port()}
            tls = "none"
            protocol = "smtp"
        """
        (servers / name / "recipe.toml").write_text(text)
        for file, content in files.items():
            (servers / name / file.replace("_txt", ".txt")).write_text(content)

    return add


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def running(*arguments: str, **options: object) -> subprocess.Popen[str]:
    """``python -m tests.interop ARGUMENTS``, with the test's own recipes."""
    program = (
        "import sys; from pathlib import Path; from tests.interop import recipe, __main__\n"
        "recipe.SERVERS = Path(sys.argv[1]); sys.exit(__main__.main(sys.argv[2:]))"
    )
    return subprocess.Popen(
        [sys.executable, "-c", program, str(recipe.SERVERS), *arguments],
        cwd=CHECKOUT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=heed_ctrl_c,
        **options,  # type: ignore[call-overload]
    )


def alive(cache: Path, server: str = SERVER) -> list[records.Record]:
    return [
        record for record in records.read_all(cache) if record.server == server and record.alive
    ]


def wait_until(reached: Callable[[], object]) -> None:
    until = time.monotonic() + SECONDS
    while not reached():
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.02)


# up, list, down ------------------------------------------------------------------------------


def test_up_list_down(cache: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (before,) = control.listed(recipe.load(SERVER))
    assert before.state == "not prepared"
    assert command.main(["up", SERVER]) == 0
    assert f"{SERVER}: ready: {SERVER} 127.0.0.1:" in capsys.readouterr().out
    assert command.main(["list", SERVER, "--json"]) == 0
    (row,) = json.loads(capsys.readouterr().out)
    assert row["state"] == "running"
    with socket.create_connection((row["host"], row["port"])) as session:
        assert session.recv(4) == b"220 "
    assert Path(row["ca"]).is_file()
    assert Path(row["logs"]).is_dir()
    assert command.main(["down", SERVER]) == 0
    assert alive(cache) == []
    assert command.main(["list", SERVER]) == 0
    assert capsys.readouterr().out.splitlines()[1].endswith("smtp    prepared")


def test_up_says_of_a_running_server_that_it_runs(
    cache: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command.main(["up", SERVER]) == 0
    first = alive(cache)
    assert command.main(["up", SERVER]) == 0
    assert f"{SERVER}: running already: {SERVER} 127.0.0.1:" in capsys.readouterr().out
    assert alive(cache) == first


def test_up_starts_anew_what_runs_and_does_not_greet(cache: Path) -> None:
    assert command.main(["up", SERVER]) == 0
    (first,) = alive(cache)
    (init,) = machine.children(first.pid)
    for daemon in machine.children(init):
        os.kill(daemon, signal.SIGSTOP)
    what, _rows = control.up(SERVER)
    assert what == "ready"
    (second,) = alive(cache)
    assert second.pid != first.pid


def test_down_leaves_the_others(cache: Path) -> None:
    assert command.main(["up", SERVER]) == 0
    assert command.main(["down", "exim"]) == 0
    assert len(alive(cache)) == 1


def test_an_unknown_server_is_a_usage_error_before_anything_starts(
    cache: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        command.main(["up", SERVER, "sendmial"])
    assert ended.value.code == 2
    assert "no server called sendmial; there are: aiosmtpd, " in capsys.readouterr().err
    assert alive(cache) == []


# What can go wrong ---------------------------------------------------------------------------


def test_a_port_that_is_taken_is_replaced_and_shown(
    cache: Path, recipes: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    wanted = recipe.load(SERVER).ports[SERVER]
    with socket.socket() as stranger:
        stranger.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            stranger.bind(("127.0.0.1", wanted))
        except OSError:
            pass  # by somebody else's server: just as good
        else:
            stranger.listen()
        assert command.main(["up", SERVER]) == 0
        (row,) = control.listed(recipe.load(SERVER))
        assert row.endpoint.port != wanted
    out = capsys.readouterr().out
    assert f"{SERVER} 127.0.0.1:{row.endpoint.port} ({wanted} was taken)" in out


def test_a_package_that_is_not_to_be_had_is_a_reason(
    cache: Path,
    recipes: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    recipes("lost", daemon="true", requirements_txt="lost-package-of-the-lab==1\n")
    (cache / "pypi").unlink()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setattr("tests.interop.commands.PAUSE_SECONDS", 0)
    assert command.main(["up", "lost", SERVER]) == 1
    captured = capsys.readouterr()
    reason = r"No matching distribution found for lost-package-of-the-lab==1"
    assert "lost: unavailable: pip install failed" in captured.err
    assert reason in captured.err
    assert "0 of 2" in captured.err  # the other one's packages are gone as well
    assert command.main(["list", "lost"]) == 0
    assert "unavailable: pip install failed" in capsys.readouterr().out
    assert list((cache / "pypi").iterdir()) == []


def test_a_server_that_dies_tells_why(
    cache: Path, recipes: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    recipes("mortal", daemon="sh -c 'echo {port:mortal} is no good; exit 7'")
    assert command.main(["up", "mortal", SERVER]) == 1
    captured = capsys.readouterr()
    assert "mortal: failed: mortal ended with 1" in captured.err
    assert "is no good" in captured.err
    assert f"{SERVER}: ready" in captured.out
    assert "1 of 2 servers up" in captured.err
    assert alive(cache, "mortal") == []


def test_a_cache_that_cannot_be_is_said_once(
    cache: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (cache / "file").write_text("in the way")
    monkeypatch.setenv(lab.CACHE_VARIABLE, str(cache / "file" / "below"))
    for arguments in (["up"], ["list"], ["down"]):
        assert command.main(arguments) == 1
        (line,) = capsys.readouterr().err.splitlines()
        assert line.startswith("python -m tests.interop: no place for packages and logs: ")


def test_up_that_is_killed_leaves_what_is_ready_and_nothing_else(
    cache: Path, recipes: Callable[..., None]
) -> None:
    recipes("slow", daemon="sleep 1000 {port:slow}")
    with subprocess.Popen(["sleep", "60"]) as bystander, running("up", SERVER, "slow") as up:
        assert up.stdout is not None
        assert up.stdout.readline().startswith(f"{SERVER}: ready")
        wait_until(lambda: alive(cache, "slow"))
        (half_way,) = alive(cache, "slow")
        up.send_signal(signal.SIGKILL)
        up.wait()
        wait_until(lambda: not half_way.alive)
        (ready,) = alive(cache)
        assert control.up(SERVER)[0] == "running already"
        assert alive(cache) == [ready]
        assert bystander.poll() is None
        assert command.main(["down"]) == 0
        assert alive(cache) == []
        assert bystander.poll() is None
        bystander.kill()


def test_ctrl_c_ends_what_is_not_ready(cache: Path, recipes: Callable[..., None]) -> None:
    recipes("slow", daemon="sleep 1000 {port:slow}")
    with running("up", "slow") as up:
        wait_until(lambda: alive(cache, "slow"))
        (half_way,) = alive(cache, "slow")
        up.send_signal(signal.SIGINT)
        _out, err = up.communicate(timeout=SECONDS)
        assert up.returncode == 130
    assert err == "interrupted; servers that were not ready are ended\n"
    wait_until(lambda: not half_way.alive)


def test_two_at_once_start_a_server_once(cache: Path) -> None:
    with running("up", SERVER) as first, running("up", SERVER) as second:
        said = [each.communicate(timeout=SECONDS)[0] for each in (first, second)]
        assert [first.returncode, second.returncode] == [0, 0]
    assert sorted(text.split(":")[1] for text in said) == [" ready", " running already"]
    assert len(alive(cache)) == 1


def test_a_server_that_ends_before_it_is_let_go_has_failed(
    cache: Path, recipes: Callable[..., None]
) -> None:
    recipes("brief", daemon="sleep 1000 {port:brief}")
    world = World(preparing.prepare("brief"), stays=True)
    wait_until(lambda: machine.children(world.pid))
    for process in machine.children(world.pid):
        os.kill(process, signal.SIGKILL)
    wait_until(lambda: machine.started(world.pid) is None)
    with pytest.raises(lab.ServerFailedError, match="brief ended"):
        world.let_go()
