"""Sessions and diagnoses for the tests of the window: facts recorded by hand, no sockets."""

from smtpdebugger.diagnosis.model import Alternative, Diagnosis, Meaning, RankedCause
from smtpdebugger.gui.models.explainer import Explainer
from smtpdebugger.session.events import Closed, Connected, Received, Sent, TlsEstablished
from smtpdebugger.session.exchange import Exchange
from smtpdebugger.session.session import Session

EHLO_BEFORE = b"250-mx.test\r\n250-SIZE 10240000\r\n250-STARTTLS\r\n250-ETRN\r\n250 VRFY\r\n"
EHLO_AFTER = b"250-mx.test\r\n250-SIZE 20480000\r\n250-AUTH PLAIN LOGIN\r\n250 VRFY\r\n"
ALTERNATIVE = Alternative(
    "send", ("MAIL FROM:<>", "RCPT TO:<alice@{domain}>", "RSET"), missing=("domain",)
)


class Talk:
    """Records a session line by line, a millisecond apart."""

    def __init__(self) -> None:
        self.session = Session()
        self.now = 0

    def _at(self) -> int:
        self.now += 1000
        return self.now

    def connect(self) -> "Talk":
        self.session.record(Connected(self._at(), "mx.test", "192.0.2.25:587"))
        return self.server(b"220 mx.test ESMTP\r\n")

    def server(self, octets: bytes) -> "Talk":
        self.session.record(Received(self._at(), octets))
        return self

    def client(self, octets: bytes) -> "Talk":
        self.session.record(Sent(self._at(), octets))
        return self

    def say(self, line: bytes, reply: bytes) -> "Talk":
        return self.client(line + b"\r\n").server(reply + b"\r\n")

    def tls(self) -> "Talk":
        self.session.record(TlsEstablished(self._at(), "TLSv1.3"))
        return self

    def closed(self, by: str) -> "Talk":
        self.session.record(Closed(self._at(), by))
        return self


def greeted() -> Talk:
    """Connected, greeted, and the first EHLO answered."""
    return Talk().connect().client(b"EHLO me.test\r\n").server(EHLO_BEFORE)


def encrypted() -> Talk:
    """After STARTTLS and the second EHLO."""
    talk = greeted().say(b"STARTTLS", b"220 2.0.0 Ready").tls()
    return talk.client(b"EHLO me.test\r\n").server(EHLO_AFTER)


def refused() -> Talk:
    """VRFY answered 502; its exchange is number 5."""
    return encrypted().say(b"VRFY alice", b"502 5.5.1 VRFY command is disabled")


class Expert(Explainer):
    """Knows one cause, and the alternatives it is given; counts how often it is asked."""

    def __init__(self, *alternatives: Alternative) -> None:
        super().__init__()
        self.alternatives = alternatives
        self.is_ready = True
        self.asked = 0

    def explain(self, session: Session, exchange: Exchange) -> Diagnosis | None:
        self.asked += 1
        return diagnosis(exchange, self.alternatives) if self.is_ready else None


def diagnosis(exchange: Exchange, alternatives: tuple[Alternative, ...]) -> Diagnosis:
    """A diagnosis whose one cause is that the command is switched off."""
    cause = RankedCause(
        id="command-disabled-by-admin",
        family="security-restrictions",
        family_title="Security restrictions",
        title="Switched off",
        explanation="The administrator switched the command off.",
        sentence="Switched off on this server.",
        probability=1.0,
    )
    meaning = Meaning("Not implemented", "…", "permanent negative", True, "syntax", "…")
    return Diagnosis(
        exchange=exchange.number,
        command=exchange.command_text,
        code=exchange.code,
        enhanced=None,
        text="" if exchange.reply is None else exchange.reply.text,
        closed=False,
        meaning=meaning,
        causes=(cause,),
        alternatives=alternatives,
        summary="The command is switched off.",
    )
