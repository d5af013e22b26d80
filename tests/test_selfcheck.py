"""The self-check against PySide6 losing references, with a fake leak and with the real Qt."""

import ctypes
import itertools
import sys

import pytest

from smtpdebugger import selfcheck


def nothing() -> None:
    """A call that loses nothing."""


def test_a_sound_call_passes() -> None:
    assert selfcheck.check(nothing, "6.11.3") is None


def test_a_leak_of_one_reference_a_call_is_named_with_the_cure() -> None:
    counts = iter([50_000, 50_000 - selfcheck.CALLS])

    sentence = selfcheck.check(nothing, "6.12.0", lambda: next(counts))

    assert sentence is not None
    assert sentence.startswith("PySide6 6.12.0 cannot be used with Python 3.")
    assert "'PySide6-Essentials>=6.8,<6.12'" in sentence


@pytest.mark.parametrize("change", [-selfcheck.CALLS // 10, 0, selfcheck.CALLS])
def test_what_others_do_with_none_meanwhile_is_no_leak(change: int) -> None:
    counts = iter([50_000, 50_000 + change])

    assert selfcheck.check(nothing, "6.11.3", lambda: next(counts)) is None


def test_the_call_is_made_often_enough_to_tell() -> None:
    calls = itertools.count()

    selfcheck.check(lambda: next(calls) and None, "6.11.3")

    assert next(calls) == selfcheck.CALLS


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="None is immortal from Python 3.12 on")
def test_references_really_lost_are_seen() -> None:
    lose = ctypes.pythonapi.Py_DecRef
    gain = ctypes.pythonapi.Py_IncRef
    for function in (lose, gain):
        function.argtypes = [ctypes.py_object]
        function.restype = None
    # Lent beforehand, so that at no moment fewer references are counted than exist.
    for _ in range(selfcheck.CALLS):
        gain(None)

    sentence = selfcheck.check(lambda: lose(None), "6.12.0")

    assert sentence is not None


def test_the_installed_pyside_is_sound() -> None:
    import PySide6
    from PySide6.QtCore import QTimer

    assert selfcheck.check(QTimer().stop, PySide6.__version__) is None
