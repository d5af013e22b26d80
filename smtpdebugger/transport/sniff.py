"""What a peer is that does not speak SMTP, by its first octets."""

from dataclasses import dataclass

_TLS_CONTENT = range(0x14, 0x18)
"""change_cipher_spec, alert, handshake, application_data (RFC 8446 section 5.1)."""

_ENOUGH = 16


@dataclass(frozen=True, slots=True)
class Stranger:
    """A peer that speaks something else, in words."""

    what: str
    advice: str


_STRANGERS = (
    (
        b"HTTP/",
        Stranger(
            "The server answers in HTTP: this is a web server or a web proxy, not a mail server.",
            "Check host and port. SMTP is on 25, 587 or 465.",
        ),
    ),
    (
        b"<!DOCTYPE",
        Stranger(
            "The server sends a web page: this is a web server, not a mail server.",
            "Check host and port. SMTP is on 25, 587 or 465.",
        ),
    ),
    (
        b"SSH-",
        Stranger("The server speaks SSH, not SMTP.", "Check the port. SMTP is on 25, 587 or 465."),
    ),
    (
        b"* OK",
        Stranger(
            "The server speaks IMAP, which is for reading mail, not SMTP.",
            "Check the port: 143 and 993 are IMAP; SMTP is on 25, 587 or 465.",
        ),
    ),
    (
        b"* BYE",
        Stranger(
            "The server speaks IMAP and refuses this client.",
            "Check the port: 143 and 993 are IMAP; SMTP is on 25, 587 or 465.",
        ),
    ),
    (
        b"+OK",
        Stranger(
            "The server speaks POP3, which is for fetching mail, not SMTP.",
            "Check the port: 110 and 995 are POP3; SMTP is on 25, 587 or 465.",
        ),
    ),
    (
        b"-ERR",
        Stranger(
            "The server speaks POP3 and refuses this client.",
            "Check the port: 110 and 995 are POP3; SMTP is on 25, 587 or 465.",
        ),
    ),
    (
        b"\xff\xfb",
        Stranger(
            "The server speaks Telnet, not SMTP.", "Check the port. SMTP is on 25, 587 or 465."
        ),
    ),
    (
        b"\xff\xfd",
        Stranger(
            "The server speaks Telnet, not SMTP.", "Check the port. SMTP is on 25, 587 or 465."
        ),
    ),
)

_TLS_ALERT = Stranger(
    "The server answered with a TLS alert: this port wants TLS from the first octet.",
    "Connect with security TLS; that is usual on port 465.",
)
_TLS_OTHER = Stranger(
    "The server speaks TLS from the first octet.",
    "Connect with security TLS; that is usual on port 465.",
)


def looks_like_tls(octets: bytes) -> bool:
    """Whether octets begin a TLS record; one octet alone may still become one."""
    return bool(octets) and octets[0] in _TLS_CONTENT and octets[1:2] in {b"", b"\x03"}


def find_tls(octets: bytes) -> int | None:
    """Where in octets a TLS record may begin, or None."""
    for index, octet in enumerate(octets):
        if octet in _TLS_CONTENT and octets[index + 1 : index + 2] in {b"", b"\x03"}:
            return index
    return None


class Sniffer:
    """Looks at the first octets of a peer, in whatever pieces they come."""

    def __init__(self) -> None:
        self._first = b""
        self._is_over = False

    def look(self, octets: bytes) -> Stranger | None:
        """Who the peer is if it is no SMTP server; told once, None otherwise."""
        if self._is_over or not octets:
            return None
        self._first = (self._first + octets[:_ENOUGH])[:_ENOUGH]
        stranger = _recognise(self._first)
        self._is_over = stranger is not None or len(self._first) >= _ENOUGH
        return stranger


def _recognise(first: bytes) -> Stranger | None:
    if len(first) > 1 and looks_like_tls(first):
        return _TLS_ALERT if first[0] == 0x15 else _TLS_OTHER
    return next((each for head, each in _STRANGERS if first.upper().startswith(head)), None)
