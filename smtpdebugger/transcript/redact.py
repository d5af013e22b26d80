"""Redaction: a session's events as they may be written down, secrets out.

Octets of a line that has begun and not ended are held back, and so is what came after them: only
its end tells where a secret stands. Mail data beyond what is kept is set apart as ``Excess``.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from smtpdebugger.protocol.sasl import MASK_OCTETS, Secret
from smtpdebugger.session.events import Received, Sent, WireEvent
from smtpdebugger.session.session import Session


@dataclass(frozen=True, slots=True)
class Excess:
    """Octets of mail data, or of a chunk, beyond what is kept of it."""

    at: int
    octets: bytes


class Redactor:
    """Reads a session's events in order, each once, as soon as its secrets are known."""

    def __init__(
        self, session: Session, keep: int | None = None, more: Sequence[Secret] = ()
    ) -> None:
        """``keep``: how many octets at the head of each mail data to keep; None: all. ``more``:
        what else to mask of what the client sent, none of it where secrets stand anyway."""
        self._session = session
        self._keep = keep
        self._next = 0
        sent = session.sent_secrets
        self._sent = _Stream(sorted([*sent, *more]) if more else sent)
        self._received = _Stream(session.received_secrets)
        self._payload = 0

    def take(
        self, *, everything: bool = False, goes_on: Callable[[], bool] = lambda: True
    ) -> Iterator[WireEvent | Excess]:
        """What can be written now; with ``everything`` an unfinished line too, masked.

        ``goes_on`` is asked before each event: what is left is taken another time."""
        session = self._session
        while self._next < len(session.events) and goes_on():
            event = session.events[self._next]
            if not everything:
                if isinstance(event, Sent):
                    if self._sent.at + event.length > session.settled_sent:
                        return
                elif isinstance(event, Received):
                    stop = self._received.at + len(event.octets)
                    if stop > session.settled_received:
                        return
            yield from self.items_of(event, is_last=everything)
            self._next += 1

    @property
    def is_done(self) -> bool:
        """Whether every event so far was taken."""
        return self._next >= len(self._session.events)

    def items_of(self, event: WireEvent, *, is_last: bool = True) -> Iterator[WireEvent | Excess]:
        """The next event as it may be written down; ``is_last``: nothing will end its line."""
        if isinstance(event, Sent):
            yield from self._take_sent(event, self._session.unsettled_secrets if is_last else ())
        elif isinstance(event, Received):
            yield self._take_received(event, self._session.unsettled_echoes if is_last else ())
        else:
            yield event

    def _take_received(self, event: Received, unsettled: Sequence[Secret]) -> Received:
        octets, masks = self._received.mask(event.octets, unsettled)
        return event if octets is event.octets else replace(event, octets=octets, secrets=masks)

    def _take_sent(self, event: Sent, unsettled: Sequence[Secret]) -> Iterator[WireEvent | Excess]:
        began = self._sent.at
        if event.omitted or event.tail:
            octets, masks = self._sent.mask(event.octets, unsettled)
            self._sent.at += event.omitted
            tail, _ = self._sent.mask(event.tail, unsettled)
            yield replace(event, octets=octets, secrets=masks, tail=tail)
            return
        done = 0
        for start, stop in self._excess(began, event.octets):
            if start > done:
                yield self._plain(event, event.octets[done:start], unsettled)
            masked, _ = self._sent.mask(event.octets[start:stop], unsettled)
            yield Excess(event.at, masked)
            done = stop
        if done == 0:
            yield self._plain(event, event.octets, unsettled)
        elif done < len(event.octets):
            yield self._plain(event, event.octets[done:], unsettled)

    def _plain(self, event: Sent, octets: bytes, unsettled: Sequence[Secret]) -> Sent:
        masked, masks = self._sent.mask(octets, unsettled)
        if masked is event.octets:
            return event
        return replace(event, octets=masked, secrets=masks)

    def _excess(self, began: int, octets: bytes) -> list[tuple[int, int]]:
        """Where in ``octets``, which begin at offset ``began``, there is more than to keep."""
        if self._keep is None:
            return []
        payloads, ended = self._session.payloads, began + len(octets)
        while self._payload < len(payloads) and payloads[self._payload][1] <= began:
            self._payload += 1
        pieces = []
        for start, stop in self._payloads_before(ended):
            first = max(start + self._keep, began) - began
            last = min(stop, ended) - began
            if first < last:
                pieces.append((_character_border(octets, first), last))
        return pieces

    def _payloads_before(self, ended: int) -> Iterator[tuple[int, int]]:
        payloads, index = self._session.payloads, self._payload
        while index < len(payloads) and payloads[index][0] < ended:
            yield payloads[index]
            index += 1
        began = self._session.open_payload
        if began is not None and began < ended:
            yield began, ended


class _Stream:
    """One direction: how far it was read, and its secrets."""

    def __init__(self, secrets: Sequence[Secret]) -> None:
        self.at = 0
        self._secrets = secrets
        self._next = 0

    def mask(
        self, octets: bytes, unsettled: Sequence[Secret] = ()
    ) -> tuple[bytes, tuple[Secret, ...]]:
        """The next octets with masks, and where the masks stand; the very same without."""
        began, ended = self.at, self.at + len(octets)
        self.at = ended
        if self._next >= len(self._secrets) and not unsettled:
            return octets, ()
        pieces: list[bytes] = []
        masks: list[Secret] = []
        done = length = 0
        for secret in self._touching(began, ended, unsettled):
            start, stop = max(secret.start - began, done), min(secret.stop, ended) - began
            pieces.append(octets[done:start])
            length += start - done
            done = max(done, stop)
            # A secret that began in earlier octets has its mask there.
            if secret.start >= began:
                pieces.append(MASK_OCTETS)
                masks.append(Secret(length, length + len(MASK_OCTETS), secret.kind))
                length += len(MASK_OCTETS)
        if not pieces:
            return octets, ()
        pieces.append(octets[done:])
        return b"".join(pieces), tuple(masks)

    def _touching(self, began: int, ended: int, unsettled: Sequence[Secret]) -> Iterator[Secret]:
        while self._next < len(self._secrets) and self._secrets[self._next].stop <= began:
            self._next += 1
        index = self._next
        while index < len(self._secrets) and self._secrets[index].start < ended:
            yield self._secrets[index]
            index += 1
        yield from (each for each in unsettled if each.start < ended and each.stop > began)


def _character_border(octets: bytes, index: int) -> int:
    """``index``, or a little before it, so that no UTF-8 character is cut in two."""
    for back in range(min(4, index)):
        if octets[index - back] & 0xC0 != 0x80:
            return index - back
    return index
