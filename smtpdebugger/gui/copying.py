"""Copying: many rows to the clipboard or into a file, between the turns of the event loop."""

from array import array
from collections.abc import Iterator
from contextlib import suppress
from itertools import chain
from pathlib import Path
from time import perf_counter
from typing import IO

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog

from smtpdebugger.gui.models.copied_lines import MOST_EXPLAINED, copied_lines
from smtpdebugger.gui.page import SessionPage

MOST_OCTETS = 4 * 1024 * 1024
"""More text than that is not put on the clipboard: to hand it over takes one turn."""
SLICE_SECONDS = 0.004
PROGRESS_SECONDS = 0.3
"""What takes no longer needs no notice."""


class Copying(QObject):
    """Copies what a page's table asks for; at most one copy at a time."""

    def __init__(self, page: SessionPage) -> None:
        super().__init__(page)
        self._page = page
        self._entries = array("q")
        self._lines: Iterator[str] = iter(())
        self._pieces: list[str] = []
        self._octets = self._done = self._tenths = 0
        self._file: IO[str] | None = None
        self._path = Path()
        self._began = 0.0
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._advance)
        page.transcript.table.copy_wanted.connect(self.copy)
        page.watcher.replaced.connect(self.stop)

    @property
    def is_copying(self) -> bool:
        """Whether a copy is being made now."""
        return self._timer.isActive()

    def copy(self, entries: "array[int]") -> None:
        """Copy rows to the clipboard, as many as there is room for."""
        self.stop()
        self._begin(entries)

    def save(self, entries: "array[int]", path: Path) -> None:
        """Write all rows into a text file, which appears when it is whole."""
        self.stop()
        try:
            self._file = _unfinished(path).open("w", encoding="utf-8", newline="\n")
        except OSError as error:
            self._tell_failure(path, error)
            return
        self._path = path
        self._begin(entries)

    def stop(self) -> None:
        """Copy no further: the clipboard stays as it was, and no file appears."""
        if self.is_copying:
            self._timer.stop()
            self._drop_file()
            self._page.notice.mention(f"Copying was stopped after {self._done:,} rows.")

    def _begin(self, entries: "array[int]") -> None:
        self._entries = entries
        self._lines = copied_lines(self._page.transcript.model, entries)
        self._pieces = []
        self._octets = self._done = self._tenths = 0
        self._began = perf_counter()
        self._timer.start()
        self._advance()

    def _advance(self) -> None:
        until = perf_counter() + SLICE_SECONDS
        while perf_counter() < until:
            line = next(self._lines, None)
            if line is None or (self._file is None and self._octets > MOST_OCTETS):
                self._finish(is_whole=line is None)
                return
            self._done += 1
            # Explanations that are left out leave no empty line.
            if line:
                self._pieces.append(line)
                self._octets += len(line) + 1
        if not self._write():
            return
        self._show_progress()

    def _write(self) -> bool:
        """Into the file, if it is one; whether that could be done."""
        if self._file is None:
            return True
        try:
            self._file.writelines(chain.from_iterable((line, "\n") for line in self._pieces))
        except OSError as error:
            self._timer.stop()
            self._drop_file()
            self._tell_failure(self._path, error)
            return False
        self._pieces.clear()
        return True

    def _show_progress(self) -> None:
        tenths = self._done * 10 // max(1, len(self._entries))
        if perf_counter() - self._began > PROGRESS_SECONDS and tenths != self._tenths - 1:
            self._tenths = tenths + 1
            self._page.notice.mention(
                f"Copying rows: {tenths * 10} %. Everything else works meanwhile.",
                "Stop copying",
                self.stop,
            )

    def _finish(self, *, is_whole: bool) -> None:
        if self._file is not None:
            self._finish_file()
            return
        self._timer.stop()
        QGuiApplication.clipboard().setText("\n".join(self._pieces) + "\n")
        self._pieces = []
        entries, bare = self._entries, self._bareness()
        if is_whole:
            self._page.notice.mention(f"Copied {self._done:,} rows.{bare}")
        else:
            self._page.notice.tell(
                f"The clipboard holds the first {self._done:,} of {len(entries):,} rows: more than "
                f"{MOST_OCTETS >> 20} MB are not copied.{bare}",
                "Save all to a file…",
                lambda: self._ask_where(entries),
            )

    def _finish_file(self) -> None:
        file = self._file
        if file is None or not self._write():
            return
        self._timer.stop()
        try:
            file.close()
            _unfinished(self._path).replace(self._path)
        except OSError as error:
            self._drop_file()
            self._tell_failure(self._path, error)
            return
        self._file = None
        self._page.notice.mention(f"Saved {self._done:,} rows as {self._path}.{self._bareness()}")

    def _bareness(self) -> str:
        is_bare = len(self._entries) > MOST_EXPLAINED
        return " Explanations are left out of a copy this long." * is_bare

    def _ask_where(self, entries: "array[int]") -> None:
        dialog = QFileDialog(self._page, "Save the rows as text", "", "Text (*.txt)")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("txt")
        dialog.fileSelected.connect(lambda name: self.save(entries, Path(name)))
        dialog.open()

    def _drop_file(self) -> None:
        if self._file is not None:
            # What could not be written is tried again on closing, and cannot be then either.
            with suppress(OSError):
                self._file.close()
            with suppress(OSError):
                _unfinished(self._path).unlink()
            self._file = None

    def _tell_failure(self, path: Path, error: OSError) -> None:
        self._page.notice.tell(
            f"The rows could not be written to {path}: {error.strerror or error}. "
            "Choose another folder."
        )


def _unfinished(path: Path) -> Path:
    return path.with_name(path.name + ".part")
