"""Abridging: of long mail data head, tail, length and digest are kept.

The head is written as it is sent. What is beyond it comes here piece by piece, and leaves as one
event when the mail data ends or something else happens.
"""

from collections.abc import Iterator
from hashlib import sha256

from smtpdebugger.session.events import Sent, WireEvent
from smtpdebugger.transcript.redact import Excess

WHOLE_OCTETS = 1024 * 1024
"""Mail data up to this long is kept whole."""

TAIL_OCTETS = 64 * 1024
HEAD_OCTETS = WHOLE_OCTETS - TAIL_OCTETS


class Abridger:
    """Turns what a redactor gives into events to write."""

    def __init__(self) -> None:
        self._begin()

    def feed(self, item: WireEvent | Excess) -> Iterator[WireEvent]:
        """Take one item; give the events that can be written now."""
        if isinstance(item, Excess):
            self._at = item.at
            self._tail += item.octets
            if len(self._tail) >= 2 * TAIL_OCTETS:
                self._omit(len(self._tail) - TAIL_OCTETS)
        else:
            yield from self.flush()
            yield item

    def flush(self) -> Iterator[WireEvent]:
        """The tail that was held, if any."""
        if not self._tail:
            return
        if len(self._tail) > TAIL_OCTETS:
            self._omit(len(self._tail) - TAIL_OCTETS)
        tail = bytes(self._tail)
        if not self._omitted:
            event = Sent(self._at, tail)
        else:
            event = Sent(
                self._at, b"", (), self._omitted, tail, self._lines, self._digest.hexdigest()
            )
        self._begin()
        yield event

    def _begin(self) -> None:
        self._at = 0
        self._tail = bytearray()
        self._omitted = 0
        self._lines = 0
        self._digest = sha256()

    def _omit(self, length: int) -> None:
        for _ in range(3):
            # Not in the middle of a UTF-8 character.
            length += self._tail[length] & 0xC0 == 0x80
        gone = self._tail[:length]
        del self._tail[:length]
        self._digest.update(gone)
        self._lines += gone.count(b"\n")
        self._omitted += length
