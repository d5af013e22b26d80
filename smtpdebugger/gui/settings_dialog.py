"""The settings: recording, looks, EHLO and time-outs, each checked in words before it holds."""

from dataclasses import asdict, replace
from pathlib import Path

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLineEdit,
    QScrollArea,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from smtpdebugger.gui.connecting.form import Form, choose
from smtpdebugger.gui.connecting.times_page import TimesPage
from smtpdebugger.gui.preferences import timeouts_of
from smtpdebugger.gui.widgets.text import WrappedLabel
from smtpdebugger.settings import Settings
from smtpdebugger.transport.settings import Timeouts

THEMES = (("As the system", "system"), ("Light", "light"), ("Dark", "dark"))
_LONGEST_NAME = 255
"""Octets of a domain (RFC 5321 section 4.5.3.1.2)."""
_MOST = 999_999


class SettingsDialog(QDialog):
    """Shows settings and tells those that were chosen; what is wrong is said, not lost."""

    chosen = Signal(Settings)
    folder_shown = Signal(str)
    """The text of the folder's field: what does it hold? ``show_held`` answers."""

    def __init__(self, settings: Settings, folder: Path, parent: QWidget | None = None) -> None:
        """``folder`` is where recordings go where no other is set."""
        super().__init__(parent)
        self.setWindowTitle("Settings")
        self.setAccessibleName("Settings")
        self._shown = settings
        self._usual_folder = folder
        self._place_pages()
        self._problem = WrappedLabel()
        self._problem.setProperty("role", "error")
        self._problem.setAccessibleName("Problem")
        self._problem.hide()
        kinds = QDialogButtonBox.StandardButton
        buttons = QDialogButtonBox(kinds.Ok | kinds.Cancel | kinds.RestoreDefaults)
        for kind in (kinds.Ok, kinds.Cancel, kinds.RestoreDefaults):
            buttons.button(kind).setAccessibleName(buttons.button(kind).text().replace("&", ""))
        buttons.button(kinds.RestoreDefaults).clicked.connect(
            lambda: self.show_settings(Settings())
        )
        buttons.accepted.connect(self._finish)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(self._tabs, 1)
        layout.addWidget(self._problem)
        layout.addWidget(buttons)
        self._folder.textChanged.connect(self.folder_shown)
        self._record.toggled.connect(self._folder.setEnabled)
        self.show_settings(settings)

    def sizeHint(self) -> QSize:
        """Wide enough for a path, low enough for a small screen."""
        return QSize(600, 500)

    def show_settings(self, settings: Settings) -> None:
        """Write settings into all pages."""
        self._shown = settings
        choose(self._theme, settings.theme)
        self._name.setText(settings.client_name)
        self._ehlo.setChecked(settings.ehlo_on_connect)
        self._remember.setChecked(settings.remember_options)
        self._record.setChecked(settings.record)
        self._folder.setText(settings.folder)
        self._folder.setEnabled(settings.record)
        self._days.setText(str(settings.keep_days or ""))
        self._megabytes.setText(str(settings.keep_megabytes or ""))
        self._times.show_timeouts(timeouts_of(settings.waiting))

    def show_held(self, folder: str, sentence: str) -> None:
        """Tell what a folder holds, if it is still the one in the field."""
        if folder == self._folder.text():
            self._held.setText(sentence)

    def settings(self) -> Settings:
        """What the pages say. Raises ValueError with a sentence."""
        usual, times = asdict(Timeouts()), asdict(self._times.timeouts())
        return replace(
            self._shown,
            theme=self._theme.currentData(),
            client_name=checked_name(self._name.text()),
            ehlo_on_connect=self._ehlo.isChecked(),
            remember_options=self._remember.isChecked(),
            record=self._record.isChecked(),
            folder=checked_folder(self._folder.text()),
            keep_days=_number(self._days),
            keep_megabytes=_number(self._megabytes),
            waiting={name: times[name] for name in times if times[name] != usual[name]},
        )

    def _finish(self) -> None:
        try:
            settings = self.settings()
        except ValueError as error:
            self._problem.setText(str(error))
            self._problem.show()
            return
        self._problem.hide()
        self.accept()
        self.chosen.emit(settings)

    def _place_pages(self) -> None:
        self._tabs = QTabWidget()
        self._tabs.tabBar().setAccessibleName("Kinds of settings")
        self._times = TimesPage()
        pages = (("General", self._general()), ("Recording", self._recording()))
        for title, page in (*pages, ("Waiting", self._times)):
            area = QScrollArea()
            area.setWidget(page)
            area.setWidgetResizable(True)
            area.setFrameShape(QScrollArea.Shape.NoFrame)
            self._tabs.addTab(area, title)

    def _general(self) -> Form:
        form = Form("General")
        form.section("Looks")
        self._theme = form.choice("&Colours", THEMES)
        form.section("New connections")
        self._name = form.line("&EHLO name", "our address, as [192.0.2.1]")
        self._ehlo = form.check("&Send EHLO as soon as the server has greeted")
        self._remember = form.check(
            "&Remember the options of each server",
            "Proxy, TLS and time-outs, with the server's name; never a password.",
        )
        return form

    def _recording(self) -> Form:
        form = Form("Recording")
        form.section("From the next connection on")
        self._record = form.check("&Record every session, secrets masked")
        self._folder = form.folder("&Folder", str(self._usual_folder))
        self._held = WrappedLabel("", "small")
        self._held.setAccessibleName("What the folder holds")
        form.add(self._held)
        form.section("Deleted at the next start of the program")
        self._days = form.line("Older than, in &days", "never")
        self._megabytes = form.line("The oldest beyond &MB", "no limit")
        for field in (self._days, self._megabytes):
            field.setMaximumWidth(120)
        return form


def checked_name(text: str) -> str:
    """A name for EHLO. Raises ValueError with a sentence."""
    name = text.strip()
    if any(each.isspace() or not each.isprintable() for each in name):
        raise ValueError("EHLO name: one word, as client.example.test or [192.0.2.1].")
    if len(name.encode()) > _LONGEST_NAME:
        raise ValueError(f"EHLO name: at most {_LONGEST_NAME} octets (RFC 5321 4.5.3.1.2).")
    return name


def checked_folder(text: str) -> str:
    """A folder that sessions can be recorded in. Raises ValueError with a sentence."""
    if not text.strip():
        return ""
    folder = Path(text.strip()).expanduser()
    if not folder.is_absolute():
        raise ValueError(f"Folder: {folder} needs its whole path, as {Path.home() / 'sessions'}.")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except FileExistsError:
        raise ValueError(f"Folder: {folder} is a file.") from None
    except OSError as error:
        raise ValueError(f"Folder: {folder} cannot be made: {error.strerror or error}.") from error
    return str(folder)


def _number(field: QLineEdit) -> int:
    text = field.text().strip()
    if not text:
        return 0
    if not (text.isascii() and text.isdecimal() and 0 < int(text) <= _MOST):
        raise ValueError(f"{field.accessibleName()}: a whole number from 1 to {_MOST}, or nothing.")
    return int(text)
