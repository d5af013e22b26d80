"""Preferences: the settings of the program that runs, shared by all its sessions."""

from collections.abc import Mapping
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from smtpdebugger.settings import Settings
from smtpdebugger.transcript.place import default_folder
from smtpdebugger.transport.settings import Timeouts


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

    @property
    def timeouts(self) -> Timeouts:
        """How long to wait for what, where a connection's own options do not say otherwise."""
        return timeouts_of(self._settings.waiting)

    @property
    def folder(self) -> Path:
        """Where sessions are recorded."""
        return Path(self._settings.folder) if self._settings.folder else default_folder()

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


def timeouts_of(waiting: Mapping[str, float]) -> Timeouts:
    """The time-outs that settings ask for; names nobody knows are passed over."""
    known = {each.name for each in fields(Timeouts)}
    return Timeouts(**{name: seconds for name, seconds in waiting.items() if name in known})
