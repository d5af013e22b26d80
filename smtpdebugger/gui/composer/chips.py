"""A row of small buttons; those that do not fit are in a menu behind "+N"."""

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QMenu, QSizePolicy, QWidget

from smtpdebugger.gui.widgets.text import ElidedButton

SPACING = 6


class ChipRow(QWidget):
    """A caption and its chips on one line; ``chosen`` tells the index of the one pressed."""

    chosen = Signal(int)

    def __init__(self, caption: str, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._caption = QLabel(caption, self)
        self._caption.setTextFormat(Qt.TextFormat.PlainText)
        self._caption.setProperty("role", "small")
        self._chips: list[ElidedButton] = []
        self._labels: tuple[str, ...] = ()
        self._more = ElidedButton("", "chip", self)
        self._more.clicked.connect(self._show_menu)
        self._menu = QMenu(self)

    @property
    def labels(self) -> tuple[str, ...]:
        """What the chips say, in order."""
        return self._labels

    def show_labels(self, labels: Sequence[str]) -> None:
        """Show other chips; nothing happens where they are the same."""
        if tuple(labels) == self._labels:
            return
        had_focus = any(chip.hasFocus() for chip in self._chips)
        self._labels = tuple(labels)
        while len(self._chips) < len(labels):
            self._chips.append(self._make(len(self._chips)))
        for chip, label in zip(self._chips, labels, strict=False):
            chip.setText(label)
        self._place()
        if had_focus and labels and not any(chip.hasFocus() for chip in self._chips):
            self._chips[0].setFocus()

    def sizeHint(self) -> QSize:
        """As high as a chip."""
        return QSize(200, self._height())

    def minimumSizeHint(self) -> QSize:
        """Room for the caption and the button behind which all chips are."""
        return QSize(self._caption.sizeHint().width() + 60, self._height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show as many chips as fit."""
        self._place()
        super().resizeEvent(event)

    def _height(self) -> int:
        chips = [chip.sizeHint().height() for chip in self._chips[:1]]
        return max([self._caption.sizeHint().height() + 8, *chips])

    def _make(self, index: int) -> ElidedButton:
        chip = ElidedButton("", "chip", self)
        chip.clicked.connect(lambda: self.chosen.emit(index))
        # Right before the button of the others, wherever that one stands.
        self.setTabOrder(self._more, chip)
        self.setTabOrder(chip, self._more)
        return chip

    def _place(self) -> None:
        height, shown = self.height(), len(self._labels)
        left = self._put(self._caption, 0, height) + SPACING
        widths = [chip.sizeHint().width() for chip in self._chips[:shown]]
        self._more.setText(f"+{shown}")
        fitting = _fitting(widths, self.width() - left, self._more.sizeHint().width() + SPACING)
        for index, chip in enumerate(self._chips):
            if index < fitting:
                left = self._put(chip, left, height) + SPACING
            chip.setVisible(index < fitting)
        self._place_more(left, height, fitting)

    def _place_more(self, left: int, height: int, fitting: int) -> None:
        hidden = self._labels[fitting:]
        self._menu.clear()
        for index, label in enumerate(hidden, fitting):
            action = self._menu.addAction(label.replace("&", "&&"))
            action.triggered.connect(lambda _on=False, at=index: self.chosen.emit(at))
        self._more.setText(f"+{len(hidden)}")
        self._more.setAccessibleName(f"{len(hidden)} more: {', '.join(hidden)}")
        self._more.setVisible(bool(hidden))
        self._put(self._more, left, height)

    def _show_menu(self) -> None:
        corner = self._more.rect().bottomLeft()
        self._menu.popup(self._more.mapToGlobal(corner))

    def _put(self, widget: QWidget, left: int, height: int) -> int:
        size = widget.sizeHint()
        top = max(0, (height - size.height()) // 2)
        widget.setGeometry(left, top, size.width(), min(size.height(), height))
        return left + size.width()


def _fitting(widths: list[int], room: int, more: int) -> int:
    """How many chips fit into ``room`` pixels; ``more`` is kept for the button of the others."""
    used = 0
    for index, width in enumerate(widths):
        is_last = index == len(widths) - 1
        if used + width + (0 if is_last else more) > room:
            return index
        used += width + SPACING
    return len(widths)
