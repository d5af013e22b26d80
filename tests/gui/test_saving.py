"""Copies are written between the turns of the event loop, and how it goes is told."""

import asyncio
from pathlib import Path

import pytest

from smtpdebugger.gui import saving
from smtpdebugger.gui.saving import save_slowly
from smtpdebugger.session.events import Received, Sent
from smtpdebugger.session.session import Session
from smtpdebugger.tasks import spawn
from smtpdebugger.transcript.file import load_session
from tests.session.wire import converse


def long_session(commands: int) -> Session:
    session = converse("S: 220 mx")
    for at in range(commands):
        session.record(Sent(at, b"NOOP %d\r\n" % at))
        session.record(Received(at, b"250 ok\r\n"))
    return session


def test_others_have_their_turn_and_progress_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(saving, "SLICE_SECONDS", 0.0)
    monkeypatch.setattr(saving, "_TELL_SECONDS", 0.0)
    told: list[str] = []
    path = tmp_path / "a.smtpsession"

    async def work() -> int:
        session, turns = long_session(50), 0
        saved = spawn(save_slowly(session, path, told.append), "save")
        while not saved.done():
            turns += 1
            if turns == 10:
                # A session that is live goes on meanwhile.
                session.record(Sent(99, b"QUIT\r\n"))
            await asyncio.sleep(0)
        assert load_session(path)[0].rows == session.rows
        return turns

    assert asyncio.run(work()) > 50
    assert told[0] == f"Saving a copy as {path}: 0 %."
    assert " 50 %." in "".join(told)
    assert told[-1] == f"A copy was saved as {path}. Secrets in it are masked."


def test_a_place_that_takes_none_is_told(tmp_path: Path) -> None:
    told: list[str] = []
    path = tmp_path / "nowhere" / "a.smtpsession"
    asyncio.run(save_slowly(long_session(1), path, told.append))
    assert len(told) == 1
    assert "could not be written" in told[0]
    assert not list(tmp_path.iterdir())
