"""Terms: each reads columns where that is enough."""

import pytest

from smtpdebugger.session.blocks import Blocks
from smtpdebugger.session.filter import read_filter
from smtpdebugger.session.log import LostEventsError, MemoryLog
from tests.session.wire import converse

SAID = ("S: 220 mx", "C: EHLO x", "S: 250-mx\r\n250 HELP", "C: VRFY a", "S: 502 5.5.1 no")


@pytest.mark.parametrize(
    "text", ["code:5xx", "verb:VRFY", "from:server", "slower:1us", "after:EHLO", "xylophone"]
)
def test_nothing_is_made_anew_for_what_columns_or_octets_tell(
    text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = converse(*SAID)

    def refuse(*_: object) -> None:
        raise AssertionError("a block was replayed")

    monkeypatch.setattr(Blocks, "replay", refuse)
    found = read_filter(text)
    assert found is not None
    assert len(list(found.select(session, 0, 5))) == 1


def test_bdat_and_its_last_chunk_are_one_verb() -> None:
    session = converse("S: 220 mx", "C: BDAT 1", "S: 503 no", "C: BDAT 2 LAST", "S: 503 no")
    found = read_filter("verb:bdat")
    assert found is not None
    assert [rows for _, rows in found.select(session, 0, 5)] == [[1, 2, 3, 4]]


def test_lost_events_are_not_found_and_no_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    def lose(*_: object) -> None:
        raise LostEventsError("gone")

    session = converse(*SAID)
    for name in ("events", "texts", "haystack"):
        monkeypatch.setattr(MemoryLog, name, lose)
    found = read_filter("5.5.1")
    assert found is not None
    assert [rows for _, rows in found.select(session, 0, 5)] == [[]]
