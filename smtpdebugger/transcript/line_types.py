"""The types of a session file's lines: one for the header, one for each kind of event.

The format is a contract. Keys are only ever added; a reader passes over keys and types it does
not know. ``us`` is microseconds since the session began.
"""

from typing import Annotated

import msgspec

FORMAT = "smtpsession"
VERSION = 1

Span = tuple[int, int, str]

MOST_MASKS = 100_000
"""A line with more of them is damaged; the longest that is written holds no more."""


class HeaderLine(msgspec.Struct):
    """The first line."""

    format: str
    version: int
    id: str = ""
    began: str = ""
    title: str = ""
    origin: str = "live"
    application: str = ""


class Omitted(msgspec.Struct, omit_defaults=True, gc=False):
    """What was left out of long mail data; the digest is of the octets left out."""

    octets: int
    sha256: str = ""
    lines: int = 0


_Time = Annotated[int, msgspec.Meta(ge=-(2**62), le=2**62)]


class Line(msgspec.Struct, tag_field="type", omit_defaults=True, gc=False):
    """One event."""

    us: _Time


class OctetsLine(Line, omit_defaults=True, gc=False):
    """Octets: as text where they are UTF-8, else in base64, and why."""

    text: str | None = None
    base64: str | None = None
    why: str = ""
    redacted: Annotated[tuple[Span, ...], msgspec.Meta(max_length=MOST_MASKS)] = ()
    """Masks: start and stop in characters of ``text`` or in octets of ``base64``, and kind."""


class SentLine(OctetsLine, tag="sent", omit_defaults=True, gc=False):
    """Octets the client sent."""

    omitted: Omitted | None = None
    tail: str = ""


class ReceivedLine(OctetsLine, tag="received", gc=False):
    """Octets the server sent."""


class ResolvedLine(Line, tag="resolved", gc=False):
    """A name was looked up."""

    host: str = ""
    addresses: tuple[str, ...] = ()
    took: int = 0


class ConnectedLine(Line, tag="connected", omit_defaults=False, gc=False):
    """A TCP connection stands."""

    host: str = ""
    peer: str = ""
    local: str = ""
    tls: bool = False
    took: int | msgspec.UnsetType = msgspec.UNSET
    via: str | msgspec.UnsetType = msgspec.UNSET
    lmtp: bool | msgspec.UnsetType = msgspec.UNSET


class TlsLine(Line, tag="tls", gc=False):
    """A TLS handshake succeeded."""

    version: str = ""
    cipher: str = ""
    verified: bool = False
    reason: str = ""
    subject: str = ""
    expires: str = ""
    chain: tuple[str, ...] = ()


class FailedLine(Line, tag="failed", gc=False):
    """Something did not work."""

    stage: str = ""
    what: str = ""
    advice: str = ""
    took: int = 0
    chain: tuple[str, ...] = ()


class ClosedLine(Line, tag="closed", omit_defaults=False, gc=False):
    """The connection ended."""

    by: str = ""
    reason: str = ""


class RemarkLine(Line, tag="remark", gc=False):
    """A note."""

    text: str = ""
    exchange: int = 0


class MarkLine(Line, tag="mark", gc=False):
    """A person marked an exchange, or took the mark away."""

    exchange: int = 0
    on: bool = True


class TitledLine(Line, tag="titled", gc=False):
    """The session got another title."""

    title: str = ""


AnyLine = (
    SentLine
    | ReceivedLine
    | ResolvedLine
    | ConnectedLine
    | TlsLine
    | FailedLine
    | ClosedLine
    | RemarkLine
    | MarkLine
    | TitledLine
)

KNOWN = frozenset(
    str(each.__struct_config__.tag)
    for each in (
        SentLine,
        ReceivedLine,
        ResolvedLine,
        ConnectedLine,
        TlsLine,
        FailedLine,
        ClosedLine,
        RemarkLine,
        MarkLine,
        TitledLine,
    )
)
"""The types of events that this version knows."""
