"""What the composer's dialogs ask for; plain facts, which others carry out."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from smtpdebugger.protocol.compose import Draft
from smtpdebugger.protocol.envelope import Envelope
from smtpdebugger.protocol.mechanisms import Credentials

Binding = Literal["tls-server-end-point", "tls-unique", "tls-exporter"]


@dataclass(frozen=True, slots=True)
class LoginRequest:
    """Log in like this."""

    who: Credentials
    mechanism: str = ""
    """Empty: the strongest offered."""
    initial_response: bool = True
    allow_clear: bool = False
    binding: Binding = "tls-server-end-point"
    remember: bool = False
    """Keep the secret in the system's keyring."""


@dataclass(frozen=True, slots=True)
class MessageRequest:
    """Send this message."""

    envelope: Envelope
    file: Path | None = None
    """A message to be sent octet for octet."""
    draft: Draft | None = None
    octets: bytes | None = None
    """A message that was sent before. Of the three, one is given."""
    by: Literal["data", "bdat"] = "data"
    chunk_size: int = 0
    pipelined: bool = False
    crlf: bool = False
    """Send every line end as CRLF."""


Way = Literal["single", "ahead", "split"]


@dataclass(frozen=True, slots=True)
class OctetsRequest:
    """Send these lines, each with the ending."""

    lines: tuple[bytes, ...]
    ending: bytes = b"\r\n"
    way: Way = "single"
    seconds: float = 0.0
    """The pause after each piece, when they are sent ``split``."""


@dataclass(frozen=True, slots=True)
class EndRequest:
    """Try this end of mail data, by its name in ``transparency.ENDS``."""

    name: str
