"""Places: folders and names of recorded sessions."""

import os
import subprocess
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smtpdebugger.transcript.place import default_folder, file_name, first_free, numbered

MOMENT = datetime(2026, 11, 23, 10, 0, 5, tzinfo=UTC)


def test_the_data_folder_can_be_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SMTPDEBUGGER_DATA", str(tmp_path))
    assert default_folder() == tmp_path / "sessions"
    monkeypatch.setenv("SMTPDEBUGGER_DATA", "")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    assert default_folder().name == "sessions"
    assert "smtpdebugger" in default_folder().parts
    assert not default_folder().exists(), "asking makes nothing"


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("mx.example.test", "20261123T100005Z-mx.example.test.smtpsession"),
        ("2001:db8::25", "20261123T100005Z-2001_db8_25.smtpsession"),
        ("../../etc/passwd", "20261123T100005Z-etc_passwd.smtpsession"),
        ("bücher.example", "20261123T100005Z-b_cher.example.smtpsession"),
        ("", "20261123T100005Z-session.smtpsession"),
        ("...", "20261123T100005Z-session.smtpsession"),
    ],
)
def test_names_are_time_and_host(host: str, name: str) -> None:
    assert file_name(host, MOMENT) == name


def test_names_tell_utc() -> None:
    summer = MOMENT.astimezone(timezone(timedelta(hours=5)))
    assert file_name("x", summer).startswith("20261123T100005Z")


@given(st.text())
def test_any_host_makes_a_name_every_system_takes(host: str) -> None:
    name = file_name(host, MOMENT)
    assert len(name) < 140
    assert name.isascii()
    assert not set(name) & set('/\\:*?"<>|\0 \n')


def test_numbers_go_before_the_suffix(tmp_path: Path) -> None:
    path = tmp_path / "a.b.smtpsession"
    assert numbered(path, 1) == path
    assert numbered(path, 12).name == "a.b-12.smtpsession"


def test_the_first_free_name_passes_over_whatever_is_there(tmp_path: Path) -> None:
    path = tmp_path / "a.smtpsession"
    assert first_free(path) == path
    path.mkdir()
    (tmp_path / "a-2.smtpsession").symlink_to(tmp_path / "nowhere")
    assert first_free(path).name == "a-3.smtpsession"


def test_recording_loads_neither_qt_nor_the_network() -> None:
    code = (
        "import sys, smtpdebugger.transcript.recorder, smtpdebugger.transcript.file\n"
        "print(sorted({'PySide6', 'asyncio', 'ssl', 'aiosmtplib'} & set(sys.modules)))"
    )
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run(
        [__import__("sys").executable, "-c", code],
        capture_output=True, text=True, check=True, env=environment,
    )  # fmt: skip
    assert done.stdout.strip() == "[]"
