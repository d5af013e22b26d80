"""``talk --find-port``."""

from __future__ import annotations

import pytest

from smtpdebugger.__main__ import main
from tests.cli.talk.support import Told, peer, practice, started
from tests.peers.peer import free_port
from tests.peers.scripts import says, silent


def find(capsys: pytest.CaptureFixture[str], ports: tuple[int, ...], *options: str) -> Told:
    joined = ",".join(map(str, ports))
    arguments = ["talk", "--find-port", "127.0.0.1", "--ports", joined, *options]
    code = main([*arguments, "--insecure", "--ehlo", "client.test"])
    told = capsys.readouterr()
    return Told(code, told.out, told.err)


def test_each_way_is_a_line_in_order(capsys: pytest.CaptureFixture[str]) -> None:
    nobody = free_port()
    with practice() as server, practice(tls=True) as other:
        ports = other.port, server.port
        told = find(capsys, (nobody, *ports), "--timeout", "3")

    heading, *lines, summary = told.lines
    assert heading.split() == ["PORT", "PROTECTION", "WORKS", "WHAT"]
    ways = [tuple(line.split()[:3]) for line in lines]
    assert ways == [
        (str(port), mode, works)
        for port, all_work in (
            (nobody, ("no", "no", "no")),
            (ports[0], ("no", "no", "yes")),
            (ports[1], ("yes", "yes", "no")),
        )
        for mode, works in zip(("none", "starttls", "tls"), all_work, strict=True)
    ]
    assert "login by PLAIN" in lines[5]
    assert summary == "# 3 of 9 ways work; 2 offer a login under TLS."
    assert (told.code, told.err) == (0, "")


def test_as_objects(capsys: pytest.CaptureFixture[str]) -> None:
    with practice() as server:
        port = server.port
        told = find(capsys, (port,), "--format", "json")

    clear, starttls, tls, end = told.objects
    assert (clear["type"], clear["works"], clear["login"]) == ("door", True, False)
    assert (starttls["security"], starttls["login"]) == ("starttls", True)
    assert "PLAIN" in starttls["mechanisms"]
    assert (tls["works"], tls["port"]) == (False, port)
    assert end == {"type": "end", "exit": 0, "doors": 3, "working": 2}


def test_where_no_way_works_the_exit_code_tells(capsys: pytest.CaptureFixture[str]) -> None:
    with peer(says("220 \x1b[31mred\x1b[0m", "554 go \x1b[1maway")) as server:
        told = find(capsys, (server.port,), "--timeout", "0.5")

    assert told.code == 1
    assert "\x1b" not in told.out
    assert told.lines[-1] == "# 0 of 3 ways work; 0 offer a login under TLS."


def test_it_can_be_stopped() -> None:
    with peer(silent) as server:
        process = started("--find-port", "127.0.0.1", "--ports", str(server.port))
        assert process.stdout is not None
        process.stdout.readline()
        process.send_signal(2)
        _, err = process.communicate(timeout=20)

    assert process.returncode == 130
    assert "Traceback" not in err


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["h:25"], "write h --ports 25"),
        (["unix:/s"], "has no ports"),
        (["h", "--script", "x"], "not together with --script"),
        (["h", "--security", "tls"], "not together with --security"),
        (["h", "--ports", "0"], "ports are numbers"),
        (["h", "--ports", "70000"], "ports are numbers"),
    ],
)
def test_what_makes_no_sense_is_told(
    arguments: list[str], word: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["talk", "--find-port", *arguments])
    assert ended.value.code == 2
    assert word in capsys.readouterr().err
