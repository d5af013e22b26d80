"""No secret anywhere in a window after a login: not in a widget, its history, its undo, its title,
on the clipboard, nor in any file that the program wrote."""

import asyncio
import os
from base64 import b64decode, b64encode
from pathlib import Path

import pytest
from PySide6.QtCore import QAbstractItemModel, QModelIndex, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)

from smtpdebugger.gui.composer.editors import Page
from smtpdebugger.gui.window_driver import WindowDriver
from smtpdebugger.settings import Settings
from tests.gui.driving import SETTLE_SECONDS, drive_window
from tests.transcript.test_no_secret import MECHANISMS, PASSWORD, forms

pytestmark = pytest.mark.timeout(100)

TEXTS = ("text", "toPlainText", "title", "windowTitle", "toolTip", "statusTip", "whatsThis",
         "accessibleName", "accessibleDescription", "placeholderText")  # fmt: skip
ROLES = (
    Qt.ItemDataRole.DisplayRole,
    Qt.ItemDataRole.EditRole,
    Qt.ItemDataRole.ToolTipRole,
    Qt.ItemDataRole.AccessibleTextRole,
    Qt.ItemDataRole.AccessibleDescriptionRole,
)
HISTORY = 30


def field_of(driver: WindowDriver) -> QLineEdit | QPlainTextEdit:
    fields: list[QLineEdit | QPlainTextEdit] = [
        *driver.current.page.composer.findChildren(QLineEdit),
        *driver.current.page.composer.findChildren(QPlainTextEdit),
    ]
    return next(each for each in fields if each.isVisible() and each.accessibleName() == "Command")


def texts_of(window: QWidget) -> list[str]:
    found = []
    for widget in [window, *window.findChildren(QWidget)]:
        for name in TEXTS:
            if callable(ask := getattr(widget, name, None)):
                found.append(f"{name} of {type(widget).__name__}: {ask()}")
        if isinstance(widget, QAbstractItemView) and widget.model() is not None:
            found += cells_of(widget.model())
    found += [f"{each.text()} {each.toolTip()}" for each in window.actions()]
    return found


def cells_of(model: QAbstractItemModel, parent: QModelIndex | None = None) -> list[str]:
    above = parent or QModelIndex()
    found = []
    for row in range(model.rowCount(above)):
        for column in range(model.columnCount(above)):
            index = model.index(row, column, above)
            found += [str(model.data(index, role)) for role in ROLES]
        found += cells_of(model, model.index(row, 0, above))
    return found


def brought_back(driver: WindowDriver) -> list[str]:
    """What keys bring back into the field: undo, and every line of the history."""
    found = []
    field = field_of(driver)
    for _ in range(HISTORY):
        field.undo()
        found.append(text_in(field))
    field.clear()
    for key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
        for _ in range(HISTORY):
            QTest.keyClick(field_of(driver), key)
            found.append(text_in(field_of(driver)))
    return found


def text_in(field: QLineEdit | QPlainTextEdit | QTextEdit) -> str:
    return field.text() if isinstance(field, QLineEdit) else field.toPlainText()


def copied(driver: WindowDriver) -> list[str]:
    page, clipboard = driver.current.page, QGuiApplication.clipboard()
    found = []
    page.transcript.table.selectAll()
    page.transcript.table.copy()
    found.append(clipboard.text())
    assert "AUTH" in clipboard.text()
    for style in ("text", "markdown"):
        page.diagnosis.report_wanted.emit(style)
        found.append(clipboard.text())
    return found


async def submit(driver: WindowDriver, text: str) -> None:
    field = field_of(driver)
    field.setFocus()
    field.clear()
    QTest.keyClicks(field, text)
    QTest.keyClick(field, Qt.Key.Key_Return)
    await driver.settle(SETTLE_SECONDS)


@pytest.mark.parametrize("name", ["PLAIN", "PLAIN in two steps", "LOGIN", "LOGIN with name",
                                  "XOAUTH2", "CRAM-MD5", "X-UNHEARD-OF"])  # fmt: skip
def test_a_login_leaves_nothing_in_the_window(
    qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv("SMTPDEBUGGER_DATA", str(tmp_path))
    monkeypatch.setenv("SMTPDEBUGGER_CONFIG", str(tmp_path))

    async def work(driver: WindowDriver) -> list[str]:
        driver.current.practise("modern", "starttls")
        await driver.settle(SETTLE_SECONDS)
        initial, responses = MECHANISMS[name]
        verb = " ".join(filter(None, ("AUTH", name.split()[0], (initial or b"").decode())))
        await submit(driver, verb)
        for response in responses:
            # Where the window asks for a response, a person types it in clear.
            clear = b64decode(response).replace(b"\0", rb"\0")
            is_asked = driver.current.page.composer.page is Page.SASL
            await submit(driver, (clear if is_asked else response).decode())
        if name.startswith(("PLAIN", "LOGIN")):
            await submit(driver, f"VRFY {PASSWORD.decode()}")
        await submit(driver, "VRFY bob")
        window, table = driver.current.page.window(), driver.current.page.transcript.table
        found = [*texts_of(window), *copied(driver), *brought_back(driver)]
        for row in range(table.model().rowCount()):
            table.select_position(row)
            await driver.settle(SETTLE_SECONDS)
            found += texts_of(window)
        driver.current._save_copy(tmp_path / "copy.smtpsession")
        await asyncio.gather(*driver.current._copies)
        driver.open(tmp_path / "copy.smtpsession")
        await driver.settle(SETTLE_SECONDS)
        found += texts_of(window)
        assert any("AUTH" in each for each in found)
        return found

    found = drive_window(qapp, work, Settings(folder=str(tmp_path / "sessions")))
    files = [Path(folder) / file for folder, _, files in os.walk(tmp_path) for file in files]
    assert any(each.parent.name == "sessions" for each in files)
    found += [each.read_bytes().decode("latin-1") for each in files]
    typed = [b64encode(PASSWORD), PASSWORD]
    for secret in {*forms(name), *typed}:
        for text in found:
            assert secret.decode("latin-1") not in text, f"{secret!r} in {text[:300]}"
