from PySide6.QtWidgets import QComboBox, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from smtpdebugger.gui.panels.connection_bar import Choice, ConnectionBar, personalities


def named(bar: QWidget, kind: type, name: str) -> QWidget:
    return next(each for each in bar.findChildren(kind) if each.accessibleName() == name)


def bar_for(qtbot: QtBot) -> ConnectionBar:
    bar = ConnectionBar()
    qtbot.addWidget(bar)
    bar.show()
    return bar


def test_connect_tells_what_the_fields_say(qtbot: QtBot) -> None:
    bar = bar_for(qtbot)
    named(bar, QLineEdit, "Host").setText("  mail.example.test ")
    with qtbot.waitSignal(bar.connect_requested) as asked:
        named(bar, QPushButton, "Connect").click()
    assert asked.args == [Choice("mail.example.test", 25, "none", True, "")]


def test_without_a_host_it_says_what_is_missing(qtbot: QtBot) -> None:
    bar = bar_for(qtbot)
    with qtbot.assertNotEmitted(bar.connect_requested), qtbot.waitSignal(bar.problem) as told:
        bar.submit()
    assert "Host" in told.args[0]


def test_port_0_is_refused(qtbot: QtBot) -> None:
    bar = bar_for(qtbot)
    named(bar, QLineEdit, "Host").setText("mx")
    named(bar, QLineEdit, "Port").setText("0")
    with qtbot.assertNotEmitted(bar.connect_requested), qtbot.waitSignal(bar.problem) as told:
        bar.submit()
    assert "1 to 65535" in told.args[0]


def test_the_usual_port_follows_the_protection_and_a_port_of_ones_own_stays(qtbot: QtBot) -> None:
    bar = bar_for(qtbot)
    security = named(bar, QComboBox, "Security")
    port = named(bar, QLineEdit, "Port")
    security.setCurrentIndex(2)
    assert port.text() == "465"
    security.setCurrentIndex(0)
    assert port.text() == "25"
    port.setText("2525")
    security.setCurrentIndex(1)
    assert port.text() == "2525"


def test_a_choice_is_shown_as_it_was_made(qtbot: QtBot) -> None:
    bar = bar_for(qtbot)
    choice = Choice("192.0.2.1", 2525, "none", False, "me.example.test")
    bar.show_choice(choice)
    assert bar.choice() == choice


def test_disconnect_is_there_only_for_a_connection(qtbot: QtBot) -> None:
    bar = bar_for(qtbot)
    button = named(bar, QPushButton, "Disconnect")
    assert not button.isEnabled()
    bar.set_connected(False, busy=True)
    assert button.isEnabled()
    assert button.text() == "Cancel"
    bar.set_connected(True)
    assert button.text() == "Disconnect"


def test_every_control_has_a_name(qtbot: QtBot) -> None:
    bar = bar_for(qtbot)
    for kind in (QLineEdit, QPushButton, QComboBox):
        assert all(each.accessibleName() for each in bar.findChildren(kind))


def test_practice_offers_every_personality(qtbot: QtBot) -> None:
    bar = bar_for(qtbot)
    assert {"strict-postfix", "legacy", "appliance", "modern"} <= set(personalities())
    menu = bar.findChildren(QWidget, options=_any_depth())
    assert menu
    asked: list[str] = []
    bar.practice_requested.connect(asked.append)
    practice = next(each for each in menu if each.metaObject().className() == "QMenu")
    for action in practice.actions():
        action.trigger()
    assert asked == personalities()


def _any_depth() -> object:
    from PySide6.QtCore import Qt

    return Qt.FindChildOption.FindChildrenRecursively


def test_options_that_are_not_the_usual_ones_are_counted(qtbot: QtBot) -> None:
    bar = bar_for(qtbot)
    button = named(bar, QPushButton, "Connection options")
    with qtbot.waitSignal(bar.options_requested):
        button.click()
    bar.show_options(2)
    assert (button.text(), button.accessibleName()) == (
        "Options (2)",
        "Connection options, 2 changed",
    )
    bar.show_options(0)
    assert button.text() == "Options…"
