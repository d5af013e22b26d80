"""The library: loaded in slices, once, for everybody."""

from pytestqt.qtbot import QtBot

from smtpdebugger.gui.models.explainer import Explainer
from smtpdebugger.gui.models.library import Library
from tests.gui.stage import knowledge


def test_it_loads_in_slices_and_tells_when_it_is_ready(qtbot: QtBot) -> None:
    library = Library()
    with qtbot.waitSignal(library.ready, timeout=20_000):
        library.load()
        assert library.knowledge is None
    assert library.knowledge is not None
    assert library.knowledge.verb("VRFY") is not None


def test_all_sessions_of_a_window_share_it(qtbot: QtBot) -> None:
    library = Library()
    first, second = Explainer(library=library), Explainer(library=library)
    library.put(knowledge())
    assert first.knowledge is second.knowledge is knowledge()
