"""The tabs: what they are called, what their signs say, and how they are closed."""

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible, QContextMenuEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QTabBar, QToolButton
from pytestqt.qtbot import QtBot

from smtpdebugger.gui.models.standing import Standing
from smtpdebugger.gui.tab import Tab
from smtpdebugger.gui.tabs import SessionTabs

LIVE = Standing(True, "connected")


class Session(Tab):
    """A tab that says of itself what a test wants."""

    is_waiting = False

    def __init__(self, title: str, standing: Standing = LIVE) -> None:
        super().__init__()
        self.title = title
        self.stands = standing
        self.rests: list[bool] = []

    @property
    def standing(self) -> Standing:
        return self.stands

    def rest(self, is_resting: bool) -> None:
        self.rests.append(is_resting)


@pytest.fixture
def tabs(qtbot: QtBot) -> SessionTabs:
    tabs = SessionTabs()
    qtbot.addWidget(tabs)
    tabs.resize(900, 400)
    tabs.show()
    return tabs


def place_of(tabs: SessionTabs, index: int) -> QPoint:
    return tabs.tabBar().tabRect(index).center() - QPoint(20, 0)


def test_a_single_one_has_no_bar(tabs: SessionTabs) -> None:
    tabs.add(Session("a:25"))
    assert not tabs.tabBar().isVisible()
    second = Session("b:25")
    tabs.add(second)
    assert tabs.tabBar().isVisible()
    assert [tabs.tabText(each) for each in range(2)] == ["a:25", "b:25"]
    tabs.remove(second)
    assert not tabs.tabBar().isVisible()
    second.deleteLater()


def test_titles_are_short_and_harmless(tabs: SessionTabs) -> None:
    long = "x" * 40 + "\N{RIGHT-TO-LEFT OVERRIDE}&<b>.example.test:25"
    tabs.add(Session("a:25"))
    tabs.add(Session(long))
    text = tabs.tabText(1)
    assert "…" in text
    assert len(text) < 40
    assert "\N{RIGHT-TO-LEFT OVERRIDE}" not in text + tabs.tabToolTip(1)
    assert "<b>" not in tabs.tabToolTip(1)
    tabs.add(Session("a&b"))
    assert tabs.tabText(2) == "a&&b"


def test_sign_and_words_follow_the_session(tabs: SessionTabs) -> None:
    one, two = Session("a:25"), Session("b:25")
    tabs.add(one)
    tabs.add(two)
    bar = tabs.tabBar()
    assert bar.accessibleTabName(0) == "a:25, connected"
    live = tabs.tabIcon(0).pixmap(12).toImage()
    one.stands = Standing(False, "not connected, last reply 421", True)
    one.restood.emit()
    assert bar.accessibleTabName(0) == "a:25, not connected, last reply 421"
    assert "last reply 421" in tabs.tabToolTip(0)
    assert tabs.tabIcon(0).pixmap(12).toImage() != live


def test_a_screen_reader_hears_the_words(tabs: SessionTabs) -> None:
    tabs.add(Session("a:25"))
    tabs.add(Session("b:25"))
    bar = QAccessible.queryAccessibleInterface(tabs.tabBar())
    assert bar.role() == QAccessible.Role.PageTabList
    names = [bar.child(each).text(QAccessible.Text.Name) for each in range(2)]
    assert names == ["a:25, connected", "b:25, connected"]


def test_those_that_are_not_shown_rest_and_tell_of_news(tabs: SessionTabs) -> None:
    one, two = Session("a:25"), Session("b:25")
    tabs.add(one)
    tabs.add(two)
    assert (one.rests[-1], two.rests[-1]) == (True, False)
    one.stirred.emit()
    assert tabs.tabText(0).endswith("•")
    assert tabs.tabBar().accessibleTabName(0) == "a:25, connected, something new"
    tabs.step(1)
    assert tabs.current is one
    assert one.rests[-1] is False
    assert not tabs.tabText(0).endswith("•")


def test_a_file_is_opened_when_its_tab_is_shown(qtbot: QtBot, tabs: SessionTabs) -> None:
    tabs.add(Session("a:25"))
    waiting = Tab(Path("/tmp/&x.smtpsession"))
    tabs.add(waiting)
    assert tabs.currentIndex() == 0
    assert tabs.tabText(1) == "&&x"
    assert tabs.tabToolTip(1) == "/tmp/&amp;x.smtpsession" or "/tmp/&" in tabs.tabToolTip(1)
    with qtbot.waitSignal(tabs.waiting_shown) as shown:
        tabs.step(1)
    assert shown.args == [waiting]


def test_the_middle_button_and_the_cross_close(qtbot: QtBot, tabs: SessionTabs) -> None:
    one, two = Session("a:25"), Session("b:25")
    tabs.add(one)
    tabs.add(two)
    with qtbot.waitSignal(tabs.close_wanted) as wanted:
        QTest.mouseClick(tabs.tabBar(), Qt.MouseButton.MiddleButton, pos=place_of(tabs, 0))
    assert wanted.args == [[one]]
    cross = tabs.tabBar().tabButton(1, QTabBar.ButtonPosition.RightSide)
    assert isinstance(cross, QToolButton)
    assert cross.accessibleName() == "Close b:25"
    with qtbot.waitSignal(tabs.close_wanted) as wanted:
        cross.click()
    assert wanted.args == [[two]]


@pytest.mark.qt_log_ignore("This plugin does not support")
@pytest.mark.parametrize("reason", list(QContextMenuEvent.Reason)[:2])
def test_the_menu_of_a_tab(
    qtbot: QtBot, tabs: SessionTabs, reason: QContextMenuEvent.Reason
) -> None:
    one, two = Session("a:25"), Session("b:25")
    one.path = Path("/tmp/a.smtpsession")
    tabs.add(one)
    tabs.add(two)
    tabs.setCurrentIndex(0)
    place = place_of(tabs, 0)
    event = QContextMenuEvent(reason, place, tabs.tabBar().mapToGlobal(place))
    QApplication.sendEvent(tabs.tabBar(), event)
    menu = tabs.findChild(QMenu)
    assert isinstance(menu, QMenu)
    close, others, copy = menu.actions()
    copy.trigger()
    assert QGuiApplication.clipboard().text() == "/tmp/a.smtpsession"
    with qtbot.waitSignal(tabs.close_wanted) as wanted:
        others.trigger()
    assert wanted.args == [[two]]
    with qtbot.waitSignal(tabs.close_wanted) as wanted:
        close.trigger()
    assert wanted.args == [[one]]
    menu.close()


def test_signs_differ_by_shape_too(tabs: SessionTabs) -> None:
    shapes = set()
    for is_live in (True, False):
        for is_refused in (True, False):
            tab = Session("a:25", Standing(is_live, "so it stands", is_refused))
            tabs.add(tab)
            tabs.add(Session("b:25"))
            picture = tabs.tabIcon(tabs.indexOf(tab)).pixmap(12).toImage()
            solid = [
                picture.pixelColor(x, y).alpha() > 128 for x in range(12) for y in range(12)
            ]  # fmt: skip
            shapes.add(tuple(solid))
    assert len(shapes) == 4
