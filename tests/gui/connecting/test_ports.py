"""Find the port, on the screen."""

from PySide6.QtWidgets import QPushButton, QTableView
from pytestqt.qtbot import QtBot

from smtpdebugger.gui.connecting.ports import PortsDialog
from smtpdebugger.transport.ports import Door


def dialog_for(qtbot: QtBot) -> PortsDialog:
    dialog = PortsDialog()
    qtbot.addWidget(dialog)
    dialog.show_host("mx.test")
    dialog.open()
    return dialog


def press(dialog: PortsDialog, name: str) -> None:
    buttons = dialog.findChildren(QPushButton)
    next(each for each in buttons if each.accessibleName() == name).click()


def test_a_search_is_asked_for_and_stopped(qtbot: QtBot) -> None:
    dialog = dialog_for(qtbot)
    dialog.ports.setText("25, 587 587 2525")
    with qtbot.waitSignal(dialog.search_wanted) as asked:
        press(dialog, "Search")
    assert asked.args == ["mx.test", (25, 587, 2525)]
    dialog.set_searching(True)
    with qtbot.waitSignal(dialog.stop_wanted):
        press(dialog, "Stop")


def test_what_cannot_be_searched_is_told(qtbot: QtBot) -> None:
    dialog = dialog_for(qtbot)
    for host, ports in (("", "25"), ("mx.test", ""), ("mx.test", "25, smtp"), ("mx.test", "0")):
        dialog.host.setText(host)
        dialog.ports.setText(ports)
        with qtbot.assertNotEmitted(dialog.search_wanted):
            press(dialog, "Search")
        assert "Give a host, and ports" in dialog.told


def test_doors_are_shown_and_one_is_taken(qtbot: QtBot) -> None:
    dialog = dialog_for(qtbot)
    dialog.set_searching(True)
    dialog.show_door(Door(587, "starttls", True, "TLSv1.3", ("PLAIN",)))
    dialog.show_door(Door(25, "none", False, "refused"))
    assert dialog.told == "Searching… 1 of 2 ways work; 1 offer a login under TLS."
    dialog.set_searching(False)
    assert dialog.told.startswith("Done.")
    table = dialog.findChild(QTableView)
    assert table is not None
    table.selectRow(0)
    assert dialog.told == "Port 25, None, does not work: refused"
    table.selectRow(1)
    with qtbot.waitSignal(dialog.door_chosen) as chosen:
        press(dialog, "Connect this way")
    assert chosen.args == ["mx.test", 587, "starttls"]


def test_closing_stops_the_search(qtbot: QtBot) -> None:
    dialog = dialog_for(qtbot)
    with qtbot.waitSignal(dialog.stop_wanted):
        dialog.reject()
