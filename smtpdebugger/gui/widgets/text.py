"""Plain text that always fits: labels that elide or wrap, a button that elides.

Qt's own labels demand the width of their longest word, and a server may send words of any length.
"""

from PySide6.QtCore import QEvent, QPointF, QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QTextLayout, QTextOption
from PySide6.QtWidgets import QLabel, QPushButton, QSizePolicy, QWidget

from smtpdebugger.gui.theme import plain_tip
from smtpdebugger.gui.widgets.button import EnterButton

_MIN_CHARACTERS = 6


class ElidedLabel(QLabel):
    """One line of text; what does not fit is elided and shown as a tool tip."""

    elide_mode = Qt.TextElideMode.ElideRight
    """Where what does not fit is left out."""
    least = 0
    """Where fewer characters than so would be left, nothing is shown."""

    def __init__(self, text: str = "", role: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        if role:
            self.setProperty("role", role)
        self.setText(text)

    def setText(self, text: str) -> None:
        """Show another text, as it is: never as markup."""
        if text != self.text():
            super().setText(text)
            self.setToolTip("")
            self.updateGeometry()

    def minimumSizeHint(self) -> QSize:
        """A few characters suffice."""
        metrics = self.fontMetrics()
        narrow = metrics.averageCharWidth() * _MIN_CHARACTERS
        whole = metrics.horizontalAdvance(self.text()) + 2
        return QSize(min(narrow, whole), metrics.height() + 2)

    def sizeHint(self) -> QSize:
        """The whole text on one line."""
        metrics = self.fontMetrics()
        return QSize(metrics.horizontalAdvance(self.text()) + 2, metrics.height() + 2)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw what fits."""
        painter = QPainter(self)
        text = self.text()
        shown = self.fontMetrics().elidedText(text, self.elide_mode, self.contentsRect().width())
        tip = plain_tip(text) if shown != text else ""
        if tip != self.toolTip():
            self.setToolTip(tip)
        if shown != text and len(shown) < self.least:
            return
        painter.setPen(self.palette().color(self.foregroundRole()))
        flags = int(self.alignment()) | Qt.TextFlag.TextSingleLine
        painter.drawText(self.contentsRect(), flags, shown.replace("\n", " "))


class SteadyLabel(ElidedLabel):
    """One line that changes often: another text never makes the layout around it work anew.

    It takes the width that is left.
    """

    def __init__(self, role: str = "", parent: QWidget | None = None) -> None:
        self._words = ""
        super().__init__("", role, parent)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def text(self) -> str:
        """What is shown."""
        return self._words

    def setText(self, text: str) -> None:
        """Show another text, as it is."""
        if text != self._words:
            self._words = text
            self.setAccessibleName(text)
            self.update()

    def sizeHint(self) -> QSize:
        """As high as a line."""
        return QSize(0, self.fontMetrics().height() + 2)

    def minimumSizeHint(self) -> QSize:
        """Nothing is demanded."""
        return self.sizeHint()


class WrappedLabel(QLabel):
    """Text in as many lines as it needs; a word wider than the label is broken."""

    def __init__(self, text: str = "", role: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._heights: dict[int, int] = {}
        self.setTextFormat(Qt.TextFormat.PlainText)
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        if role:
            self.setProperty("role", role)
        self.setText(text)

    def setText(self, text: str) -> None:
        """Show another text, as it is: never as markup."""
        if text != self.text():
            self._heights.clear()
            super().setText(text)
            self.updateGeometry()

    def hasHeightForWidth(self) -> bool:
        """The height follows the width."""
        return True

    def heightForWidth(self, width: int) -> int:
        """The height of the text in lines ``width`` pixels wide."""
        # A layout asks for the same widths again and again.
        height = self._heights.get(width)
        if height is None:
            height = self._heights[width] = wrapped_height(self._layout(width)) + 1
        return height

    def minimumSizeHint(self) -> QSize:
        """Narrow is enough: every word can be broken."""
        metrics = self.fontMetrics()
        return QSize(metrics.averageCharWidth() * _MIN_CHARACTERS, metrics.height())

    def sizeHint(self) -> QSize:
        """A column of forty characters."""
        width = self.fontMetrics().averageCharWidth() * 40
        return QSize(width, self.heightForWidth(width))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw every line."""
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        self._layout(self.width()).draw(painter, QPointF(0, 0))

    def changeEvent(self, event: QEvent) -> None:
        """Another font needs another height."""
        if event.type() in {QEvent.Type.FontChange, QEvent.Type.StyleChange}:
            self._heights.clear()
            self.updateGeometry()
        super().changeEvent(event)

    def _layout(self, width: int) -> QTextLayout:
        layout = QTextLayout(self.text().replace("\n", "\u2028"), self.font(), self)
        wrap(layout, width)
        return layout


class ElidedButton(EnterButton):
    """A button whose text is its name; what does not fit is elided, with a tool tip."""

    def __init__(self, text: str, role: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        if role:
            self.setProperty("role", role)
        self.setText(text)

    def setText(self, text: str) -> None:
        """Show and be named by another text; an ampersand in it is no shortcut."""
        super().setText(text)
        self.setShortcut("")
        self.setAccessibleName(text)

    def minimumSizeHint(self) -> QSize:
        """A few characters suffice."""
        hint = super().sizeHint()
        narrow = self.fontMetrics().averageCharWidth() * (_MIN_CHARACTERS + 6)
        return QSize(min(narrow, hint.width()), hint.height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the button with what fits of its text."""
        # Qt's styles have hundreds of names; the first paint of the window needs none of them.
        from PySide6.QtWidgets import QStyle, QStyleOptionButton, QStylePainter  # noqa: PLC0415

        painter = QStylePainter(self)
        option = QStyleOptionButton()
        self.initStyleOption(option)
        inner = self.style().subElementRect(QStyle.SubElement.SE_PushButtonContents, option, self)
        text = self.text()
        shown = self.fontMetrics().elidedText(
            text, Qt.TextElideMode.ElideRight, max(0, _contents_width(self, inner))
        )
        option.text = shown.replace("&", "&&")
        tip = plain_tip(text) if shown != text else ""
        if tip != self.toolTip():
            self.setToolTip(tip)
        painter.drawControl(QStyle.ControlElement.CE_PushButton, option)


class WrappedButton(ElidedButton):
    """The same, but in as many lines as the text takes."""

    def __init__(self, text: str, role: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, role, parent)
        policy = QSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def hasHeightForWidth(self) -> bool:
        """The height follows the width."""
        return True

    def heightForWidth(self, width: int) -> int:
        """As many lines as the text needs, and what is around them."""
        around = self.sizeHint().height() - self.fontMetrics().height()
        return wrapped_height(self._layout(width - self._padding())) + around

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the button, then its lines."""
        from PySide6.QtWidgets import QStyle, QStyleOptionButton, QStylePainter  # noqa: PLC0415

        painter = QStylePainter(self)
        option = QStyleOptionButton()
        self.initStyleOption(option)
        option.text = ""
        painter.drawControl(QStyle.ControlElement.CE_PushButton, option)
        layout = self._layout(self.width() - self._padding())
        painter.setPen(self.palette().color(self.foregroundRole()))
        top = (self.height() - wrapped_height(layout)) / 2
        layout.draw(painter, QPointF(self._padding() / 2, top))

    def _padding(self) -> int:
        """Left and right together."""
        text = self.fontMetrics().horizontalAdvance(self.text())
        return max(0, self.sizeHint().width() - text - 1)

    def _layout(self, width: int) -> QTextLayout:
        layout = QTextLayout(self.text(), self.font(), self)
        wrap(layout, width)
        return layout


def wrap(layout: QTextLayout, width: int) -> None:
    """Break a layout into lines ``width`` pixels wide, between words where that is possible."""
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout.setTextOption(option)
    layout.beginLayout()
    height = 0.0
    while (line := layout.createLine()).isValid():
        line.setLineWidth(max(1, width))
        line.setPosition(QPointF(0, height))
        height += line.height()
    layout.endLayout()


def wrapped_height(layout: QTextLayout) -> int:
    """The height of a layout that was broken into lines, in pixels."""
    return round(layout.boundingRect().height() + 0.49)


def _contents_width(button: QPushButton, inner: QRect) -> int:
    # Under a style sheet the contents rectangle is the whole button; its padding is the hint's.
    padding = button.sizeHint().width() - button.fontMetrics().horizontalAdvance(button.text())
    return min(inner.width(), button.width() - max(0, padding) + 2)
