from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from smtpdebugger.diagnosis.requirements import Profile, Requirement
from smtpdebugger.gui.models.needs import Needs, NeedsFeed
from smtpdebugger.gui.models.needs_model import Column, NeedsModel, title_of
from tests.gui.stage import READY, explainer, session_of, tell, watcher_of


def test_rows_say_what_is_needed_and_whether_it_is_there(qtbot: QtBot) -> None:
    needs, session = Needs(), session_of(*READY)
    feed = NeedsFeed(watcher_of(session), explainer(), needs)
    model = NeedsModel(needs, feed)
    assert model.rowCount() == 0
    dsn, size = Requirement("extension", "DSN"), Requirement("size", "999999999", "optional")
    needs.put(Profile("", (dsn, size, Requirement("command", "VRFY"))))
    qtbot.waitUntil(lambda: not feed._timer.isActive())

    def spoken(row: int) -> str:
        return str(model.data(model.index(row, 0), Qt.ItemDataRole.AccessibleTextRole))

    assert spoken(0) == "extension DSN, required, satisfied: EHLO offers DSN in exchange 2."
    assert spoken(1).startswith("messages of 999,999,999 octets, optional, missing: The server")
    assert spoken(2).startswith("command VRFY, required, unknown")
    cells = [model.data(model.index(0, each)) for each in Column]
    assert cells == [None, "extension DSN", "required"]
    icons = {
        model.data(model.index(row, 0), Qt.ItemDataRole.DecorationRole).pixmap(16).toImage()
        .pixelColor(8, 8).name()
        for row in range(3)
    }  # fmt: skip
    assert len(icons) > 1
    with qtbot.waitSignal(model.dataChanged):
        tell(session, "C: VRFY a", "S: 252 ok")
    qtbot.waitUntil(lambda: "satisfied" in spoken(2))
    assert model.wanted(3) is model.checked(3) is None


def test_titles() -> None:
    assert title_of(Requirement("tls", "TLS")) == "TLS from the first octet"
    assert title_of(Requirement("mechanism", "PLAIN")) == "mechanism PLAIN"
