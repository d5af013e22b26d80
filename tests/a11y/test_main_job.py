"""The main job, start to end, through the accessibility bus."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.require import need

pytestmark = [pytest.mark.a11y, pytest.mark.timeout(180)]

SYSTEM_PYTHON = "/usr/bin/python3"
PROGRAMS = ("Xvfb", "dbus-run-session", "/usr/libexec/at-spi-bus-launcher")


def check_machine() -> None:
    for program in PROGRAMS:
        if shutil.which(program) is None:
            need("a11y", f"{program} is missing")
    asked = subprocess.run([SYSTEM_PYTHON, "-c", "import pyatspi"], capture_output=True)
    if asked.returncode != 0:
        need("a11y", "python3-pyatspi is missing")


def test_a_screen_reader_can_do_the_main_job(tmp_path: Path) -> None:
    check_machine()
    driver = Path(__file__).with_name("drive.py")
    ended = subprocess.run(
        [
            *("dbus-run-session", "--"),
            *(SYSTEM_PYTHON, str(driver), sys.executable, str(tmp_path)),
        ],
        capture_output=True,
        text=True,
        timeout=170,
    )
    seen = {}
    for line in ended.stdout.splitlines():
        if line.startswith("{"):
            told = json.loads(line)
            seen[told["seen"]] = told
    assert "done" in seen, f"{ended.stdout}\n{ended.stderr}"
    assert set(seen["found"]["names"]) == {
        "Host", "Port", "Security", "Connect", "Disconnect", "Transcript", "Filter",
        "Capabilities", "Command", "Send", "Diagnosis", "Alternatives", "Session stage",
    }  # fmt: skip
    assert "VRFY command is disabled" in seen["transcript"]["text"]
    assert seen["alternative"]["name"] == ("MAIL FROM:<> · RCPT TO:<alice@example.test> · RSET")
    assert "RCPT TO:<alice@example.test>" in seen["after"]["text"]
