"""Sessions and knowledge for tests of widgets: what they show, without a wire."""

from functools import lru_cache

from smtpdebugger.gui.models.explainer import Explainer
from smtpdebugger.gui.models.watcher import SessionWatcher
from smtpdebugger.knowledge.load import load_knowledge
from smtpdebugger.knowledge.tables import Knowledge
from smtpdebugger.session.events import Connected, Received, Sent, TlsEstablished
from smtpdebugger.session.session import Header, Session

GREETED = ("S: 220 mail.example.test ESMTP Postfix",)
READY = (
    *GREETED,
    "C: EHLO client.example.test",
    "S: 250-mail.example.test\r\n250-PIPELINING\r\n250-SIZE 10240000\r\n250-ETRN\r\n"
    "250-AUTH PLAIN LOGIN\r\n250-8BITMIME\r\n250-DSN\r\n250 SMTPUTF8",
)
MAIL = (*READY, "C: MAIL FROM:<alice@example.test>", "S: 250 2.1.0 Ok")
RCPT = (*MAIL, "C: RCPT TO:<bob@example.test>", "S: 250 2.1.5 Ok")


def session_of(*lines: str, origin: str = "live") -> Session:
    """A session of lines ``C: …`` and ``S: …``; ``TLS`` is a handshake."""
    session = Session(Header(origin=origin))
    session.record(Connected(0, "mail.example.test", "192.0.2.25:587", "192.0.2.1:4711"))
    tell(session, *lines)
    return session


def tell(session: Session, *lines: str) -> None:
    """Let a session go on."""
    for line in lines:
        at = session.events[-1].at + 1000
        if line == "TLS":
            session.record(TlsEstablished(at, "TLSv1.3", verified=True))
            continue
        octets = (line[3:] + "\r\n").encode()
        session.record(Sent(at, octets) if line.startswith("C") else Received(at, octets))


@lru_cache(maxsize=1)
def knowledge() -> Knowledge:
    return load_knowledge()


def watcher_of(session: Session) -> SessionWatcher:
    watcher = SessionWatcher()
    watcher.show(session)
    return watcher


def explainer() -> Explainer:
    made = Explainer()
    made.library.put(knowledge())
    return made
