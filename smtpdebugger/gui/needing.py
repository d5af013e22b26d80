"""Needing: lists of requirements on disk, for the page that asks for them."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt

from smtpdebugger.gui.models.needs import Needs
from smtpdebugger.gui.page import SessionPage
from smtpdebugger.transcript.errors import TranscriptError

if TYPE_CHECKING:
    from PySide6.QtWidgets import QFileDialog

SUFFIX = "toml"
KINDS = f"Requirements (*.{SUFFIX});;All files (*)"


class Needing(QObject):
    """Opens and saves the files that ``smtpdebugger requirements`` takes."""

    def __init__(self, page: SessionPage, needs: Needs) -> None:
        super().__init__(page)
        self._page, self._needs = page, needs
        page.requirements_shown.connect(self._join)

    def open(self, path: Path) -> None:
        """Take the list from a file, or tell why not."""
        from smtpdebugger.transcript.requirements import load_profile  # noqa: PLC0415

        try:
            self._needs.put(load_profile(path))
        except TranscriptError as error:
            self._page.notice.tell(str(error))

    def save(self, path: Path) -> None:
        """Write the list to a file, or tell why not."""
        from smtpdebugger.transcript.requirements import save_profile  # noqa: PLC0415

        profile = self._needs.profile
        if profile is None or not profile.requirements:
            self._page.notice.tell("There is no requirement in the list yet. Add one first.")
            return
        try:
            save_profile(profile, path)
        except TranscriptError as error:
            self._page.notice.tell(str(error))
            return
        self._page.notice.mention(
            f"The requirements were saved as {path}. To check a server against them from a "
            f"script: smtpdebugger requirements {path.name} --connect HOST"
        )

    def _join(self) -> None:
        panel = self._page.requirements
        if panel is not None:
            panel.open_wanted.connect(self._ask_what_to_open)
            panel.save_wanted.connect(self._ask_where_to_save)

    def _ask_what_to_open(self) -> None:
        dialog = self._dialog("Open requirements")
        dialog.fileSelected.connect(lambda name: self.open(Path(name)))
        dialog.open()

    def _ask_where_to_save(self) -> None:
        dialog = self._dialog("Save the requirements")
        dialog.setAcceptMode(dialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(SUFFIX)
        dialog.fileSelected.connect(lambda name: self.save(Path(name)))
        dialog.open()

    def _dialog(self, title: str) -> "QFileDialog":
        from PySide6.QtWidgets import QFileDialog  # noqa: PLC0415 - when first opened

        dialog = QFileDialog(self._page, title, "", KINDS)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        return dialog
