from typing import Any

import pytest
from PySide6.QtWidgets import QComboBox, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from smtpdebugger.diagnosis.requirements import Requirement
from smtpdebugger.gui.panels.requirement_dialog import KINDS, RequirementDialog
from tests.gui.stage import knowledge


@pytest.fixture
def dialog(qtbot: QtBot) -> RequirementDialog:
    dialog = RequirementDialog(knowledge())
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


def control(dialog: RequirementDialog, kind: Any, name: str) -> Any:
    return next(each for each in dialog.findChildren(kind) if each.accessibleName() == name)


def choose(dialog: RequirementDialog, kind: str, name: str) -> None:
    control(dialog, QComboBox, "Kind").setCurrentIndex([k for _, k in KINDS].index(kind))
    control(dialog, QComboBox, "Name").setCurrentText(name)


@pytest.mark.parametrize(
    ("kind", "typed", "name"),
    [
        ("extension", " pipelining ", "PIPELINING"),
        ("mechanism", "scram-sha-256", "SCRAM-SHA-256"),
        ("command", "VRFY", "VRFY"),
        ("parameter", "body=8bitmime", "BODY=8BITMIME"),
        ("size", "10,485,760", "10485760"),
        ("tls", "", "TLS"),
    ],
)
def test_what_is_chosen_is_told(
    dialog: RequirementDialog, qtbot: QtBot, kind: Any, typed: str, name: str
) -> None:
    choose(dialog, kind, typed)
    control(dialog, QComboBox, "Level").setCurrentIndex(1)
    with qtbot.waitSignal(dialog.chosen) as told:
        control(dialog, QPushButton, "Add").click()
    assert told.args == [Requirement(kind, name, "optional", "Written down by hand.")]
    assert not dialog.isVisible()


@pytest.mark.parametrize(
    ("kind", "typed"),
    [("extension", ""), ("extension", "two words"), ("extension", "x" * 61),
     ("size", ""), ("size", "-1"), ("size", "0"), ("size", "9" * 30), ("size", "ten")],
)  # fmt: skip
def test_what_is_wrong_is_said(
    dialog: RequirementDialog, qtbot: QtBot, kind: str, typed: str
) -> None:
    choose(dialog, kind, typed)
    with qtbot.assertNotEmitted(dialog.chosen):
        control(dialog, QPushButton, "Add").click()
    assert dialog.isVisible()
    assert control(dialog, QLabel, "Problem").text().startswith("Name: ")


@pytest.mark.parametrize(
    ("kind", "name"),
    [("extension", "CHUNKING"), ("mechanism", "PLAIN"), ("command", "BDAT"),
     ("parameter", "NOTIFY")],
)  # fmt: skip
def test_what_is_known_can_be_picked(dialog: RequirementDialog, kind: str, name: str) -> None:
    choose(dialog, kind, "")
    box = control(dialog, QComboBox, "Name")
    assert name in [box.itemText(each) for each in range(box.count())]
    assert all(" " not in box.itemText(each) for each in range(box.count()))


def test_without_knowledge_anything_can_be_written(qtbot: QtBot) -> None:
    dialog = RequirementDialog(None)
    qtbot.addWidget(dialog)
    choose(dialog, "extension", "XNEW")
    assert dialog.requirement().name == "XNEW"
