"""``smtpdebugger requirements``: told, kept, and checked against files and live servers."""

import json
from pathlib import Path

import pytest

from smtpdebugger.__main__ import main
from tests.diagnosis.cases import EHLO, POSTFIX
from tests.diagnosis.coded import running

USED = EHLO + "C: STARTTLS\nS: 454 no\nC: MAIL FROM:<>\nS: 250 ok\nC: EXPN a\nS: 250 ok\n"


@pytest.fixture(autouse=True)
def private_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SMTPDEBUGGER_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def trace(tmp_path: Path) -> Path:
    file = tmp_path / "app.txt"
    file.write_text(USED)
    return file


def test_they_are_told(trace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["requirements", str(trace)]) == 0
    told = capsys.readouterr().out
    assert "optional  extension  STARTTLS" in told
    assert "It went on when it was refused in exchange 3. Instead: MAIL" in told


def test_they_are_kept_edited_and_checked(
    trace: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept, other = tmp_path / "app.toml", tmp_path / "other.txt"
    other.write_text(POSTFIX + "C: EXPN a\nS: 502 5.5.1 no\n")
    assert main(["requirements", str(trace), "--save", str(kept)]) == 0

    assert main(["requirements", str(kept), "--check", str(other)]) == 1
    assert "lacks what the program requires: EXPN" in capsys.readouterr().out

    text = kept.read_text()
    at = text.index('name = "EXPN"')
    kept.write_text(text[:at] + text[at:].replace("required", "optional", 1))
    assert main(["requirements", str(kept), "--check", str(other)]) == 0
    assert "will work here, without STARTTLS, EXPN" in capsys.readouterr().out.replace(
        "STARTTLS, STARTTLS", "STARTTLS"
    )


def test_json_tells_everything(trace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["requirements", str(trace), "--check", str(trace), "--format", "json"]) == 0
    told = json.loads(capsys.readouterr().out)

    assert told["title"] == "app"
    assert told["compatible"] is True
    assert {each["verdict"] for each in told["checked"]} <= {"met", "missing", "unknown"}
    assert told["requirements"][0].keys() == {
        "kind", "name", "level", "reason", "exchange", "fallback",
    }  # fmt: skip


def test_toml_is_what_would_be_kept(trace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["requirements", str(trace), "--format", "toml"]) == 0
    assert capsys.readouterr().out.startswith('format = "smtprequirements"')


def test_a_live_server_is_looked_at(trace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with running("strict-postfix") as server:
        place = f"127.0.0.1:{server.port}"
        assert main(["requirements", str(trace), "--connect", place, "--insecure"]) == 0
    told = capsys.readouterr().out
    assert "+ met     optional  extension  STARTTLS" in told


def test_a_server_that_is_not_there(trace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["requirements", str(trace), "--connect", "127.0.0.1:1"]) == 3
    assert "smtpdebugger requirements: " in capsys.readouterr().err


@pytest.mark.parametrize("name", ["nothing.txt", "."])
def test_what_cannot_be_read(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["requirements", str(tmp_path / name)]) == 3
    assert capsys.readouterr().err


def test_two_servers_at_once_are_a_mistake(trace: Path) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["requirements", str(trace), "--check", "x", "--connect", "y"])
    assert stopped.value.code == 2
