"""Sessions for the watchdog's tests: octets with times, as nothing else can show them."""

from smtpdebugger.session.events import Closed, Connected, Received, Sent, TlsEstablished
from smtpdebugger.session.session import Session

SECOND = 1_000_000

HELLO = (
    "S:220 mx.example.test ESMTP",
    "C:EHLO me",
    "S:250-mx",
    "S:250-PIPELINING",
    "S:250 STARTTLS",
)


def watched(*steps: str | bytes | int) -> Session:
    """A session from steps: ``C:…`` and ``S:…`` lines (a CRLF is added), ``c:…`` and ``s:…``
    octets as they stand, ``tls``, ``old tls``, ``connected``, ``closed``; a number lets
    microseconds pass."""
    session, at = Session(), 0
    for step in steps:
        at += 1000
        match step:
            case int():
                at += step
            case "tls":
                session.record(TlsEstablished(at))
            case "old tls":
                session.record(TlsEstablished(at, "TLSv1.1"))
            case "connected":
                session.record(Connected(at, "mx.example.test", "192.0.2.25:25"))
            case "closed":
                session.record(Closed(at, "server"))
            case _:
                octets = step if isinstance(step, bytes) else step.encode()
                who, content = octets[:2], octets[2:]
                ending = b"\r\n" if who.isupper() else b""
                make = Sent if who in {b"C:", b"c:"} else Received
                session.record(make(at, content + ending))
    return session
