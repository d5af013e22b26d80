from PySide6.QtWidgets import QApplication

from smtpdebugger.gui.page_driver import PageDriver
from smtpdebugger.gui.views.colour_dialog import ColourDialog
from smtpdebugger.settings import Settings
from tests.gui.driving import drive, trigger
from tests.session.wire import converse


def test_rules_are_changed_in_a_dialog_and_kept(qapp: QApplication) -> None:
    async def work(driver: PageDriver) -> None:
        await driver.settle(20)
        page = driver.page
        page.watcher.show(converse("S: 220 mx", "C: EHLO x", "S: 250 mx"))
        colours = page.transcript.model.colours
        assert colours.of(1) is None
        trigger(driver, "page.colours_wanted")
        dialog = page.findChild(ColourDialog)
        assert dialog is not None
        assert len(dialog.rules) == len(Settings().colour_rules.splitlines())
        dialog.chosen.emit("grey verb:EHLO")
        dialog.close()
        found = colours.of(1)
        assert found is not None
        assert found.name == "grey"
        assert Settings.load()[0].colour_rules == "grey verb:EHLO"

    drive(qapp, work)
