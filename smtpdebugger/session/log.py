"""Logs: where the events of a session stand, in blocks of a few hundred.

A live session's are in memory, packed as soon as a block is full; an opened session's stay in its
file. Both give a block's events when asked.
"""

from array import array
from collections.abc import Sequence
from typing import Protocol

from smtpdebugger.protocol.reply import decode
from smtpdebugger.session.events import Received, Sent, WireEvent


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
        self._unpacked: tuple[int, Sequence[WireEvent]] = (-1, ())

    def append(self, event: WireEvent) -> None:
        """Add an event to the last block."""
        self._open.append(event)

    def close_block(self) -> None:
        """The last block is full."""
        # Who is behind by an event or two reads them next.
        self._unpacked = (len(self._packed), self._open)
        self._packed.append(_Packed(self._open))
        self._open = []

    def events(self, block: int) -> Sequence[WireEvent]:
        """The events of a block."""
        if block == len(self._packed):
            return self._open
        if self._unpacked[0] != block:
            self._unpacked = (block, self._packed[block].events())
        return self._unpacked[1]

    def texts(self, block: int) -> list[str]:
        """The octets of each event, those that are no octets left out."""
        events = self.events(block)
        return [decode(each.octets) for each in events if isinstance(each, Sent | Received)]

    def haystack(self, block: int) -> bytes:
        """The octets of a block."""
        if block == len(self._packed):
            return b"".join(each.octets for each in self._open if isinstance(each, Sent | Received))
        return self._packed[block].octets


class _Packed:
    """A block's events; for most of them three numbers and their octets."""

    __slots__ = ("_ends", "_kinds", "_others", "_times", "octets")

    _SENT, _RECEIVED, _OTHER = range(3)

    def __init__(self, events: Sequence[WireEvent]) -> None:
        self._kinds = array("B")
        self._times = array("q")
        self._ends = array("Q")
        others: list[WireEvent] = []
        pieces: list[bytes] = []
        end = 0
        for event in events:
            if type(event) is Received and not event.secrets:
                kind, octets = self._RECEIVED, event.octets
            elif type(event) is Sent and event == Sent(event.at, event.octets):
                kind, octets = self._SENT, event.octets
            else:
                kind, octets = self._OTHER, b""
                others.append(event)
            end += len(octets)
            pieces.append(octets)
            self._kinds.append(kind)
            self._times.append(event.at)
            self._ends.append(end)
        self._others = tuple(others)
        self.octets = b"".join(pieces)

    def events(self) -> list[WireEvent]:
        """The events as they were."""
        found: list[WireEvent] = []
        others = iter(self._others)
        start = 0
        for kind, at, end in zip(self._kinds, self._times, self._ends, strict=True):
            if kind == self._OTHER:
                found.append(next(others))
            else:
                make = Received if kind == self._RECEIVED else Sent
                found.append(make(at, self.octets[start:end]))
            start = end
        return found
