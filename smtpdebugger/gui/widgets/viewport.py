"""Viewports: what a scroll area scrolls, had without making PySide load half of Qt."""

from PySide6.QtWidgets import QAbstractScrollArea, QWidget


def find_viewport(area: QAbstractScrollArea) -> QWidget | None:
    """The viewport of a new area, by its name; whoever keeps it has a quick ``viewport()``.

    That call gives a plain QWidget. To find out that it is one, PySide would load every kind of
    widget there is, 9 ms before the first paint.
    """
    return area.findChild(QWidget, "qt_scrollarea_viewport")
