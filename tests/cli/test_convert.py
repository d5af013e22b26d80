"""``smtpdebugger convert``: between formats, masked unless somebody wished otherwise."""

import io
import json
import sys
from pathlib import Path

import pytest

from smtpdebugger.__main__ import main
from smtpdebugger.transcript.file import load_session

TRACE = """\
# port 587
S: 220 mx.corp.test ESMTP
C: AUTH PLAIN AGFsaWNlAHNlY3JldHB3
S: 235 ok
C: MAIL FROM:<bob@corp.test>
S: 250 ok
"""


@pytest.fixture
def trace(tmp_path: Path) -> Path:
    file = tmp_path / "trace.txt"
    file.write_text(TRACE)
    return file


def test_there_and_back(trace: Path, tmp_path: Path) -> None:
    saved, again = tmp_path / "a.smtpsession", tmp_path / "b.txt"
    assert main(["convert", str(trace), str(saved)]) == 0
    assert b"AGFsaWNl" not in saved.read_bytes()
    session, problems = load_session(saved)
    assert problems == ()
    assert [each.verb for each in session.exchanges] == ["(greeting)", "AUTH", "MAIL"]
    assert main(["convert", str(saved), str(again)]) == 0
    assert again.read_text() == TRACE.replace("AGFsaWNlAHNlY3JldHB3", "••••••")


def test_secrets_can_be_revealed_as_far_as_they_are_there(trace: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.smtpsession"
    assert main(["convert", "--reveal-secrets", str(trace), str(out)]) == 0
    assert b"AGFsaWNlAHNlY3JldHB3" in out.read_bytes()


def test_to_standard_output(trace: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert main(["convert", "--to", "text", str(trace), "-"]) == 0
    written = capfdbinary.readouterr().out.decode()
    assert "-> AUTH PLAIN ••••••" in written
    assert main(["convert", "--to", "smtpsession", "--pseudonyms", "all", str(trace), "-"]) == 0
    header, *lines = capfdbinary.readouterr().out.splitlines()
    assert json.loads(header)["format"] == "smtpsession"
    assert b"corp.test" not in b"".join(lines)
    assert b"person1@host" in b"".join(lines)


def test_from_standard_input(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(TRACE.encode())))
    out = tmp_path / "out.txt"
    assert main(["convert", "-", str(out)]) == 0
    assert "220 mx.corp.test" in out.read_text()


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["trace.txt", "out.what"], 2, "--to must say"),
        (["--reveal-secrets", "--to", "text", "trace.txt", "out"], 2, "masks secrets always"),
        (["--from", "smtpsession", "trace.txt", "out.txt"], 3, "is no smtpsession"),
        (["missing.txt", "out.txt"], 3, "does not exist"),
        (["trace.txt", "missing/out.txt"], 3, "cannot be written"),
        (["trace.txt", "missing/out.smtpsession"], 3, "cannot be written"),
    ],
)
def test_what_cannot_be_done_is_a_sentence(
    arguments: list[str],
    code: int,
    told: str,
    trace: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(trace.parent)
    assert main(["convert", *arguments]) == code
    assert told in capsys.readouterr().err
    assert [each.name for each in trace.parent.iterdir()] == ["trace.txt"]


def test_unknown_kinds_are_usage(trace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["convert", "--pseudonyms", "names", str(trace), "out.txt"])
    assert caught.value.code == 2
    assert "addresses, hosts, ips and all" in capsys.readouterr().err


def test_problems_of_the_file_are_told(trace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    saved = trace.with_name("a.smtpsession")
    assert main(["convert", str(trace), str(saved)]) == 0
    with saved.open("ab") as file:
        file.write(b"rubbish\n")
    assert main(["convert", "--from", "smtpsession", str(saved), str(trace)]) == 0
    assert "is damaged and was left out" in capsys.readouterr().err
