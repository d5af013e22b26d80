"""The library: loaded in slices, once, for everybody."""

from pytestqt.qtbot import QtBot

from smtpdebugger.gui.models.explainer import Explainer
from smtpdebugger.gui.models.library import Library
from smtpdebugger.knowledge.patterns import compiled
from tests.gui.stage import knowledge


def test_it_loads_in_slices_and_tells_when_it_is_ready(qtbot: QtBot) -> None:
    library = Library()
    with qtbot.waitSignal(library.ready, timeout=20_000):
        library.load()
        assert library.knowledge is None
    assert library.knowledge is not None
    assert library.knowledge.verb("VRFY") is not None


def test_once_it_is_ready_it_goes_on_to_compile_what_the_first_refusal_needs(qtbot: QtBot) -> None:
    library = Library()
    compiled.cache_clear()
    library.load()
    qtbot.waitUntil(lambda: not library.is_busy, timeout=20_000)

    known = library.knowledge
    assert known is not None
    assert "recogniser" in vars(known)
    before = compiled.cache_info().misses
    assert all(compiled(rule.pattern) for rule in known.rules if rule.pattern)
    assert compiled.cache_info().misses == before


def test_all_sessions_of_a_window_share_it(qtbot: QtBot) -> None:
    library = Library()
    first, second = Explainer(library=library), Explainer(library=library)
    library.put(knowledge())
    assert first.knowledge is second.knowledge is knowledge()
