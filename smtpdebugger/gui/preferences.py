"""Preferences: the settings of the program that runs, shared by all its sessions."""

from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject, Signal

from smtpdebugger.settings import Settings


class Preferences(QObject):
    """Holds the settings as they are now; what is changed holds at once, and is kept."""

    changed = Signal()
    theme_changed = Signal(str)
    problem = Signal(str)
    """They could not be kept; they hold until the program ends."""

    def __init__(self, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settings = settings

    @property
    def settings(self) -> Settings:
        """The settings now."""
        return self._settings

    def change(self, **values: Any) -> None:
        """Give some settings another value, and write the file."""
        settings = replace(self._settings, **values)
        if settings == self._settings:
            return
        before, self._settings = self._settings, settings
        self.changed.emit()
        if settings.theme != before.theme:
            self.theme_changed.emit(settings.theme)
        try:
            settings.save()
        except OSError as error:
            self.problem.emit(f"The settings could not be kept: {error}.")
