"""The lines of a session file: one JSON object for the header and one for each event.

What they look like is told in ``line_types``.
"""

from binascii import Error as Base64Error
from binascii import a2b_base64, b2a_base64
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import msgspec

from smtpdebugger.protocol.sasl import Secret
from smtpdebugger.session.events import (
    Closed,
    Connected,
    Failed,
    Mark,
    Received,
    Remark,
    Resolved,
    Sent,
    TlsEstablished,
    WireEvent,
)
from smtpdebugger.session.session import Header
from smtpdebugger.transcript.line_types import (
    FORMAT,
    VERSION,
    AnyLine,
    ClosedLine,
    ConnectedLine,
    FailedLine,
    HeaderLine,
    Line,
    MarkLine,
    OctetsLine,
    Omitted,
    ReceivedLine,
    RemarkLine,
    ResolvedLine,
    SentLine,
    Span,
    TitledLine,
    TlsLine,
)

T = TypeVar("T", str, bytes)

NOT_UTF_8 = "not UTF-8"

_encoder = msgspec.json.Encoder()
_line_decoder: msgspec.json.Decoder[AnyLine] = msgspec.json.Decoder(AnyLine)
_header_decoder = msgspec.json.Decoder(HeaderLine)


def encode_header(header: Header, raw: bytes = b"") -> bytes:
    """The first line of a file, line end included.

    ``raw`` is the line it was read from: keys of it that this version does not know are kept.
    """
    line = HeaderLine(
        FORMAT,
        VERSION,
        header.identity,
        header.began,
        header.title,
        header.origin,
        header.application,
    )
    return _with_unknown_keys(raw, line) if raw else _encoded(line)


def decode_header(line: bytes) -> HeaderLine:
    """The header in a first line. Raises msgspec.MsgspecError if it is none."""
    return _header_decoder.decode(line)


def encode_event(event: WireEvent) -> bytes:
    """One event as a line, line end included. Masks in it must stand there already."""
    return _encoded(_line_of(event))


def decode_event(line: bytes) -> WireEvent | TitledLine:
    """The event in a line. Raises msgspec.MsgspecError or ValueError if there is none."""
    return event_of(_line_decoder.decode(line))


def lines_in(octets: bytes) -> list[AnyLine | bytes]:
    """Whole lines of a session file, decoded; those that cannot be stay octets.

    A blank line is one of those.
    """
    found: list[AnyLine | bytes]
    try:
        found = [*_line_decoder.decode_lines(octets)]
    except (msgspec.MsgspecError, ValueError, RecursionError):
        found = []
    if found and len(found) == octets.count(b"\n"):
        return found
    # One that is damaged, blank or has two objects in it: each on its own.
    lines = octets.split(b"\n")
    return [_decoded(line) for line in (lines if lines[-1] else lines[:-1])]


def _decoded(line: bytes) -> AnyLine | bytes:
    try:
        return _line_decoder.decode(line)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return line


def merged(raw: bytes, event: WireEvent) -> bytes:
    """A line as ``encode_event`` writes it, with the keys of ``raw`` that this version does not
    know; line end included."""
    return _with_unknown_keys(raw, _line_of(event))


def _with_unknown_keys(raw: bytes, line: msgspec.Struct) -> bytes:
    known = _well_formed(msgspec.to_builtins(line))
    names = {field.encode_name for field in msgspec.structs.fields(line)} | {"type"}
    others = {key: each for key, each in msgspec.json.decode(raw).items() if key not in names}
    return _encoder.encode(known | others) + b"\n"


def converted(line: AnyLine | bytes) -> WireEvent | TitledLine | None:
    """What a decoded line tells; None for one that tells nothing that can be read."""
    if isinstance(line, bytes):
        return None
    try:
        return event_of(line)
    except ValueError:
        return None


def _encoded(line: msgspec.Struct) -> bytes:
    try:
        return _encoder.encode(line) + b"\n"
    except UnicodeEncodeError:
        # A host name or a reason with half a surrogate pair, from the system; not from the wire.
        plain = _well_formed(msgspec.to_builtins(line))
        return _encoder.encode(plain) + b"\n"


def _well_formed(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, dict):
        return {key: _well_formed(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_well_formed(each) for each in value]
    return value


def _line_of(event: WireEvent) -> Line:
    match event:
        case Sent():
            return _sent_line(event)
        case Received(at=at, octets=octets, secrets=secrets):
            text, spans = _text_of(octets, secrets)
            if text is None:
                return ReceivedLine(at, None, to_base64(octets), NOT_UTF_8, spans)
            return ReceivedLine(at, text, redacted=spans)
        case Resolved():
            return ResolvedLine(event.at, event.host, event.addresses, event.took)
        case Connected():
            where = (event.host, event.peer, event.local, event.tls)
            told = (event.took or msgspec.UNSET, event.via or msgspec.UNSET)
            return ConnectedLine(event.at, *where, *told, event.lmtp or msgspec.UNSET)
        case TlsEstablished():
            return _tls_line(event)
        case Failed():
            chain = tuple(to_base64(each) for each in event.chain)
            return FailedLine(event.at, event.stage, event.what, event.advice, event.took, chain)
        case Closed():
            return ClosedLine(event.at, event.by, event.reason)
        case Remark() | Mark():
            return _note_line(event)


def _note_line(event: Remark | Mark) -> Line:
    if isinstance(event, Mark):
        return MarkLine(event.at, event.exchange, event.on)
    return RemarkLine(event.at, event.text, event.exchange)


def _tls_line(event: TlsEstablished) -> TlsLine:
    return TlsLine(
        event.at,
        event.version,
        event.cipher,
        event.verified,
        event.reason,
        event.subject,
        event.expires,
        tuple(to_base64(each) for each in event.chain),
    )


def _sent_line(event: Sent) -> SentLine:
    omitted = None
    if event.omitted:
        omitted = Omitted(event.omitted, event.sha256, event.omitted_lines)
    text, spans = _text_of(event.octets, event.secrets)
    try:
        tail = event.tail.decode("utf-8")
    except UnicodeDecodeError:
        text = None
    if text is not None:
        return SentLine(event.at, text, redacted=spans, omitted=omitted, tail=tail)
    spans = tuple((each.start, each.stop, each.kind) for each in event.secrets)
    octets, tail = to_base64(event.octets), to_base64(event.tail)
    return SentLine(event.at, None, octets, NOT_UTF_8, spans, omitted, tail)


def _text_of(octets: bytes, secrets: tuple[Secret, ...]) -> tuple[str | None, tuple[Span, ...]]:
    try:
        text = octets.decode("utf-8")
    except UnicodeDecodeError:
        return None, tuple((each.start, each.stop, each.kind) for each in secrets)
    if not secrets:
        return text, ()
    places = _counted(octets, [place for each in secrets for place in each[:2]], bytes.decode)
    return text, tuple((places[each.start], places[each.stop], each.kind) for each in secrets)


def _counted(whole: T, places: Iterable[int], other: Callable[[T], str | bytes]) -> dict[int, int]:
    """For places in octets those in their text, or the other way round. One pass, however many."""
    found, done, count = {0: 0}, 0, 0
    for place in sorted(set(places)):
        count += len(other(whole[done:place]))
        found[place] = count
        done = place
    return found


def event_of(line: AnyLine) -> WireEvent | TitledLine:
    """The event of a decoded line. Raises ValueError where it has no octets."""
    match line:
        case SentLine():
            return _sent_of(line)
        case ReceivedLine():
            return Received(line.us, _octets_of(line), _secrets_of(line))
        case ResolvedLine():
            return Resolved(line.us, line.host, tuple(line.addresses), line.took)
        case ConnectedLine():
            where = (line.host, line.peer, line.local, line.tls)
            return Connected(line.us, *where, line.took or 0, line.via or "", line.lmtp is True)
        case TlsLine():
            chain = tuple(from_base64(each) for each in line.chain)
            facts = (line.version, line.cipher, line.verified, line.reason)
            return TlsEstablished(line.us, *facts, line.subject, line.expires, chain)
        case FailedLine():
            chain = tuple(from_base64(each) for each in line.chain)
            return Failed(line.us, line.stage, line.what, line.advice, line.took, chain)
        case ClosedLine():
            return Closed(line.us, line.by, line.reason)
        case RemarkLine() | MarkLine():
            return _note_of(line)
        case TitledLine():
            return line


def _note_of(line: RemarkLine | MarkLine) -> Remark | Mark:
    if isinstance(line, MarkLine):
        return Mark(line.us, line.exchange, line.on)
    return Remark(line.us, line.text, line.exchange)


def _sent_of(line: SentLine) -> Sent:
    octets, secrets = _octets_of(line), _secrets_of(line)
    if line.omitted is None and not line.tail:
        return Sent(line.us, octets, secrets)
    tail = line.tail.encode() if line.text is not None else from_base64(line.tail)
    omitted = line.omitted or Omitted(0)
    counted = max(0, omitted.octets)
    return Sent(line.us, octets, secrets, counted, tail, max(0, omitted.lines), omitted.sha256)


def _octets_of(line: OctetsLine) -> bytes:
    if line.text is not None:
        return line.text.encode()
    if line.base64 is not None:
        return from_base64(line.base64)
    raise ValueError("neither text nor base64")


def _secrets_of(line: OctetsLine) -> tuple[Secret, ...]:
    if not line.redacted:
        return ()
    spans = sorted(each for each in line.redacted if 0 <= each[0] <= each[1])
    if line.text is None:
        return tuple(Secret(*each) for each in spans)
    ends = [place for each in spans for place in each[:2]]
    places = _counted(line.text, ends, str.encode)
    return tuple(Secret(places[start], places[stop], kind) for start, stop, kind in spans)


def to_base64(octets: bytes) -> str:
    """Octets in base64, in one line."""
    return b2a_base64(octets, newline=False).decode("ascii")


def from_base64(text: str) -> bytes:
    """Octets from base64. Raises ValueError for anything else."""
    try:
        return a2b_base64(text.encode("ascii"), strict_mode=True)
    except (Base64Error, UnicodeEncodeError) as error:
        raise ValueError(f"damaged base64: {error}") from error
