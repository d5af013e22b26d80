"""Showing: a saved session or a trace in a page, with what is wrong with it and how far it is."""

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from smtpdebugger.gui.page import SessionPage
from smtpdebugger.gui.slow_opening import SlowOpening
from smtpdebugger.session.session import Session
from smtpdebugger.transcript.opening import Reading


class Showing(QObject):
    """Shows files in one page, one after the other."""

    failed = Signal(str)
    """The rest of a file could not be read."""

    def __init__(self, page: SessionPage) -> None:
        super().__init__(page)
        self._page = page
        self._opening = SlowOpening(self)
        self._opening.progressed.connect(self._show_progress)
        self._opening.finished.connect(self._opened)
        self._opening.stopped.connect(self._stopped)
        self._opening.failed.connect(self._failed)

    @property
    def is_reading(self) -> bool:
        """Whether a file is still being read."""
        return self._opening.is_reading

    def show(self, path: Path, reading: Reading) -> None:
        """Show a file whose first rows were read; the rest follows."""
        page = self._page
        page.watcher.show(reading.session, is_held=not reading.is_done)
        self._show_where(reading.session)
        page.show_title(path.name, path)
        page.show_connected(False)
        page.show_recording(f"opened from {path}")
        self._opening.take(path, reading)
        if reading.is_done:
            self._opened(path, reading.problems)
        else:
            page.transcript.show_from_top()
            self._show_progress(path, int(reading.fraction * 100))
            self._opening.go_on()

    def drop(self) -> None:
        """Another session is shown: the rest is not read."""
        self._opening.drop()

    def _opened(self, _path: Path, problems: tuple[str, ...]) -> None:
        self._page.watcher.hold(False)
        if problems:
            self._page.notice.tell(" ".join(problems))
        else:
            self._page.notice.hide()

    def _show_progress(self, path: Path, hundredths: int) -> None:
        self._page.notice.mention(
            f"Reading {path.name}: {hundredths} %. What was read can be used meanwhile.",
            "Stop reading",
            self._opening.stop,
        )

    def _stopped(self, path: Path, hundredths: int) -> None:
        self._page.watcher.hold(False)
        self._page.notice.tell(
            f"Reading {path.name} was stopped at {hundredths} %. The rest is not shown.",
            "Read on",
            lambda: self._read_on(path, hundredths),
        )

    def _failed(self, sentence: str) -> None:
        self._page.watcher.hold(False)
        self.failed.emit(sentence)

    def _read_on(self, path: Path, hundredths: int) -> None:
        self._show_progress(path, hundredths)
        self._page.watcher.hold(True)
        self._opening.go_on()

    def _show_where(self, session: Session) -> None:
        """Put the server of an opened session into the bar, so that one key connects to it."""
        situation, bar = session.situation, self._page.connection
        shown = bar.choice()
        bar.show_choice(replace(shown, host=situation.host, port=situation.port or shown.port))
