"""Garbage is collected in the thread of the window, and nowhere else."""

import gc
import threading
import weakref
from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from smtpdebugger.gui.collecting import COLLECT_AFTER, Collector


@pytest.fixture
def collector(qapp: QApplication) -> Iterator[Collector]:
    was_enabled = gc.isenabled()
    collector = Collector(qapp)
    yield collector
    collector.stop()
    collector.deleteLater()
    if not was_enabled:
        gc.disable()


def tangled_widget() -> "weakref.ref[QWidget]":
    """A widget that only the collector can end, since it holds itself."""
    widget = QWidget()
    widget.setProperty("kept", "by itself")
    widget.myself = widget  # type: ignore[attr-defined]
    return weakref.ref(widget)


def make_much() -> list[list[object]]:
    return [[] for _ in range(20 * COLLECT_AFTER[0])]


def test_another_thread_ends_no_widget(collector: Collector) -> None:
    widget = tangled_widget()
    maker = threading.Thread(target=make_much)
    maker.start()
    maker.join()
    assert widget() is not None


def test_the_window_does_what_is_due(collector: Collector, qtbot: QtBot) -> None:
    gc.collect()
    widget = tangled_widget()
    kept = make_much()
    qtbot.waitUntil(lambda: widget() is None)
    assert kept


def test_an_older_generation_is_collected_when_its_turn_comes(collector: Collector) -> None:
    gc.collect()
    widget = tangled_widget()
    gc.collect(0)
    gc.collect(1)
    for _ in range(COLLECT_AFTER[1] * COLLECT_AFTER[2] * 2):
        kept = [[] for _ in range(COLLECT_AFTER[0] + 2)]
        collector.look()
        if widget() is None:
            break
    assert kept
    assert widget() is None


def test_nothing_is_done_when_nothing_is_due(collector: Collector) -> None:
    gc.collect()
    widget = tangled_widget()
    collector.look()
    assert widget() is not None


def test_stopping_leaves_it_to_python(collector: Collector) -> None:
    assert not gc.isenabled()
    collector.stop()
    assert gc.isenabled()
