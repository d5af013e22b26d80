"""Saving a copy of a session between the turns of the event loop, however long the session is."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

from smtpdebugger.session.session import Session
from smtpdebugger.transcript.recorder import copy_pieces
from smtpdebugger.transcript.whole import WholeFile

SLICE_SECONDS = 0.005
_TELL_SECONDS = 1.0


async def save_slowly(
    session: Session,
    path: Path,
    tell: Callable[[str], None],
    mention: Callable[[str], None] | None = None,
) -> None:
    """Write a copy, secrets masked, and tell how it went; what takes long is told of meanwhile.

    ``mention`` hears what goes as it should; without it ``tell`` does.
    """
    mention = mention or tell
    try:
        with WholeFile(path) as file:
            await _write(session, file, lambda part: mention(f"Saving a copy as {path}: {part} %."))
            await asyncio.to_thread(file.sync)
    except OSError as error:
        tell(
            f"The copy could not be written to {path}: {error.strerror or error}. "
            "Choose another folder."
        )
        return
    mention(f"A copy was saved as {path}. Secrets in it are masked.")


async def _write(session: Session, file: WholeFile, tell: Callable[[int], None]) -> None:
    told_at = perf_counter()
    until = told_at + SLICE_SECONDS
    for number, piece in enumerate(copy_pieces(session)):
        file.write(piece)
        now = perf_counter()
        if now < until:
            continue
        if now - told_at >= _TELL_SECONDS:
            told_at = now
            # A copy has about as many lines as the session has events.
            tell(min(99, 100 * number // max(1, len(session.events))))
        await asyncio.sleep(0)
        until = perf_counter() + SLICE_SECONDS
