"""What went wrong on the network or in TLS, as sentences with advice."""

import errno
import socket
from dataclasses import dataclass

from smtpdebugger.transport.resolve import LookupFailed
from smtpdebugger.transport.tls import Untrusted


@dataclass(frozen=True, slots=True)
class Problem:
    """A failure in words: the fields of a ``Failed`` event."""

    stage: str
    what: str
    advice: str = ""
    chain: tuple[bytes, ...] = ()
    """The certificates that were refused."""


_CONNECT = {
    errno.ECONNREFUSED: (
        "{peer} refused the connection: no server listens on that port.",
        "Check the port (25, 587 or 465) and whether the server runs.",
    ),
    errno.ETIMEDOUT: (
        "{peer} did not answer.",
        "A firewall may drop the packets; many networks block port 25. Try 587 or 465.",
    ),
    errno.EHOSTUNREACH: (
        "{peer} cannot be reached: there is no way to that host.",
        "Check the address and the network.",
    ),
    errno.ENETUNREACH: (
        "{peer} cannot be reached: there is no way to that network.",
        "Check the network; an IPv6 address needs IPv6 on this computer.",
    ),
    errno.EACCES: (
        "This computer does not allow the connection to {peer}.",
        "Check its firewall.",
    ),
    errno.ECONNRESET: (
        "{peer} reset the connection at once.",
        "A firewall or an access list may be in the way.",
    ),
    errno.EADDRNOTAVAIL: (
        "{peer} cannot be connected to from this computer.",
        "Check the address; an IPv6 address needs IPv6 on this computer.",
    ),
    errno.ENOENT: (
        "There is no {peer}.",
        "Check the path, and whether the server runs.",
    ),
}

_TLS = {
    "WRONG_VERSION_NUMBER": (
        "The server did not answer in TLS.",
        "It may speak SMTP in clear first: use STARTTLS or None.",
    ),
    "TLSV1_ALERT_PROTOCOL_VERSION": (
        "The server refused the TLS versions of this program.",
        "It may be too old for TLS 1.2, or allow only TLS 1.3.",
    ),
    "UNSUPPORTED_PROTOCOL": (
        "The server offers only TLS versions that this computer's policy forbids.",
        "It is too old: TLS 1.2 is needed.",
    ),
    "SSLV3_ALERT_HANDSHAKE_FAILURE": (
        "The server ended the TLS handshake: it found no cipher or setting in common.",
        "Its TLS settings are too old or too strict, or it wants a client certificate.",
    ),
    "TLSV1_UNRECOGNIZED_NAME": (
        "The server has no certificate for this host name.",
        "Connect by the name the server is known by.",
    ),
    "TLSV13_ALERT_CERTIFICATE_REQUIRED": (
        "The server wants a client certificate.",
        "Choose one in the connection's TLS settings, or use another port.",
    ),
    "TLSV1_ALERT_UNKNOWN_CA": (
        "The server refused the client certificate: it does not trust who issued it.",
        "Choose another certificate, or none.",
    ),
    "SSLV3_ALERT_BAD_CERTIFICATE": (
        "The server refused the client certificate.",
        "Choose another certificate, or none.",
    ),
    "SSLV3_ALERT_CERTIFICATE_EXPIRED": (
        "The server refused the client certificate: it has expired.",
        "Choose another certificate, or none.",
    ),
    "TLSV1_ALERT_NO_APPLICATION_PROTOCOL": (
        "The server ended the TLS handshake: it expects another protocol than SMTP.",
        "Check the port: web servers do that.",
    ),
    "UNEXPECTED_EOF_WHILE_READING": (
        "The server ended the connection in the middle of TLS.",
        "It may refuse this client, or not speak TLS on this port.",
    ),
    "NO_PROTOCOLS_AVAILABLE": (
        "No TLS version is left: this computer's policy forbids those that were chosen.",
        "Allow TLS 1.2 or 1.3.",
    ),
    "TLSV1_ALERT_INTERNAL_ERROR": (
        "The server reports an internal error in TLS.",
        "Its certificate or key may be missing: the server's log tells.",
    ),
    "DH_KEY_TOO_SMALL": (
        "The server's Diffie-Hellman key is too short for this computer's policy.",
        "The server's TLS settings are too old.",
    ),
}


_LOOKUP = {
    "nonexistent": ("There is no domain named {name}.", "Check the spelling."),
    "empty": ("The domain {name} has no such record.", "Check the spelling."),
    "silent": (
        "No name server told anything about {name} in time.",
        "Try again later, or ask another name server.",
    ),
    "broken": (
        "The name server failed when asked about {name}.",
        "Try again later, or ask another name server; the domain's own may be at fault.",
    ),
    "misspelt": ("“{name}” cannot be a name.", "Type a name such as example.org."),
}


def lookup_problem(host: str, error: Exception) -> Problem:
    """A host name that could not be turned into an address."""
    if isinstance(error, LookupFailed):
        what, advice = _LOOKUP[error.kind]
        return Problem("resolve", what.format(name=error.name), advice)
    if isinstance(error, TimeoutError):
        what = f"Nobody told the address of {host} in time."
        return Problem("resolve", what, "The name server does not answer; try again later.")
    if isinstance(error, ValueError) or not host:
        what = f"{host!r} cannot be a host name."
        return Problem("resolve", what, "Type a name such as mail.example.org, or an address.")
    if isinstance(error, socket.gaierror) and error.errno == socket.EAI_AGAIN:
        what = f"The address of {host} could not be looked up: the name server failed."
        return Problem("resolve", what, "Check the network, or try again later.")
    what = f"There is no host named {host}."
    return Problem("resolve", what, "Check the spelling.")


def connect_problem(peer: str, error: Exception, seconds: float) -> Problem:
    """An address that could not be connected to."""
    if isinstance(error, TimeoutError) and error.errno is None:
        advice = _CONNECT[errno.ETIMEDOUT][1]
        return Problem("connect", f"{peer} did not answer within {seconds:g} s.", advice)
    number = error.errno if isinstance(error, OSError) else None
    if number in _CONNECT:
        what, advice = _CONNECT[number]
        if number == errno.ECONNREFUSED and peer.startswith("unix:"):
            what, advice = "{peer} is there, but no server listens on it.", "Start the server."
        return Problem("connect", what.format(peer=peer), advice)
    words = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return Problem("connect", f"{peer} could not be connected to: {words}.")


def tls_problem(error: Exception) -> Problem:
    """A handshake, or an encrypted connection, that failed."""
    # Errors that OpenSSL did not raise itself are without a reason.
    reason = getattr(error, "reason", None)
    if reason in _TLS:
        what, advice = _TLS[reason]
        return Problem("tls", what, advice)
    words = (reason or str(error) or type(error).__name__).replace("_", " ").lower()
    _, is_alert, alert = words.partition(" alert ")
    if is_alert:
        what = f"The server ended TLS with the alert “{alert}” (RFC 8446 section 6.2)."
        return Problem("tls", what, "The server's log tells more.")
    return Problem("tls", f"TLS failed: {words}.")


def certificate_problem(untrusted: Untrusted) -> Problem:
    """A certificate that was refused."""
    what = f"The server's certificate is refused: {untrusted.reason}."
    advice = (
        "Nothing more was sent. If you know this server, you can trust exactly"
        f" this certificate for this session (SHA-256 {untrusted.fingerprint[:16]}…)."
    )
    return Problem("certificate", what, advice, untrusted.chain)
