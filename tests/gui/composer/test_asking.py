"""It asks once about the same thing, and not at all on a test server."""

from pytestqt.qtbot import QtBot

from smtpdebugger.gui.composer.asking import Asking


def test_the_second_try_is_the_answer(qtbot: QtBot) -> None:
    asking = Asking()
    qtbot.addWidget(asking)
    assert not asking.lets("a")
    assert asking.lets("a")
    assert not asking.lets("a")


def test_something_else_is_asked_about_anew(qtbot: QtBot) -> None:
    asking = Asking()
    qtbot.addWidget(asking)
    assert not asking.lets("a")
    assert not asking.lets("b")
    assert asking.lets("b")


def test_a_test_server_is_not_asked_about(qtbot: QtBot) -> None:
    asking = Asking()
    qtbot.addWidget(asking)
    asking.setChecked(True)
    assert asking.lets("a")
    assert asking.lets("b")


def test_the_question_names_people() -> None:
    sentence = Asking.question(["a@x", "b@x", "c@x", "d@x"]).sentence
    assert "a@x, b@x, c@x:" in sentence
    assert "d@x" not in sentence
