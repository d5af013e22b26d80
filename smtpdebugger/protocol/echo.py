"""Echoes: where a server repeats a secret of the client in its reply, and replies without secrets.

Servers quote what they did not understand, and what they did not understand may be a password.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from smtpdebugger.protocol.defects import Defect
from smtpdebugger.protocol.proofs import PROVING_CODES, proofs
from smtpdebugger.protocol.reply import Reply, ReplyLine, read_line, read_piece, split_line_end
from smtpdebugger.protocol.sasl import Secret, is_plain_word, masked

ECHO_OCTETS = 8
"""How many octets of a secret a server must repeat to have repeated it."""

_REST_OF_WORD = re.compile(rb"[a-z0-9+/=_-]*")


@lru_cache(maxsize=8)
def _heads(known: frozenset[bytes]) -> re.Pattern[bytes]:
    heads = sorted({re.escape(each[:ECHO_OCTETS].lower()) for each in known})
    return re.compile(b"(?i)" + b"|".join(heads))


def may_echo(octets: bytes, known: frozenset[bytes]) -> bool:
    """Whether ``echoes`` could find anything; quicker, and never False where it would."""
    return _heads(known).search(octets) is not None


def echoes(octets: bytes, known: frozenset[bytes]) -> tuple[Secret, ...]:
    """Where a secret, or the beginning of one, is repeated in any case of letters."""
    lowered = octets.lower()
    spans = (span for each in known for span in _echoes_of(lowered, each.lower()))
    return _merged(Secret(*span, "echo") for span in spans)


def secrets_of_text(octets: bytes, known: frozenset[bytes], code: int | None) -> tuple[Secret, ...]:
    """Echoes in a reply's text, and where its code allows for one a proof of the server's."""
    found = echoes(octets, known)
    return _merged((*found, *proofs(octets))) if code in PROVING_CODES else found


def _merged(spans: Iterable[Secret]) -> tuple[Secret, ...]:
    found: list[Secret] = []
    for each in sorted(spans):
        if found and each.start <= found[-1].stop:
            found[-1] = found[-1]._replace(stop=max(each.stop, found[-1].stop))
        else:
            found.append(each)
    return tuple(found)


def _echoes_of(octets: bytes, secret: bytes) -> Iterator[tuple[int, int]]:
    head = secret[:ECHO_OCTETS]
    start = octets.find(head)
    while start >= 0:
        # Servers shorten what they quote: as much as agrees is the secret.
        stop = start + len(head)
        limit = min(len(octets), start + len(secret))
        while stop < limit and octets[stop] == secret[stop - start]:
            stop += 1
        if not is_plain_word(octets[start:stop]):
            # The rest of its word too: a second beginning may stand in it.
            stop = _REST_OF_WORD.match(octets, stop).end()  # type: ignore[union-attr]
            yield start, stop
        start = octets.find(head, stop)


def mask_reply(reply: Reply, known: frozenset[bytes]) -> tuple[Reply, tuple[Secret, ...]]:
    """The reply with each echo and proof masked, and where they stood in the octets of the reply.

    The masked reply is what the parser makes of the masked octets, so a session that was saved
    and read back has the same one. Codes and line ends are never masked.
    """
    lines: list[ReplyLine] = []
    found: list[Secret] = []
    base = 0
    for line in reply.lines:
        fresh, spans = _mask_line(line, known)
        lines.append(fresh)
        found += (Secret(base + each.start, base + each.stop, each.kind) for each in spans)
        base += len(line.octets)
    if not found:
        return reply, ()
    own = reply.defects[sum(len(line.defects) for line in reply.lines) :]
    return Reply(tuple(lines), (*(each for line in lines for each in line.defects), *own)), (
        *found,
    )


def _mask_line(line: ReplyLine, known: frozenset[bytes]) -> tuple[ReplyLine, tuple[Secret, ...]]:
    offset = 0 if line.code is None else 3 + len(line.separator)
    spans = tuple(
        Secret(offset + each.start, offset + each.stop, each.kind)
        for each in secrets_of_text(line.text, known, line.code)
    )
    if not spans:
        return line, ()
    fresh = _read_again(line, masked(line.octets, spans))
    if fresh.code != line.code:
        # Without the digits that stood before it, an echo may turn other digits into a code.
        content, _ = split_line_end(line.octets)
        spans = (Secret(0, len(content), "echo"),)
        fresh = _read_again(line, masked(line.octets, spans))
    return fresh, spans


def _read_again(line: ReplyLine, octets: bytes) -> ReplyLine:
    names = {each.name for each in line.defects}
    is_whole = line.code is not None or "no-code" in names
    fresh = read_line(octets) if is_whole else read_piece(octets)
    length = len(octets)
    kept = [
        Defect(name, start, length)
        for name, start in (("no-line-end", length), ("line-too-long", 0))
        if name in names
    ]
    return fresh._replace(defects=(*fresh.defects, *kept))
