"""The sessions of a window, one in each tab; with a single one there is no bar of tabs."""

from functools import lru_cache

from PySide6.QtCore import QEvent, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QGuiApplication,
    QIcon,
    QMouseEvent,
    QPainter,
    QPen,
    QPixmap,
)
from PySide6.QtWidgets import QMenu, QTabBar, QTabWidget, QToolButton, QWidget

from smtpdebugger.gui.models.standing import Standing
from smtpdebugger.gui.tab import Tab
from smtpdebugger.gui.theme import plain_tip, set_icon, tokens
from smtpdebugger.session.visible import visible

_WIDEST = 26
"""Average characters of a title that are shown; the whole is in the tool tip."""
_USUAL = ".smtpsession"
"""Said of nearly every file, and so of no use in a short title."""
_NEWS = " •"
_RIGHT = QTabBar.ButtonPosition.RightSide
_SIDE = 12
"""Logical pixels of a sign."""


class SessionTabs(QTabWidget):
    """Shows one; the others rest until they are shown, and tell that something came."""

    close_wanted = Signal(list)
    """These tabs."""
    switched = Signal()
    """Another is shown, or the one that is shown has another title."""
    waiting_shown = Signal(Tab)
    """A file is to be opened: its tab is shown for the first time."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: Tab | None = None
        self._stirred: set[Tab] = set()
        bar = _Bar()
        self.setTabBar(bar)
        # Its focus is the bar's. With a single tab the bar is hidden, and Tab would end here.
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        bar.setAccessibleName("Sessions")
        bar.setProperty("role", "sessions")
        bar.middle_clicked.connect(lambda index: self.close_wanted.emit([self.tab(index)]))
        bar.menu_wanted.connect(self._open_menu)
        self.setDocumentMode(True)
        self.setMovable(True)
        self.setTabBarAutoHide(True)
        self.setUsesScrollButtons(True)
        self.setIconSize(QSize(_SIDE, _SIDE))
        bar.setDrawBase(False)
        bar.setExpanding(False)
        self.currentChanged.connect(self._turn)

    @property
    def all(self) -> list[Tab]:
        """All of them, in the order of the bar."""
        return [self.tab(index) for index in range(self.count())]

    @property
    def current(self) -> Tab:
        """The one that is shown. There is always one."""
        return self.tab(self.currentIndex())

    def tab(self, index: int) -> Tab:
        """The one at a place. Raises IndexError where there is none."""
        tab = self.widget(index)
        if not isinstance(tab, Tab):
            raise IndexError(f"there is no tab {index}")
        return tab

    def add(self, tab: Tab, place: int | None = None) -> None:
        """Put a tab at a place, or behind the one that is shown; it is shown if it can be."""
        index = self.insertTab(self.currentIndex() + 1 if place is None else place, tab, "")
        tab.restood.connect(lambda: self.refresh(tab))
        tab.stirred.connect(lambda: self._stir(tab))
        if not tab.is_waiting:
            self.setCurrentIndex(index)
        self.refresh(tab)

    def remove(self, tab: Tab) -> None:
        """Take a tab away; it is not deleted."""
        self._stirred.discard(tab)
        self.removeTab(self.indexOf(tab))

    def step(self, by: int) -> None:
        """Show the one so many tabs further, round and round."""
        self.setCurrentIndex((self.currentIndex() + by) % self.count())

    def shift(self, by: int) -> None:
        """Put the one that is shown so many places further, if there is room."""
        place = self.currentIndex() + by
        if 0 <= place < self.count():
            self.tabBar().moveTab(self.currentIndex(), place)

    def refresh(self, tab: Tab) -> None:
        """Show the title and the standing of a tab as they are now."""
        if tab is self._shown:
            self.switched.emit()
        index = self.indexOf(tab)
        if index < 0 or self.count() < 2:
            # Nobody sees it, and the busiest of all sessions is a single one.
            return
        title, standing, has_news = visible(tab.title), tab.standing, tab in self._stirred
        metrics, bar = self.tabBar().fontMetrics(), self.tabBar()
        width = _WIDEST * metrics.averageCharWidth()
        short = metrics.elidedText(title.removesuffix(_USUAL), Qt.TextElideMode.ElideMiddle, width)
        self.setTabText(index, short.replace("&", "&&") + _NEWS * has_news)
        told = ", ".join(filter(None, (title, standing.words, "something new" * has_news)))
        bar.setAccessibleTabName(index, told)
        where = visible(str(tab.path)) if tab.path else title
        self.setTabToolTip(index, plain_tip("\n".join(filter(None, (where, standing.words)))))
        self.setTabIcon(index, _sign(standing) if standing.words else QIcon())
        if bar.tabButton(index, _RIGHT) is None:
            bar.setTabButton(index, _RIGHT, self._close_button(tab))
        bar.tabButton(index, _RIGHT).setAccessibleName(f"Close {title}")

    def changeEvent(self, event: QEvent) -> None:
        """Another font or theme: titles have another width, and signs another colour."""
        super().changeEvent(event)
        if event.type() in {QEvent.Type.FontChange, QEvent.Type.StyleChange}:
            for tab in self.all:
                self.refresh(tab)

    def tabInserted(self, index: int) -> None:
        """With the second tab the bar appears, and with it what the first is called."""
        super().tabInserted(index)
        if self.count() == 2:
            self.refresh(self.tab(1 - index))

    def _turn(self, index: int) -> None:
        before, self._shown = self._shown, self.tab(index) if index >= 0 else None
        if before is not None and self.indexOf(before) >= 0:
            before.rest(True)
        if self._shown is not None:
            self._stirred.discard(self._shown)
            self._shown.rest(False)
            self.refresh(self._shown)
            if self._shown.is_waiting:
                self.waiting_shown.emit(self._shown)

    def _stir(self, tab: Tab) -> None:
        if tab not in self._stirred:
            self._stirred.add(tab)
            self.refresh(tab)

    def _close_button(self, tab: Tab) -> QToolButton:
        button = QToolButton()
        button.setProperty("role", "flat")
        set_icon(button, "cross")
        button.setIconSize(QSize(10, 10))
        button.setToolTip("Close (Ctrl+W)")
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.clicked.connect(lambda: self.close_wanted.emit([tab]))
        return button

    def _open_menu(self, index: int, place: QPoint) -> None:
        tab = self.tab(index)
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.setAccessibleName(f"Tab {tab.title}")
        menu.addAction("&Close").triggered.connect(lambda: self.close_wanted.emit([tab]))
        others = menu.addAction("Close the &others")
        others.setEnabled(self.count() > 1)
        rest = [each for each in self.all if each is not tab]
        others.triggered.connect(lambda: self.close_wanted.emit(rest))
        copy = menu.addAction("Copy the &path")
        copy.setEnabled(tab.path is not None)
        copy.triggered.connect(lambda: QGuiApplication.clipboard().setText(str(tab.path)))
        menu.popup(place)


def _sign(standing: Standing) -> QIcon:
    """Full while a session goes on, a ring when it is over; not by colour alone, a refusal is a
    square."""
    token = "negative" if standing.is_refused else "positive" if standing.is_live else "muted"
    return _drawn(tokens().color(token).name(), standing.is_live, standing.is_refused)


@lru_cache(maxsize=32)
def _drawn(colour: str, is_full: bool, is_square: bool) -> QIcon:
    made = QIcon()
    for scale in (1, 2):
        picture = QPixmap(_SIDE * scale, _SIDE * scale)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.scale(scale, scale)
        painter.setPen(QPen(QColor(colour), 1.6))
        painter.setBrush(QColor(colour) if is_full else Qt.BrushStyle.NoBrush)
        shape = QRectF(2.5, 2.5, _SIDE - 5, _SIDE - 5)
        painter.drawRoundedRect(shape, 1, 1) if is_square else painter.drawEllipse(shape)
        painter.end()
        picture.setDevicePixelRatio(scale)
        made.addPixmap(picture)
    return made


class _Bar(QTabBar):
    """Tells what QTabBar does not: middle clicks, and where a menu is wanted."""

    middle_clicked = Signal(int)
    menu_wanted = Signal(int, QPoint)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """The middle button closes."""
        index = self.tabAt(event.position().toPoint())
        if event.button() == Qt.MouseButton.MiddleButton and index >= 0:
            self.middle_clicked.emit(index)
            return
        super().mouseReleaseEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """By the mouse for the tab under it, by the key for the one that is shown."""
        by_mouse = event.reason() is QContextMenuEvent.Reason.Mouse
        index = self.tabAt(event.pos()) if by_mouse else self.currentIndex()
        if index >= 0:
            below = self.mapToGlobal(self.tabRect(index).bottomLeft())
            self.menu_wanted.emit(index, event.globalPos() if by_mouse else below)
