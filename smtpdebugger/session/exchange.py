"""An exchange: one client unit and its one reply (RFC 5321 section 4.2)."""

from dataclasses import dataclass

from smtpdebugger.protocol.command import Chunk, ClientUnit, Command, MailData, SaslResponse
from smtpdebugger.protocol.reply import Reply, decode
from smtpdebugger.protocol.sasl import masked
from smtpdebugger.protocol.state import END_OF_DATA, GREETING, SASL_RESPONSE
from smtpdebugger.session.situation import Situation

UNSOLICITED = "(unsolicited)"
FOR_RECIPIENT = "(for a further recipient)"
"""LMTP answers mail data once for each recipient (RFC 2033 section 4.2)."""


@dataclass(slots=True, eq=False)
class Exchange:
    """One exchange. Only an exchange that still waits for its reply ever changes."""

    number: int
    """Counted from 1 in the order of the transcript; the greeting is the first."""
    unit: ClientUnit | None
    """None for the greeting and for unsolicited replies."""
    before: Situation
    """The situation the server answered in; until then, the one the client sent in."""
    after: Situation
    sent_at: int | None = None
    """Microseconds, when the unit's last octet was sent."""
    replied_at: int | None = None
    """Microseconds, when the reply's last octet came."""
    reply: Reply | None = None
    chunk: Chunk | None = None
    """The octets that followed a BDAT command."""
    is_greeting: bool = False
    is_for_recipient: bool = False
    """Whether it is a further reply to the mail data before, in LMTP."""

    @property
    def verb(self) -> str:
        """The verb, in capitals, or a name in parentheses for what is no command."""
        match self.unit:
            case Command() as unit:
                return unit.verb
            case SaslResponse():
                return SASL_RESPONSE
            case MailData() | Chunk():
                return END_OF_DATA
            case None if self.is_greeting:
                return GREETING
            case None:
                return FOR_RECIPIENT if self.is_for_recipient else UNSOLICITED

    @property
    def command_text(self) -> str:
        """The client's line without its end and with secrets masked; empty without a command.

        What is no line of its own, or an empty one, is named in parentheses.
        """
        match self.unit:
            case (
                Command(octets=octets, secrets=secrets)
                | SaslResponse(octets=octets, secrets=secrets)
            ):
                return decode(masked(octets, secrets)).rstrip("\r\n") or "(empty line)"
            case MailData(length=length):
                return f"(mail data, {length} octets)"
            case _:
                return ""

    @property
    def code(self) -> int | None:
        """The reply code, or None while there is none."""
        return None if self.reply is None else self.reply.code

    @property
    def is_negative(self) -> bool:
        """Whether the reply refuses (4yz or 5yz)."""
        return self.reply is not None and self.reply.is_negative

    @property
    def reply_time(self) -> int | None:
        """Microseconds between the unit's last octet and the reply's last, or None."""
        if self.sent_at is None or self.replied_at is None:
            return None
        return max(0, self.replied_at - self.sent_at)
