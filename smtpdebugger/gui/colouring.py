"""Colouring: joins the colours of a page's rows to the person's settings."""

from PySide6.QtCore import QObject, Qt

from smtpdebugger.gui.page import SessionPage
from smtpdebugger.gui.preferences import Preferences


class Colouring(QObject):
    """Follows the rules in the settings, and lets the person change them."""

    def __init__(self, page: SessionPage, preferences: Preferences) -> None:
        super().__init__(page)
        self._page = page
        self._preferences = preferences
        page.colours_wanted.connect(self.ask)
        preferences.changed.connect(self._follow)
        self._follow()

    def ask(self) -> None:
        """Open the dialog with the rules."""
        from smtpdebugger.gui.views.colour_dialog import ColourDialog  # noqa: PLC0415 - when opened

        dialog = ColourDialog(self._preferences.settings.colour_rules, self._page)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.chosen.connect(lambda text: self._preferences.change(colour_rules=text))
        dialog.open()

    def _follow(self) -> None:
        rules = self._preferences.settings.colour_rules
        self._page.transcript.model.colours.use(rules)
