"""The window: its tabs by keyboard, its title, and what it asks before it closes something."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from smtpdebugger.gui.page import SessionPage
from smtpdebugger.gui.window import MainWindow
from tests.gui.stage import RCPT, READY, knowledge, session_of

CONTROL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def window(qtbot: QtBot) -> MainWindow:
    window = MainWindow("light")
    qtbot.addWidget(window)
    window.tab_wanted.connect(window.add_page)
    window.tab_closed.connect(lambda tab: tab.deleteLater())
    window.resize(1280, 800)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    return window


def named(window: MainWindow, *titles: str) -> list[SessionPage]:
    """A page for each title; the last is shown."""
    pages = [window.page, *(window.add_page() for _ in titles[1:])]
    for page, title in zip(pages, titles, strict=True):
        page.show_title(title)
    return pages


def test_tabs_by_keyboard(window: MainWindow) -> None:
    one = window.page
    QTest.keyClick(window, Qt.Key.Key_T, CONTROL)
    two = window.page
    assert two is not one
    QTest.keyClick(window, Qt.Key.Key_Tab, CONTROL)
    assert window.page is one
    QTest.keyClick(window, Qt.Key.Key_Backtab, CONTROL | SHIFT)
    assert window.page is two
    QTest.keyClick(window, Qt.Key.Key_PageUp, CONTROL)
    assert window.page is one
    QTest.keyClick(window, Qt.Key.Key_PageDown, CONTROL)
    assert window.page is two
    QTest.keyClick(window, Qt.Key.Key_W, CONTROL)
    assert window.pages == [one]
    QTest.keyClick(window, Qt.Key.Key_W, CONTROL)
    assert window.pages == [one], "the last one is empty already"


def test_a_tab_is_moved_by_keyboard(window: MainWindow) -> None:
    one, two, three = named(window, "a:25", "b:25", "c:25")
    QTest.keyClick(window, Qt.Key.Key_PageUp, CONTROL | SHIFT)
    assert window.pages == [one, three, two]
    assert window.page is three
    QTest.keyClick(window, Qt.Key.Key_PageDown, CONTROL | SHIFT)
    QTest.keyClick(window, Qt.Key.Key_PageDown, CONTROL | SHIFT)
    assert window.pages == [one, two, three]
    assert window.tabs.tabBar().accessibleTabName(2) == "c:25"


def test_the_title_follows_the_tab(window: MainWindow) -> None:
    assert window.windowTitle() == "smtpdebugger"
    named(window, "a.example.test:25", "b.example.test:25")
    assert window.windowTitle() == "b.example.test:25 — smtpdebugger"
    window.previous_tab()
    assert window.windowTitle() == "a.example.test:25 — smtpdebugger"
    window.page.show_title("\N{RIGHT-TO-LEFT OVERRIDE}x")
    assert "\N{RIGHT-TO-LEFT OVERRIDE}" not in window.windowTitle()


def test_what_is_ended_leaves_at_once(window: MainWindow) -> None:
    one, _ = named(window, "a:25", "b:25")
    window.close_tab()
    assert window.pages == [one]
    window.close_tab()
    assert window.page is not one
    assert window.page.is_fresh


@pytest.mark.parametrize("ends", [True, False])
def test_a_connection_is_not_ended_without_a_question(window: MainWindow, ends: bool) -> None:
    one, two = named(window, "a:25", "b:25")
    two.show_connected(True)
    window.close_tab()
    (box,) = window.findChildren(QMessageBox)
    assert box.text() == "End the connection to b:25?"
    button = next(each for each in box.buttons() if each.text().startswith("&End") is ends)
    button.click()
    assert window.pages == ([one] if ends else [one, two])


def test_several_are_asked_for_once(window: MainWindow) -> None:
    one, two, three = named(window, "a:25", "b:25", "c:25")
    one.show_connected(True)
    two.show_connected(False, True)
    window.close_tabs([one, two])
    (box,) = window.findChildren(QMessageBox)
    assert box.text() == "End the connection to a:25 and b:25?"
    box.accept()
    assert window.pages == [three]


def test_several_files_are_chosen_at_once(window: MainWindow, qtbot: QtBot) -> None:
    window.ask_for_files()
    (dialog,) = window.findChildren(QFileDialog)
    assert dialog.fileMode() is QFileDialog.FileMode.ExistingFiles
    with qtbot.waitSignal(window.files_chosen) as chosen:
        dialog.filesSelected.emit(["/tmp/a", "/tmp/b"])
    assert chosen.args == [[Path("/tmp/a"), Path("/tmp/b")]]
    dialog.close()


def test_a_copy_is_of_the_page_it_was_asked_for(window: MainWindow, qtbot: QtBot) -> None:
    one, _ = named(window, "a:25", "b:25")
    window.previous_tab()
    window.ask_where_to_save()
    (dialog,) = window.findChildren(QFileDialog)
    window.next_tab()
    with qtbot.waitSignal(one.copy_wanted):
        dialog.fileSelected.emit("/tmp/x.smtpsession")
    dialog.close()


def test_closing_tells_once(window: MainWindow, qtbot: QtBot) -> None:
    with qtbot.waitSignal(window.closing):
        window.close()


def test_a_dialog_goes_and_comes_with_its_tab(window: MainWindow) -> None:
    one, _ = named(window, "a:25", "b:25")
    window.previous_tab()
    dialog = QDialog(one)
    dialog.show()
    window.next_tab()
    assert not dialog.isVisible()
    window.previous_tab()
    assert dialog.isVisible()
    dialog.close()
    window.next_tab()
    window.previous_tab()
    assert not dialog.isVisible(), "it was closed"


@pytest.mark.parametrize("part", ["composer", "transcript", "connection", "side"])
def test_the_keys_work_wherever_the_keyboard_is(window: MainWindow, part: str) -> None:
    one, two = named(window, "a:25", "b:25")
    two.show_connected(True)
    inside = getattr(two, part)
    fields = [each for each in inside.findChildren(QWidget) if each.focusPolicy()]
    shown = next(each for each in fields if each.isVisible() and each.isEnabled())
    shown.setFocus()
    QTest.keyClick(shown, Qt.Key.Key_Tab, CONTROL)
    assert window.page is one
    QTest.keyClick(window, Qt.Key.Key_Backtab, CONTROL | SHIFT)
    assert window.page is two
    two.show_connected(False)


def sending(window: MainWindow) -> SessionPage:
    """A page in the middle of a message."""
    (page,) = named(window, "a:25")
    page.watcher.show(session_of(*RCPT, "C: DATA", "S: 354 go on"))
    page.show_connected(True)
    return page


def test_tab_goes_round_the_window_in_the_order_of_its_parts(
    window: MainWindow, qtbot: QtBot
) -> None:
    (page,) = named(window, "a:25")
    window.library.put(knowledge())
    page.watcher.show(session_of(*READY, "C: VRFY a", "S: 502 no"))
    page.show_connected(True)
    qtbot.waitUntil(lambda: page.diagnosis.content is not None)
    content = page.diagnosis.content
    assert content is not None
    content.unfold(content.causes[0].cause.id)
    qtbot.wait(20)
    page.focus_host()
    names: list[str] = []
    for _ in range(80):
        focused = QApplication.focusWidget()
        assert focused is not None
        name = focused.accessibleName()
        if name == "Host" and names:
            break
        names.append(name)
        QTest.keyClick(focused, Qt.Key.Key_Tab)
    else:
        pytest.fail(f"Tab does not come back: {names}")
    parts = ["Filter", "Command", "Send", "AUTH PLAIN", "Capabilities", "Copy diagnosis",
             "Diagnosis", content.causes[0].head.accessibleName(), "Show exchange 3",
             content.causes[1].head.accessibleName()]  # fmt: skip
    places = [names.index(each) for each in parts]
    assert places == sorted(places), names


def test_an_idle_connection_is_ended_without_a_question(window: MainWindow, qtbot: QtBot) -> None:
    (page,) = named(window, "a:25")
    page.watcher.show(session_of(*RCPT))
    page.show_connected(True)
    with qtbot.waitSignal(window.closing):
        window.close()
    assert not window.findChildren(QMessageBox)


def test_a_message_is_not_cut_off_without_a_question(window: MainWindow, qtbot: QtBot) -> None:
    sending(window)
    with qtbot.assertNotEmitted(window.closing):
        window.close()
        window.close()
    (box,) = window.findChildren(QMessageBox)
    assert box.text() == "a:25: a message is not sent whole yet.\n\nEnd it and quit?"
    box.reject()
    assert window.isVisible()
    window.close()
    again = window.findChildren(QMessageBox)[-1]
    with qtbot.waitSignal(window.closing):
        again.accept()
    assert not window.isVisible()


def test_what_is_over_by_itself_is_not_asked_about(window: MainWindow, qtbot: QtBot) -> None:
    page = sending(window)
    page.show_connected(False)
    with qtbot.waitSignal(window.closing):
        window.close()
