"""The whole command as a process: pipes, signals, closed and full output."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from smtpdebugger.transcript.opening import open_session
from tests.cli.talk.support import peer, practice, started
from tests.peers.peer import Line

FULL = pytest.mark.skipif(sys.platform != "linux", reason="has no /dev/full")


def shell(line: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    """A line for the shell; ``talk`` is the command, wherever Python is."""
    environment = dict(os.environ, python=sys.executable)
    line = f'talk() {{ "$python" -m smtpdebugger talk "$@"; }}; {line}'
    return subprocess.run(
        ["bash", "-c", line],
        input=stdin,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_the_script_may_come_through_a_pipe() -> None:
    with practice() as server:
        done = shell(f"printf 'NOOP\\nRSET' | talk 127.0.0.1:{server.port} --color always")

    assert done.returncode == 0
    assert "\x1b[36mC: RSET\x1b[0m\n" in done.stdout
    assert done.stderr == ""


def test_no_standard_input_is_an_empty_script() -> None:
    with practice() as server:
        done = shell(f"talk 127.0.0.1:{server.port} <&-")

    assert (done.returncode, done.stderr) == (0, "")
    assert "C: QUIT" in done.stdout


def test_output_that_nobody_reads_ends_quietly(tmp_path: Path) -> None:
    saved = tmp_path / "s.smtpsession"
    with practice() as server:
        done = shell(
            f"yes NOOP | talk 127.0.0.1:{server.port} --save {saved} | head -30 | tail -1;"
            ' echo "code ${PIPESTATUS[1]}"'
        )

    assert done.stdout.splitlines()[1:] == ["code 141"]
    assert done.stderr == ""
    session, problems = open_session(saved)
    assert not problems
    assert session.exchanges[-1].verb == "QUIT"


def test_output_that_is_closed_is_nobodys_wish(tmp_path: Path) -> None:
    saved = tmp_path / "s.smtpsession"
    with practice() as server:
        done = shell(f"talk 127.0.0.1:{server.port} --save {saved} </dev/null >&-")

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert saved.exists()


@FULL
def test_a_full_disk_is_a_sentence() -> None:
    with practice() as server:
        done = shell(f"talk 127.0.0.1:{server.port} </dev/null >/dev/full")

    assert done.returncode == 3
    assert done.stderr == (
        "smtpdebugger talk: the result could not be written: No space left on device.\n"
    )


@FULL
def test_scripts_without_end(tmp_path: Path) -> None:
    with practice() as server:
        zeros = shell(f"talk 127.0.0.1:{server.port} --script /dev/zero")
        long = shell(f"head -c 10000000 /dev/zero | tr '\\0' x | talk 127.0.0.1:{server.port}")
        yes = shell(f"yes NOOP | talk 127.0.0.1:{server.port} --limit 300 | tail -4")

    assert zeros.returncode == 3
    assert zeros.stderr.count("\n") == long.stderr.count("\n") == 1
    assert "is no text" in zeros.stderr
    assert long.returncode == 3
    assert "line 1 of standard input is longer than 1 MiB" in long.stderr
    assert "xxx" not in long.stdout
    assert "300 commands are enough" in yes.stderr
    assert "C: QUIT" in yes.stdout


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_with_quit_and_a_complete_file(
    number: signal.Signals, code: int, tmp_path: Path
) -> None:
    saved = tmp_path / "s.smtpsession"
    with practice() as server:
        process = started(f"127.0.0.1:{server.port}", "--save", str(saved))
        assert process.stdout is not None
        while "250 STARTTLS" not in process.stdout.readline():
            pass
        process.send_signal(number)
        out, err = process.communicate(timeout=20)

    assert process.returncode == code
    assert "C: QUIT" in out
    assert err == ""
    session, problems = open_session(saved)
    assert not problems
    assert session.exchanges[-1].code == 221
    assert json.loads(saved.read_text().splitlines()[-1])["type"] == "closed"


async def stalls(line: Line) -> None:
    await line.say("220 stalls")
    await line.hear()
    await line.say("250 ok")
    await line.forever()


def test_a_signal_while_a_reply_is_awaited(tmp_path: Path) -> None:
    saved = tmp_path / "s.smtpsession"
    script = tmp_path / "script"
    script.write_text("NOOP\n")
    with peer(stalls) as server:
        process = started(f"127.0.0.1:{server.port}", "--save", str(saved), "--script", str(script))
        assert process.stdout is not None
        while "C: NOOP" not in process.stdout.readline():
            pass
        began = time.perf_counter()
        process.send_signal(signal.SIGINT)
        out, _ = process.communicate(timeout=20)
        took = time.perf_counter() - began

    assert process.returncode == 130
    assert "C: QUIT" in out
    assert took < 10
    assert json.loads(saved.read_text().splitlines()[-1])["type"] == "closed"


def test_a_signal_while_connecting() -> None:
    async def never_greets(line: Line) -> None:
        await line.forever()

    with peer(never_greets) as server:
        process = started(f"127.0.0.1:{server.port}")
        assert process.stdout is not None
        while "Connected" not in process.stdout.readline():
            pass
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=20)

    assert process.returncode == 130
    assert "# closed client" in out
    assert err == ""


def test_a_second_signal_ends_at_once() -> None:
    with peer(stalls) as server:
        process = started(f"127.0.0.1:{server.port}", "--timeout", "60")
        assert process.stdout is not None
        while "250 ok" not in process.stdout.readline():
            pass
        process.send_signal(signal.SIGINT)
        while "C: QUIT" not in process.stdout.readline():
            pass
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=20)

    assert process.returncode == 130


def test_nothing_is_sent_twice_and_nothing_of_qt_is_loaded() -> None:
    code = (
        "import sys; from smtpdebugger.__main__ import main; "
        "code = main(sys.argv[1:]); "
        "heavy = {'PySide6', 'qasync', 'rich', 'click', 'msgspec', 'cryptography'}; "
        "sys.exit(', '.join(sorted(heavy & set(sys.modules))) or code)"
    )
    with practice("strict-postfix") as server:
        done = subprocess.run(
            [sys.executable, "-c", code, "talk", f"127.0.0.1:{server.port}"],
            input="VRFY alice\n",
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    assert done.returncode == 1
    assert done.stderr == ""
    assert done.stdout.count("C: VRFY alice") == 1
