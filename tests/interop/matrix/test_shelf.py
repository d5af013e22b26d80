"""Recordings are written where something changed, and left alone where nothing did."""

from pathlib import Path

import pytest

from smtpdebugger.session.session import Session
from tests.interop.matrix import shelf
from tests.interop.matrix.shelf import Place
from tests.interop.matrix.test_plain import dialogue

PLACE = Place("some", "some-tls", "greeted")


@pytest.fixture(autouse=True)
def empty_shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shelf, "SHELF", tmp_path)


def test_a_new_session_is_kept_once() -> None:
    assert shelf.keep(PLACE, dialogue("250 ok"))
    written = PLACE.file.read_bytes()

    assert not shelf.keep(PLACE, dialogue("250 ok"))
    assert PLACE.file.read_bytes() == written
    assert shelf.recorded() == [PLACE]


def test_a_changed_session_takes_the_place_of_the_old_one() -> None:
    shelf.keep(PLACE, dialogue("250 ok"))

    changes = list(shelf.differences(PLACE, dialogue("502 no")))
    assert "-S: 250 ok" in changes
    assert "+S: 502 no" in changes
    assert shelf.keep(PLACE, dialogue("502 no"))
    assert not list(shelf.differences(PLACE, dialogue("502 no")))


def test_a_session_without_a_recording_is_all_new() -> None:
    assert list(shelf.differences(PLACE, dialogue("250 ok")))
    assert shelf.recorded() == []
    assert not list(shelf.differences(PLACE, Session()))
