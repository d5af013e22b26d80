"""Copying: a session as it may leave the house, event by event.

Everything that is written, exported or converted comes through here: secrets are masked unless
somebody wished otherwise for this one copy. Of a session that was opened from a file, lines that
need no change pass as they are, and so do lines and keys that this version does not know.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from smtpdebugger.session.events import WireEvent
from smtpdebugger.session.log import LostEventsError
from smtpdebugger.session.session import Session
from smtpdebugger.transcript.abridge import HEAD_OCTETS, Abridger
from smtpdebugger.transcript.file_log import FileLog
from smtpdebugger.transcript.header import is_unknown
from smtpdebugger.transcript.line_types import TitledLine
from smtpdebugger.transcript.lines import converted, encode_event, lines_in, merged
from smtpdebugger.transcript.mail_secrets import mail_secrets
from smtpdebugger.transcript.pseudonyms import Pseudonyms, WholeLines
from smtpdebugger.transcript.redact import Excess, Redactor


@dataclass(frozen=True, slots=True)
class Wishes:
    """How a copy is to be."""

    reveal_secrets: bool = False
    """Write down secrets, as far as they are still known."""
    mask_mail: bool = False
    """Mask passwords and tokens inside mail data too."""
    pseudonyms: tuple[str, ...] = ()
    """What to replace: addresses, hosts, ips."""
    whole_messages: bool = False
    """Keep mail data above 1 MiB completely."""


PLAIN_COPY = Wishes()


def copied_events(session: Session, wishes: Wishes = PLAIN_COPY) -> Iterator[WireEvent]:
    """The events of a session as they may leave."""
    copier = _Copier(session, wishes)
    for event in session.events:
        yield from copier.feed(event)
    yield from copier.end()


def copied_lines(session: Session, wishes: Wishes = PLAIN_COPY) -> Iterator[bytes]:
    """The lines of a copy behind its header, line ends included. Raises OSError for a file that
    cannot be read any more."""
    copier = _Copier(session, wishes)
    for raw, event in _with_raw_lines(session):
        if event is None:
            yield from map(encode_event, copier.pause())
            yield raw + b"\n"
            continue
        made = list(copier.feed(event))
        if raw and len(made) == 1 and made[0] == event:
            yield raw + b"\n"
        elif raw and len(made) == 1:
            yield merged(raw, made[0])
        else:
            yield from map(encode_event, made)
    yield from map(encode_event, copier.end())


class _Copier:
    """Takes events in order and gives what is to be written of them."""

    def __init__(self, session: Session, wishes: Wishes) -> None:
        keep = None if wishes.whole_messages else HEAD_OCTETS
        more = mail_secrets(session) if wishes.mask_mail else []
        self._redactor = None if wishes.reveal_secrets else Redactor(session, keep, more)
        self._abridger = Abridger()
        self._lines: WholeLines | None = None
        if wishes.pseudonyms:
            self._lines = WholeLines(Pseudonyms(wishes.pseudonyms))

    def feed(self, event: WireEvent) -> Iterator[WireEvent]:
        """Take the next event; what can be written now."""
        items: Iterator[WireEvent | Excess]
        items = iter([event]) if self._redactor is None else self._redactor.items_of(event)
        for item in items:
            for each in self._abridger.feed(item):
                yield from self._renamed(each)

    def pause(self) -> Iterator[WireEvent]:
        """What must be written before a line that is passed on as it is."""
        for each in self._abridger.flush():
            yield from self._renamed(each)

    def end(self) -> Iterator[WireEvent]:
        """What is still held."""
        yield from self.pause()
        if self._lines is not None:
            yield from self._lines.flush()

    def _renamed(self, event: WireEvent) -> Iterator[WireEvent]:
        if self._lines is None:
            yield event
        else:
            yield from self._lines.feed(event)


def _with_raw_lines(session: Session) -> Iterator[tuple[bytes, WireEvent | None]]:
    """Each event with the line it stands in, empty without one; None with a line of another kind.

    Damaged lines are left out: nobody can tell whether there is a secret in them.
    """
    log = session.log
    if not isinstance(log, FileLog):
        for event in session.events:
            yield b"", event
        return
    for block in range(len(session.blocks)):
        try:
            lines = log.raw_lines(block)
            if not lines:
                for event in log.events(block):
                    yield b"", event
        except LostEventsError as error:
            raise OSError(f"the file it was opened from cannot be read: {error}") from error
        for raw in lines:
            told = converted(lines_in(raw)[0])
            if told is not None and not isinstance(told, TitledLine):
                yield raw, told
            elif told is not None or is_unknown(raw):
                yield raw, None
