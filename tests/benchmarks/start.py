"""How long until the window is painted, against a bare QMainWindow in a fresh process."""

from tests.benchmarks.processes import medians

BARE = """
from PySide6.QtWidgets import QApplication, QMainWindow
application = QApplication([])
window = QMainWindow()
window.resize(1280, 800)
window.show()
application.processEvents()
import os; os._exit(0)
"""

OURS = """
from smtpdebugger.cli.main import parse
from smtpdebugger.settings import Settings
from smtpdebugger import app
from smtpdebugger.gui.theme import make_application
application = make_application()
app.open_window(application, parse([]), Settings.load()[0])
import os; os._exit(0)
"""


def measure() -> str:
    bare, ours = medians(("-c", BARE), ("-c", OURS))
    return (
        f"window painted: {ours:.3f} s, bare QMainWindow {bare:.3f} s, "
        f"ratio {ours / bare:.2f} (goal 1.8)"
    )
