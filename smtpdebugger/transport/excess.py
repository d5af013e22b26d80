"""What of a long message is not kept: it is counted and digested, and only its last octets stay.

So a session's memory and its file do not grow with the message (the same rule as for a message
typed by hand: head, tail, length and SHA-256).
"""

from collections.abc import Callable
from hashlib import sha256

from smtpdebugger.session.events import Sent

HEAD_OCTETS = 960 * 1024
"""Of a message, kept as they are sent."""

TAIL_OCTETS = 64 * 1024
"""Kept at the end of a message; with the head 1 MiB, up to which a message is kept whole."""

PART_OCTETS = 16 * 1024 * 1024
"""So often what was left out becomes an event, should this program end."""

BORDER_OCTETS = 64
"""Kept at the end of each such part."""


class Excess:
    """Takes the octets of one message in order."""

    def __init__(self, record: Callable[[Sent], None]) -> None:
        self._record = record
        self._kept = 0
        self._at = 0
        self._held = b""
        self._tail_left = TAIL_OCTETS
        self._begin()

    def _begin(self) -> None:
        self._digest = sha256()
        self._omitted = 0
        self._lines = 0

    def take(self, at: int, octets: bytes) -> None:
        """Octets were sent."""
        if self._kept < HEAD_OCTETS:
            self._kept += len(octets)
            self._record(Sent(at, octets))
            return
        if len(self._held) >= TAIL_OCTETS:
            self._omit(self._held)
            self._held = b""
        self._at = at
        self._held += octets
        if self._omitted >= PART_OCTETS:
            self.flush(BORDER_OCTETS)

    def flush(self, keep: int = TAIL_OCTETS) -> None:
        """Record what is held, as the message ends here or something else happens."""
        if not self._held and not self._omitted:
            return
        # Of all chunks of a message together as much is kept as of one.
        keep = max(BORDER_OCTETS, min(keep, self._tail_left))
        border = _character_border(self._held, max(0, len(self._held) - keep))
        tail = self._held[border:]
        self._tail_left -= len(tail)
        self._omit(self._held[:border])
        if self._omitted:
            digest = self._digest.hexdigest()
            event = Sent(self._at, b"", (), self._omitted, tail, self._lines, digest)
        else:
            event = Sent(self._at, tail)
        self._held = b""
        self._begin()
        self._record(event)

    def _omit(self, octets: bytes) -> None:
        self._digest.update(octets)
        self._lines += octets.count(b"\n")
        self._omitted += len(octets)


def _character_border(octets: bytes, index: int) -> int:
    """``index``, or a little before it, so that no UTF-8 character is cut in two."""
    for back in range(min(4, index)):
        if octets[index - back] & 0xC0 != 0x80:
            return index - back
    return index
