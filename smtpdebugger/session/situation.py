"""The situation: all that was known at one moment of a session, as an immutable snapshot.

Neighbouring exchanges share one snapshot unless something changed, so any row can be diagnosed
alone and at any time.
"""

from typing import NamedTuple

from smtpdebugger.protocol.ehlo import Capabilities
from smtpdebugger.protocol.reply import Reply
from smtpdebugger.protocol.state import State, is_legal, legal_verbs


class Situation(NamedTuple):
    """What the client could know."""

    state: State = State.CONNECTED
    hello: State = State.GREETED
    """EHLO or HELO, whichever was accepted last; GREETED before either and after STARTTLS."""
    host: str = ""
    port: int | None = None
    tls: bool = False
    authenticated: bool = False
    greeting: Reply | None = None
    capabilities: Capabilities | None = None
    """Of the last accepted EHLO; None before it, after HELO, and after STARTTLS until EHLO."""
    ehlo_exchange: int | None = None
    """The exchange ``capabilities`` comes from."""
    before_tls: Capabilities | None = None
    """What the last EHLO before STARTTLS offered."""
    helped: frozenset[str] = frozenset()
    """Verbs that a HELP reply of this session named."""
    reverse_path: str | None = None
    recipients: int = 0
    is_open: bool = True
    connected_at: int | None = None
    """Microseconds since the session began, when the connection stood; None where nobody saw it."""
    lmtp: bool = False
    """Whether this is LMTP (RFC 2033): the client meant it, or the server said so."""

    tls_version: str = ""
    """Such as ``TLSv1.3``; empty without TLS and where nobody saw the handshake."""

    def offers(self, keyword: str) -> bool:
        """Whether the last EHLO reply offered a service extension."""
        return self.capabilities is not None and keyword in self.capabilities

    def permits(self, verb: str) -> bool:
        """Whether the state alone lets a verb be sent now."""
        return self.is_open and is_legal(
            verb, self.state, tls=self.tls, authenticated=self.authenticated
        )

    @property
    def legal_verbs(self) -> tuple[str, ...]:
        """All verbs the state lets be sent now."""
        if not self.is_open:
            return ()
        return legal_verbs(self.state, tls=self.tls, authenticated=self.authenticated)
