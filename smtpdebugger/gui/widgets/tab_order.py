"""Tab order: what is made late is reached where it stands, and not after everything else."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

_TAB = Qt.FocusPolicy.TabFocus


def stands_behind(before: QWidget, late: QWidget) -> None:
    """Let Tab reach what is in ``late``, and then that itself, right after ``before``."""
    for each in (*late.findChildren(QWidget), late):
        if each.focusPolicy() & _TAB:
            QWidget.setTabOrder(before, each)
            before = each
