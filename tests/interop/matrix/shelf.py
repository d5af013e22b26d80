"""Where the recordings are; a file is written anew only where something changed."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import unified_diff
from pathlib import Path
from typing import NamedTuple

from smtpdebugger.session.session import Session
from smtpdebugger.transcript.file import load_session
from smtpdebugger.transcript.recorder import save_copy
from tests.interop.matrix.plain import plain, without_certificates

SHELF = Path(__file__).parents[1] / "recordings" / "matrix"


class Place(NamedTuple):
    """One recording: one state of one endpoint."""

    server: str
    endpoint: str
    state: str

    @property
    def file(self) -> Path:
        """Where it is."""
        return SHELF / self.server / self.endpoint / f"{self.state}.smtpsession"

    def __str__(self) -> str:
        return f"{self.endpoint} {self.state}"


def recorded() -> list[Place]:
    """Every recording there is, in alphabetical order."""
    return sorted(
        Place(file.parts[-3], file.parts[-2], file.stem) for file in SHELF.glob("*/*/*.smtpsession")
    )


def keep(place: Place, session: Session) -> bool:
    """Record a session, unless the same is there already; whether it was new."""
    if not list(differences(place, session)):
        return False
    place.file.parent.mkdir(parents=True, exist_ok=True)
    save_copy(without_certificates(session), place.file)
    return True


def differences(place: Place, session: Session) -> Iterator[str]:
    """How a session differs from its recording, as lines of a unified diff."""
    before = plain(load_session(place.file)[0]) if place.file.exists() else []
    now = plain(without_certificates(session))
    return unified_diff(before, now, "recorded", "now", n=2, lineterm="")
