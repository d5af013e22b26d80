"""The secrets of one session: where they stand, and units and replies without them.

What a client sent as a secret is masked in its command, in any later command that has it as a
word, and in every later reply that repeats it; a server's proof in the reply that has it.
"""

from smtpdebugger.protocol.command import (
    Command,
    SaslResponse,
    read_response,
    without_secrets,
)
from smtpdebugger.protocol.echo import mask_reply
from smtpdebugger.protocol.framing import ClientFramer
from smtpdebugger.protocol.reply import Reply
from smtpdebugger.protocol.sasl import (
    MASK_OCTETS,
    Secret,
    asks_for_name,
    to_remember,
    words_known,
)


class SecretKeeper:
    """Finds and remembers secrets; gives what can be shown."""

    def __init__(self) -> None:
        self.known: frozenset[bytes] = frozenset()
        self.sent: list[Secret] = []
        """As offsets in all octets the client ever sent."""
        self.received: list[Secret] = []
        """As offsets in all octets the server ever sent."""
        self._challenge = 0, ""

    def know(self, known: frozenset[bytes]) -> None:
        """These secrets were sent before."""
        self.known = known

    def spans_of(self, unit: Command | SaslResponse, began: int, ended: int) -> tuple[Secret, ...]:
        """The secrets in a unit that was sent from offset ``began`` up to ``ended``, in order."""
        found = self._found_in(unit)
        spans = moved(found, began)
        more = ended - began - len(unit.octets)
        if spans and more:
            # Of a secret that is too long the unit has only the beginning and the line end.
            spans = (*spans[:-1], spans[-1]._replace(stop=spans[-1].stop + more))
        return spans

    def _found_in(self, unit: Command | SaslResponse) -> tuple[Secret, ...]:
        found = unit.secrets
        if isinstance(unit, Command):
            free = unit.octets[: found[0].start] if found else unit.octets
            found = (*words_known(free, self.known), *found)
        return found

    def mask_unit(
        self,
        unit: Command | SaslResponse,
        began: int,
        ended: int,
        last: Reply | None,
        framer: ClientFramer,
    ) -> Command | SaslResponse:
        """The unit as it may be shown. ``last`` is the newest reply; ``framer`` made the unit."""
        found = self._found_in(unit)
        if not found:
            return unit
        self.sent += self.spans_of(unit, began, ended)
        for secret in unit.secrets:
            told = unit.octets[secret.start : secret.stop].strip()
            self._remember(unit, told, last, framer.login_messages)
        shown = without_secrets(unit, found)
        if framer.is_after_auth and shown.octets.strip() == MASK_OCTETS:
            # A secret sent again, alone in its line, is what a mask is read back as.
            return read_response(shown.octets)
        return shown

    def mask_reply(self, reply: Reply, began: int) -> Reply:
        """The reply as it may be shown; it began at offset ``began``."""
        shown, spans = mask_reply(reply, self.known)
        self.received += moved(spans, began)
        return shown

    def keep_challenge(self, number: int, text: str) -> None:
        """What a masked reply of a login said: the login itself must read it."""
        self._challenge = number, text

    def challenge(self, number: int) -> str | None:
        """What the reply to an exchange said in clear, if it is the newest that was masked."""
        kept, text = self._challenge
        return text if kept == number else None

    def _remember(
        self, unit: Command | SaslResponse, secret: bytes, last: Reply | None, messages: int
    ) -> None:
        if isinstance(unit, Command):
            is_auth = unit.verb in {"AUTH", "X-EXPS"}
            is_name = is_auth and unit.argument.upper().startswith("LOGIN")
        else:
            # Who has sent the name already and is asked for it again may send the password.
            is_first = messages <= 1 or secret in self.known
            is_name = is_first and last is not None and asks_for_name(last.text)
        self.known |= to_remember(secret, is_name=is_name)


def moved(spans: tuple[Secret, ...], by: int) -> tuple[Secret, ...]:
    """The spans, ``by`` octets further on."""
    return tuple(Secret(each.start + by, each.stop + by, each.kind) for each in spans)
