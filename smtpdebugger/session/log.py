"""Logs: where the events of a session stand, in blocks of a few hundred.

A live session's are in memory, compressed as soon as a block is full; an opened session's stay in
its file. Both give a block's events when asked.
"""

from array import array
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import replace
from itertools import accumulate
from typing import NamedTuple, Protocol
from zlib import compress, decompress

from smtpdebugger.protocol.reply import decode
from smtpdebugger.session.events import Received, Sent, WireEvent

KEPT_BLOCKS = 4
"""Of so many blocks, those unpacked last, the events are kept as they are."""

_LEVEL = 1
"""The quickest: mail and replies shrink to an eighth, and more trouble would gain little."""


class LostEventsError(Exception):
    """Events that were in a log cannot be had again: their file has changed or cannot be read."""


class EventLog(Protocol):
    """Blocks of events, counted from 0; only the last one grows."""

    def append(self, event: WireEvent) -> None:
        """Add an event to the last block."""

    def close_block(self) -> None:
        """The last block is full; the next event begins another."""

    def events(self, block: int) -> Sequence[WireEvent]:
        """The events of a block. Raises LostEventsError."""

    def texts(self, block: int) -> list[str]:
        """The octets of each event of a block of nothing but plain octets. Raises LostEventsError.

        Quicker than ``events``.
        """

    def haystack(self, block: int) -> bytes:
        """Octets that have the text of all plain rows of a block in them, perhaps as JSON.

        They hold secrets and are never shown. Raises LostEventsError.
        """


class MemoryLog:
    """A log in memory."""

    def __init__(self) -> None:
        self._packed: list[_Packed] = []
        self._open: list[WireEvent] = []
        self._made: OrderedDict[int, Sequence[WireEvent]] = OrderedDict()
        """The events of the few blocks that were unpacked last."""
        self._unpacked: tuple[int, _Unpacked] | None = None

    def append(self, event: WireEvent) -> None:
        """Add an event to the last block."""
        self._open.append(event)

    def close_block(self) -> None:
        """The last block is full."""
        # Who is behind by an event or two reads them next.
        self._keep(len(self._packed), self._open)
        self._packed.append(_Packed(self._open))
        self._open = []

    def events(self, block: int) -> Sequence[WireEvent]:
        """The events of a block."""
        if block == len(self._packed):
            return self._open
        found = self._made.get(block)
        if found is None:
            found = self._unpack(block).events()
            self._keep(block, found)
        return found

    def texts(self, block: int) -> list[str]:
        """The octets of each event, those that are no octets left out."""
        if block == len(self._packed):
            return [decode(each.octets) for each in self._open if isinstance(each, Sent | Received)]
        return self._unpack(block).texts()

    def haystack(self, block: int) -> bytes:
        """The octets of a block."""
        if block == len(self._packed):
            return b"".join(each.octets for each in self._open if isinstance(each, Sent | Received))
        return self._unpack(block).octets

    def _keep(self, block: int, events: Sequence[WireEvent]) -> None:
        self._made[block] = events
        if len(self._made) > KEPT_BLOCKS:
            self._made.popitem(last=False)

    def _unpack(self, block: int) -> "_Unpacked":
        found = self._unpacked
        if found is None or found[0] != block:
            # In one step: a recorder that ends may read in another thread.
            found = self._unpacked = (block, self._packed[block].unpacked())
        return found[1]


_SENT, _RECEIVED, _OTHER = range(3)
_FAR = 1 << 62
"""Times beyond this are nobody's, and the difference of two would not fit."""


class _Unpacked(NamedTuple):
    """The events of a block, their octets joined."""

    kinds: "array[int]"
    times: "array[int]"
    ends: "array[int]"
    octets: bytes
    others: Sequence[tuple[WireEvent, int]]

    def texts(self) -> list[str]:
        """The octets of each event, those that are no octets left out."""
        pieces = zip(self.kinds, [0, *self.ends], self.ends, strict=False)
        others = iter(self.others)
        texts = []
        for kind, start, end in pieces:
            if kind == _OTHER:
                event, length = next(others)
                if not isinstance(event, Sent | Received):
                    continue
                end = start + length
            texts.append(decode(self.octets[start:end]))
        return texts

    def events(self) -> list[WireEvent]:
        """The events as they were."""
        found: list[WireEvent] = []
        others = iter(self.others)
        start = 0
        for kind, at, end in zip(self.kinds, self.times, self.ends, strict=True):
            octets = self.octets[start:end]
            if kind == _OTHER:
                found.append(_refilled(*next(others), octets))
            else:
                found.append((Received if kind == _RECEIVED else Sent)(at, octets))
            start = end
        return found


class _Packed:
    """The events of a block, compressed; those that are more than a time and octets as objects,
    but without their octets."""

    __slots__ = ("_count", "_folded", "_others")

    def __init__(self, events: Sequence[WireEvent]) -> None:
        kinds, steps, lengths = array("B"), array("q"), array("Q")
        others: list[tuple[WireEvent, int]] = []
        pieces: list[bytes] = []
        before = 0
        for event in events:
            kind, at = _kind_of(event), event.at
            if kind == _OTHER or not -_FAR < at < _FAR:
                kind, at = _OTHER, before
                bare, octets, length = _emptied(event)
                others.append((bare, length))
            else:
                octets = event.octets  # type: ignore[union-attr]
            kinds.append(kind)
            steps.append(at - before)
            lengths.append(len(octets))
            pieces.append(octets)
            before = at
        numbers = kinds.tobytes() + steps.tobytes() + lengths.tobytes()
        self._count = len(kinds)
        self._folded = compress(b"".join((numbers, *pieces)), _LEVEL)
        self._others = tuple(others)

    def unpacked(self) -> _Unpacked:
        """All of it."""
        flat, count = memoryview(decompress(self._folded)), self._count
        kinds, steps, lengths = array("B"), array("q"), array("Q")
        kinds.frombytes(flat[:count])
        steps.frombytes(flat[count : 9 * count])
        lengths.frombytes(flat[9 * count : 17 * count])
        times, ends = array("q", accumulate(steps)), array("Q", accumulate(lengths))
        return _Unpacked(kinds, times, ends, bytes(flat[17 * count :]), self._others)


def _kind_of(event: WireEvent) -> int:
    if type(event) is Received:
        return _OTHER if event.secrets else _RECEIVED
    if type(event) is Sent:
        more = event.secrets or event.omitted or event.tail or event.omitted_lines or event.sha256
        return _OTHER if more else _SENT
    return _OTHER


def _emptied(event: WireEvent) -> tuple[WireEvent, bytes, int]:
    """An event without its octets, they with what follows them, and how many there are of them."""
    if isinstance(event, Received):
        return replace(event, octets=b""), event.octets, len(event.octets)
    if isinstance(event, Sent):
        bare = replace(event, octets=b"", tail=b"")
        return bare, event.octets + event.tail, len(event.octets)
    return event, b"", 0


def _refilled(event: WireEvent, length: int, octets: bytes) -> WireEvent:
    """The event that ``_emptied`` was given."""
    if isinstance(event, Received):
        return replace(event, octets=octets)
    if isinstance(event, Sent):
        return replace(event, octets=octets[:length], tail=octets[length:])
    return event
