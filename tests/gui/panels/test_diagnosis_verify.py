"""Steps before they run, and what they changed."""

from pytestqt.qtbot import QtBot

from smtpdebugger.diagnosis.model import Step
from smtpdebugger.gui.actions import ENTRIES
from smtpdebugger.gui.panels.diagnosis_verify import KEY, ShowedBox, VerifyBox
from smtpdebugger.gui.widgets.text import WrappedLabel

STEPS = (
    Step("help", "Ask for HELP", "Whether HELP names it.", "send", ("HELP",)),
    Step("submission", "Look at port 587", "Whether it is there.", "reconnect", ("EHLO me",), 587,
         "starttls"),
)  # fmt: skip


def texts(box: VerifyBox) -> str:
    return " | ".join(label.text() for label in box.findChildren(WrappedLabel))


def test_the_steps_are_shown_before_they_run(qtbot: QtBot) -> None:
    box = VerifyBox(STEPS, possible=True)
    qtbot.addWidget(box)

    assert [each.text() for each in box.steps] == [each.label for each in STEPS]
    assert not box.is_open
    box.toggle.click()
    assert box.is_open
    assert "HELP | Whether HELP names it." in texts(box)
    assert "Reconnect to port 587 with STARTTLS · EHLO me" in texts(box)
    assert box.button.text() == "Run 2 steps"
    assert KEY in texts(box).split(" | ")
    assert KEY in [entry.key for entry in ENTRIES if entry.method == "page.diagnosis.verify"]
    assert "no password is tried" in box.button.accessibleDescription()
    with qtbot.waitSignal(box.wanted):
        box.button.click()


def test_without_a_connection_they_cannot_run(qtbot: QtBot) -> None:
    box = VerifyBox(STEPS[:1])
    qtbot.addWidget(box)
    assert not box.button.isEnabled()
    assert "while the connection is open" in texts(box)
    assert box.button.text() == "Run 1 step"


def test_what_they_showed_comes_first(qtbot: QtBot) -> None:
    box = ShowedBox(("“It” rose from 50 % to 90 %.", "HELP names it.\x1b[1m"))
    qtbot.addWidget(box)
    assert box.told.toPlainText() == "“It” rose from 50 % to 90 %.\nHELP names it.‹ESC›[1m"
