"""``smtpdebugger explain``: any session in, diagnoses out, and clear words where that fails."""

import io
import json
import math
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from smtpdebugger.cli.explain import run
from smtpdebugger.session.session import Header
from smtpdebugger.transcript.dialogue import read_dialogue
from smtpdebugger.transcript.lines import encode_event, encode_header

REFUSED = """\
S: 220 mx.example.test ESMTP Postfix
C: EHLO client.example.test
S: 250-mx.example.test
S: 250-PIPELINING
S: 250-SIZE 10240000
S: 250-ENHANCEDSTATUSCODES
S: 250-8BITMIME
S: 250 DSN
C: VRFY alice@example.test
S: 502 5.5.1 VRFY command is disabled
C: NOOP
S: 250 2.0.0 Ok
"""


@pytest.fixture(autouse=True)
def private_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SMTPDEBUGGER_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def trace(tmp_path: Path) -> Path:
    file = tmp_path / "trace.txt"
    file.write_text(REFUSED)
    return file


def explained(path: str, capsys: pytest.CaptureFixture[str], *, everything: bool = False) -> dict:  # type: ignore[type-arg]
    assert run(path, "json", everything) == 0
    told = capsys.readouterr()
    assert told.err == ""
    found = json.loads(told.out)
    assert isinstance(found, dict)
    return found


def test_json_has_the_keys_people_script_against(
    trace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = explained(str(trace), capsys)

    assert found["server"]["name"] == "Postfix"
    assert 0.5 < found["server"]["confidence"] <= 0.99
    (diagnosis,) = found["diagnoses"]
    assert (diagnosis["exchange"], diagnosis["command"]) == (3, "VRFY alice@example.test")
    assert (diagnosis["code"], diagnosis["enhanced"]) == (502, "5.5.1")
    assert diagnosis["text"] == "VRFY command is disabled"
    assert diagnosis["closed"] is False
    cause = diagnosis["causes"][0]
    assert cause["id"] == "command-disabled-by-admin"
    assert cause["family"] == "security-restrictions"
    assert cause["evidence"]
    assert isinstance(cause["against"], list)
    assert set(cause["fixes"]) == {"sender", "developer", "administrator"}
    assert math.isclose(sum(each["probability"] for each in diagnosis["causes"]), 1.0)
    first = diagnosis["alternatives"][0]
    assert first["action"] == "send"
    assert first["commands"] == ["MAIL FROM:<>", "RCPT TO:<alice@example.test>", "RSET"]
    assert first["delivers"] is False
    assert first["reference"].startswith("RFC 5321")
    assert first["achieves"]


def test_all_tells_of_every_reply(trace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = explained(str(trace), capsys, everything=True)

    assert [each["code"] for each in found["diagnoses"]] == [220, 250, 502, 250]
    assert found["diagnoses"][0]["causes"] == []


def test_a_session_that_refuses_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "calm.txt"
    file.write_text("S: 220 x.example.test\nC: NOOP\nS: 250 ok\n")

    assert explained(str(file), capsys) == {
        "server": {"name": None, "confidence": 0.0},
        "diagnoses": [],
        "findings": [],
    }
    assert run(str(file), "text", False) == 0
    assert "refuses" in capsys.readouterr().out


def test_the_server_is_named_though_nothing_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "calm.txt"
    file.write_text(REFUSED.split("C: VRFY")[0])

    assert explained(str(file), capsys)["server"]["name"] == "Postfix"


def test_reconnections_tell_port_and_security(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "trace.txt"
    file.write_text("# port 25\n" + REFUSED.split("C: VRFY")[0] + "C: STARTTLS\nS: 502 5.5.1 no\n")

    (diagnosis,) = explained(str(file), capsys)["diagnoses"]

    assert {"action": "reconnect", "port": 465, "security": "tls"}.items() <= next(
        each for each in diagnosis["alternatives"] if each.get("port") == 465
    ).items()
    assert all("what" in each for each in diagnosis["alternatives"] if each["action"] == "other")


def test_text_is_plain_in_a_pipe(trace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(str(trace), "text", False) == 0

    told = capsys.readouterr().out
    assert "Exchange 3: VRFY alice@example.test" in told
    assert "502 5.5.1 VRFY command is disabled" in told
    assert "Server: Postfix" in told
    assert "MAIL FROM:<> · RCPT TO:<alice@example.test> · RSET" in told
    assert "administrator: Postfix: disable_vrfy_command = no" in told
    assert "\x1b" not in told


def test_colours_only_on_a_terminal_that_wants_them(
    trace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    coloured, plain = Terminal(), Terminal()
    monkeypatch.setattr(sys, "stdout", coloured)
    run(str(trace), "text", False)
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setattr(sys, "stdout", plain)
    run(str(trace), "text", False)

    assert "\x1b[" in coloured.getvalue()
    assert "\x1b[" not in plain.getvalue()


def test_control_characters_of_the_peer_do_not_reach_the_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "trace.txt"
    file.write_bytes(b"S: 220 x\nC: VRFY \x1b[2J\nS: 502 \x1b]0;evil\x07 no\n")

    assert run(str(file), "text", False) == 0
    assert "\x1b" not in capsys.readouterr().out


def test_standard_input(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(REFUSED.encode())))

    assert len(explained("-", capsys)["diagnoses"]) == 1


def session_file() -> bytes:
    session = read_dialogue(REFUSED)
    header = encode_header(Header("id", "2026-11-23T10:00:00.000000Z", "t", "import", "test"))
    lines = [header, *(encode_event(event) for event in session.events)]
    return b"".join(line if line.endswith(b"\n") else line + b"\n" for line in lines)


def test_session_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "saved.smtpsession"
    file.write_bytes(session_file())

    (diagnosis,) = explained(str(file), capsys)["diagnoses"]

    assert diagnosis["code"] == 502


def test_a_session_file_from_standard_input(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(session_file())))

    assert len(explained("-", capsys)["diagnoses"]) == 1


def test_an_unfinished_session_file_is_explained_with_a_word_about_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "cut.smtpsession"
    file.write_bytes(session_file()[:-20])

    assert run(str(file), "json", False) == 0
    told = capsys.readouterr()
    assert json.loads(told.out)["diagnoses"]
    assert told.err.startswith("smtpdebugger explain: ")


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "No reply of a mail server"),
        (b"hello\nworld\n", "No reply of a mail server"),
        (b"\x00\x01\x02binary", "binary"),
        (b'{"some": "json"}\n', ""),
        (b"{broken", ""),
    ],
)
def test_what_is_no_session_ends_with_3_and_a_sentence(
    content: bytes, word: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "foreign"
    file.write_bytes(content)

    assert run(str(file), "text", False) == 3
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.count("\n") == 1
    assert told.err.count(str(file)) == 1
    assert word in told.err


def test_missing_files_and_folders_end_with_3(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(str(tmp_path / "missing"), "text", False) == 3
    assert "does not exist" in capsys.readouterr().err
    assert run(str(tmp_path), "text", False) == 3
    assert "folder" in capsys.readouterr().err


def test_binary_standard_input_is_told_without_a_file_name(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"\0\1\2")))

    assert run("-", "text", False) == 3
    assert capsys.readouterr().err.startswith("smtpdebugger explain: standard input ")


def test_a_terminal_that_knows_few_characters_gets_escapes(
    trace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    octets = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(octets, encoding="ascii"))

    assert run(str(trace), "text", False) == 0
    assert b"MAIL FROM:<> \\xb7 RCPT" in octets.getvalue()


def test_a_file_nobody_may_read_ends_with_3(
    trace: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)

    assert run(str(trace), "text", False) == 3
    assert f"{trace} cannot be read: Permission denied." in capsys.readouterr().err


def test_a_closed_pipe_is_no_error(trace: Path) -> None:
    command = (
        f"{shlex.quote(sys.executable)} -m smtpdebugger explain {shlex.quote(str(trace))} | head -1"
    )
    done = subprocess.run(
        ["sh", "-c", command], capture_output=True, text=True, check=False, timeout=60
    )

    assert done.stdout.startswith("Exchange 3")
    assert done.stderr == ""


@pytest.mark.parametrize(
    ("output", "code", "told"),
    [
        (">&-", 0, ""),
        pytest.param(
            ">/dev/full",
            3,
            "the result could not be written: No space left on device",
            marks=pytest.mark.skipif(sys.platform != "linux", reason="has no /dev/full"),
        ),
    ],
)
def test_output_that_takes_nothing_is_no_traceback(
    trace: Path, output: str, code: int, told: str
) -> None:
    program = f"{shlex.quote(sys.executable)} -m smtpdebugger"
    done = subprocess.run(
        ["sh", "-c", f"{program} explain {shlex.quote(str(trace))} {output}"],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )

    assert done.returncode == code
    assert told in done.stderr
    assert "Traceback" not in done.stderr


def test_it_loads_neither_qt_nor_the_wire(trace: Path) -> None:
    code = (
        "import sys; from smtpdebugger.__main__ import main; "
        f"main(['explain', {str(trace)!r}]); "
        "heavy = {'PySide6', 'qasync', 'aiosmtplib', 'asyncio', 'ssl', 'rich', 'click'}; "
        "sys.exit(', '.join(sorted(heavy & set(sys.modules))) or 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60
    )

    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("style", ["report", "markdown"])
def test_a_report_for_the_administrator(
    trace: Path, style: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(str(trace), style, False) == 0
    assert "What could be done on the server" in capsys.readouterr().out
