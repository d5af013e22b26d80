"""Pages of tabs: where they stand, so that they can be made there."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QTabWidget, QWidget


def pages_of(tabs: QTabWidget) -> QWidget | None:
    """The widget inside that holds the pages; found by its name, as Qt does not tell it."""
    return tabs.findChild(
        QWidget, "qt_tabwidget_stackedwidget", Qt.FindChildOption.FindDirectChildrenOnly
    )
