import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.ctrl_c import heed_ctrl_c

pytestmark = pytest.mark.timeout(120)

PNG = b"\x89PNG\r\n\x1a\n"


def environment(folder: Path, **more: str) -> dict[str, str]:
    env = {
        name: value
        for name, value in os.environ.items()
        if name not in {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"}
    }
    return env | {"SMTPDEBUGGER_DATA": str(folder), "SMTPDEBUGGER_CONFIG": str(folder)} | more


def run(folder: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "smtpdebugger", *arguments],
        cwd=folder,
        env=environment(folder, **more),
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_the_main_job_without_a_display_saves_a_picture(tmp_path: Path) -> None:
    ended = run(tmp_path, "--practice", "--send", "VRFY alice@example.test")
    assert ended.returncode == 0, ended.stderr
    assert "There is no display" in ended.stderr
    assert (tmp_path / "smtpdebugger.png").read_bytes().startswith(PNG)
    recorded = next((tmp_path / "sessions").glob("*.smtpsession")).read_text(encoding="utf-8")
    assert "502 5.5.1 VRFY command is disabled" in recorded


def test_nothing_to_show_and_no_display_says_what_works_without(tmp_path: Path) -> None:
    ended = run(tmp_path)
    assert ended.returncode == 3
    assert "explain FILE" in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no DISPLAY")
@pytest.mark.parametrize("display", [":4711", "127.0.0.1:4711.0", "nonsense"])
def test_a_display_that_does_not_answer_is_told(tmp_path: Path, display: str) -> None:
    ended = run(tmp_path, "--practice", DISPLAY=display)
    assert ended.returncode == 0, ended.stderr
    assert f"The display {display} does not answer" in ended.stderr
    assert (tmp_path / "smtpdebugger.png").read_bytes().startswith(PNG)


def test_a_picture_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    ended = run(tmp_path, "--screenshot", str(tmp_path / "no" / "folder" / "x.png"))
    assert ended.returncode == 3
    assert "could not be written" in ended.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ["missing.smtpsession"],
        ["--connect", "127.0.0.1:1", "--security", "none"],
        ["--connect", "mail:smtp"],
        ["--practice", "nobody"],
    ],
    ids=["missing file", "port closed", "no port", "no such personality"],
)
def test_what_could_not_be_opened_or_reached_ends_with_3(
    tmp_path: Path, arguments: list[str]
) -> None:
    ended = run(tmp_path, *arguments, "--screenshot", "picture.png")
    assert ended.returncode == 3, ended.stderr
    assert (tmp_path / "picture.png").read_bytes().startswith(PNG)
    assert "Traceback" not in ended.stderr


def test_ctrl_c_ends_the_window_at_once(tmp_path: Path) -> None:
    window = subprocess.Popen(
        [sys.executable, "-m", "smtpdebugger", "--practice"],
        env=environment(tmp_path, QT_QPA_PLATFORM="offscreen"),
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=heed_ctrl_c,
    )
    sessions = tmp_path / "sessions"
    for _ in range(200):
        if sessions.exists() and any(
            file.stat().st_size for file in sessions.glob("*.smtpsession")
        ):
            break
        time.sleep(0.05)
    time.sleep(0.5)
    window.send_signal(signal.SIGINT)
    _, errors = window.communicate(timeout=10)
    assert window.returncode == 130
    assert "Traceback" not in errors
    lines = next(sessions.glob("*.smtpsession")).read_text(encoding="utf-8").splitlines()
    assert '"closed"' in lines[-1]


def test_the_first_paint_loads_neither_the_wire_nor_the_knowledge(tmp_path: Path) -> None:
    code = (
        "import sys\n"
        "from smtpdebugger.cli.main import parse\n"
        "from smtpdebugger.settings import Settings\n"
        "from smtpdebugger import app\n"
        "from PySide6.QtWidgets import QApplication\n"
        "application = QApplication([])\n"
        "window = app.open_window(application, parse([]), Settings())\n"
        "heavy = {'aiosmtplib', 'asyncio', 'qasync', 'ssl', 'cryptography', 'msgspec', 'rich',\n"
        "         'smtpdebugger.knowledge.load', 'smtpdebugger.transport.client'}\n"
        "print(sorted(heavy & set(sys.modules)))\n"
        "sys.stdout.flush()\n"
        "import os; os._exit(0)\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code],
        env=environment(tmp_path, QT_QPA_PLATFORM="offscreen"),
        capture_output=True,
        text=True,
    )
    assert ended.stdout.strip() == "[]", ended.stdout + ended.stderr


@pytest.mark.parametrize("command", ["explain", "practice"])
def test_the_command_line_loads_no_qt(command: str) -> None:
    code = (
        "import sys\n"
        f"import smtpdebugger.__main__, smtpdebugger.cli.{command}\n"
        "print([name for name in sys.modules if 'PySide6' in name or 'qasync' in name])\n"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert ended.stdout.strip() == "[]", ended.stderr


def test_connect_pressed_before_the_wire_is_loaded_connects(tmp_path: Path) -> None:
    code = (
        "import sys\n"
        "from PySide6.QtCore import QTimer\n"
        "from smtpdebugger.gui import window\n"
        "class Pressed(window.MainWindow):\n"
        "    def showEvent(self, event):\n"
        "        super().showEvent(event)\n"
        "        bar = self.page.connection\n"
        "        QTimer.singleShot(0, lambda: bar.practice_requested.emit('legacy'))\n"
        "        self.look = QTimer(self); self.look.timeout.connect(self.maybe_close)\n"
        "        self.look.start(20)\n"
        "    def maybe_close(self):\n"
        "        if self.page.watcher.session.exchanges:\n"
        "            print(self.page.watcher.session.exchanges[0].code, flush=True)\n"
        "            self.look.stop(); self.close()\n"
        "window.MainWindow = Pressed\n"
        "from smtpdebugger.__main__ import main\n"
        "sys.exit(main([]))\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code],
        env=environment(tmp_path, QT_QPA_PLATFORM="offscreen"),
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert ended.stdout.strip() == "220", ended.stderr
    assert ended.returncode == 0, ended.stderr
