"""How long to wait for what."""

from dataclasses import fields, replace

from PySide6.QtCore import QLocale
from PySide6.QtGui import QDoubleValidator
from PySide6.QtWidgets import QLineEdit, QWidget

from smtpdebugger.gui.connecting.form import Form
from smtpdebugger.transport.settings import ConnectionSettings, Timeouts

_LABELS = {
    "resolve": "&Looking up a name",
    "connect": "&Connecting to an address",
    "tls": "&TLS handshake",
    "greeting": "&Greeting",
    "command": "&Reply to a command",
    "data": "Reply to &DATA",
    "data_block": "Server takes the next &block",
    "data_end": "Reply to the whole &message",
    "hint": "Hint at TLS after &silence of",
    "close": "Server closes after &QUIT",
}
_LONGEST = 86_400


class TimesPage(Form):
    """A field for each time-out; the usual time stands in an empty one."""

    def __init__(self, usual: Timeouts | None = None, parent: QWidget | None = None) -> None:
        super().__init__("Waiting", parent)
        self.section("Seconds to wait for (RFC 5321 section 4.5.3.2)")
        self._fields: dict[str, QLineEdit] = {}
        for each in fields(Timeouts):
            field = self.line(_LABELS[each.name])
            validator = QDoubleValidator(0.1, _LONGEST, 1, field)
            # A point everywhere: a thousand is never meant.
            validator.setLocale(QLocale.c())
            validator.setNotation(QDoubleValidator.Notation.StandardNotation)
            field.setValidator(validator)
            field.setMaximumWidth(120)
            self._fields[each.name] = field
        self._usual = Timeouts()
        self.set_usual(usual or self._usual)

    def set_usual(self, usual: Timeouts) -> None:
        """These times stand in for empty fields."""
        self._usual = usual
        for name, field in self._fields.items():
            field.setPlaceholderText(f"{getattr(usual, name):g}")

    def show_timeouts(self, timeouts: Timeouts) -> None:
        """Write those that are not usual into the fields."""
        for name, field in self._fields.items():
            seconds = getattr(timeouts, name)
            field.setText("" if seconds == getattr(self._usual, name) else f"{seconds:g}")

    def timeouts(self) -> Timeouts:
        """The time-outs as the fields say. Raises ValueError with a sentence."""
        chosen = {}
        for name, field in self._fields.items():
            if not field.text().strip():
                continue
            if not field.hasAcceptableInput():
                label = field.accessibleName()
                raise ValueError(f"{label}: a number of seconds from 0.1 to {_LONGEST}, please.")
            chosen[name] = float(field.text())
        return replace(self._usual, **chosen)

    def show_settings(self, settings: ConnectionSettings) -> None:
        """Write settings into the fields."""
        self.show_timeouts(settings.timeouts)

    def changed(self, settings: ConnectionSettings) -> ConnectionSettings:
        """The settings as the fields say. Raises ValueError with a sentence."""
        return replace(settings, timeouts=self.timeouts())
