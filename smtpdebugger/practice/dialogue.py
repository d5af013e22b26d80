"""One session of a personality: client units in, replies out. No network, no clock.

The state is kept by the protocol room's own table, so that a personality is consistent with what
the rest of the program takes for an SMTP session.
"""

import re
from dataclasses import dataclass

from smtpdebugger.practice.login import LoginDialogue
from smtpdebugger.practice.personality import ANY_VERB, Personality, Rule
from smtpdebugger.protocol.command import Chunk, ClientUnit, Command, MailData, SaslResponse
from smtpdebugger.protocol.state import END_OF_DATA, GREETING, STARTED_TLS, State, next_state

_PLACE = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Answer:
    """What to send for a unit, and what then."""

    lines: tuple[str, ...] = ()
    """With codes and without hyphens; empty: nothing is sent, more octets are awaited."""
    delay_ms: int = 0
    close: bool = False
    starts_tls: bool = False

    @property
    def code(self) -> int | None:
        """The reply code."""
        return int(self.lines[-1][:3]) if self.lines else None

    @property
    def octets(self) -> bytes:
        """The reply as it goes over the wire."""
        *others, last = self.lines or ("",)
        if not last:
            return b""
        return "".join([*(f"{line[:3]}-{line[4:]}\r\n" for line in others), f"{last}\r\n"]).encode()


class Dialogue:
    """Answers one client as a personality would."""

    def __init__(self, personality: Personality, *, tls: bool = False) -> None:
        self.personality = personality
        self.tls = tls
        self.authenticated = False
        self.state = State.CONNECTED
        self._hello = State.GREETED
        self._login: LoginDialogue | None = None
        self._chunk: Command | None = None
        self._errors = 0
        self._messages = 0
        self._octets = 0

    def greet(self) -> Answer:
        """The greeting."""
        answer = Answer(
            self._filled(self.personality.greeting, {}), self.personality.greeting_delay_ms
        )
        code = answer.code
        self.state = next_state(self.state, GREETING, code, self._hello)
        return Answer(answer.lines, answer.delay_ms, close=code != 220)

    def answer(self, unit: ClientUnit) -> Answer:
        """The reply to one unit."""
        match unit:
            case Command():
                answer = self._command(unit)
            case SaslResponse():
                answer = self._sasl(unit)
            case MailData():
                answer = self._message(unit)
            case Chunk():
                answer = self._chunk_came(unit)
        return self._counted(answer)

    def started_tls(self) -> None:
        """The handshake is over: the session begins anew (RFC 3207 section 4.2)."""
        self.tls = True
        self.authenticated = False
        self._hello = State.GREETED
        self.state = next_state(self.state, STARTED_TLS, 220, self._hello)

    # Commands

    def _command(self, command: Command) -> Answer:
        for rule in self.personality.rules:
            groups = self._fits(rule, command)
            if groups is not None:
                return self._play(rule, command, groups)
        return Answer(("502 Command not implemented",))

    def _fits(self, rule: Rule, command: Command) -> dict[str, str] | None:
        """What the rule's expressions found, or None where the rule is not meant."""
        if command.verb not in rule.verbs and ANY_VERB not in rule.verbs:
            return None
        if rule.states and self.state not in rule.states:
            return None
        if rule.tls not in {None, self.tls}:
            return None
        if rule.authenticated not in {None, self.authenticated}:
            return None
        groups: dict[str, str] = {}
        for pattern, text in ((rule.argument, command.argument), (rule.line, command.text)):
            if pattern is None:
                continue
            match = pattern.search(text)
            if match is None:
                return None
            groups.update({key: value or "" for key, value in match.groupdict().items()})
        return groups

    def _play(self, rule: Rule, command: Command, groups: dict[str, str]) -> Answer:
        if rule.reply:
            lines = self._filled(rule.reply, groups | {"argument": command.argument})
        elif command.verb == "EHLO":
            lines = self._capabilities()
        else:
            self._login = LoginDialogue(self.personality.login)
            lines = (self._logged_in(self._login.begin(command.argument)),)
        answer = Answer(lines, rule.delay_ms, rule.close)
        if command.verb == "BDAT":
            return self._chunk_announced(command, answer)
        self._move(command.verb, answer.code)
        is_tls = command.verb == "STARTTLS" and answer.code == 220
        ends = rule.close or (command.verb == "QUIT" and answer.code == 221)
        return Answer(lines, rule.delay_ms, ends, is_tls)

    def _capabilities(self) -> tuple[str, ...]:
        lines = self.personality.ehlo_tls if self.tls else self.personality.ehlo
        return self._filled(tuple(f"250 {each}" for each in ("{host}", *lines)), {})

    # What is no command

    def _sasl(self, unit: SaslResponse) -> Answer:
        login, self._login = self._login, None
        if login is None:
            # A response nobody asked for: to a real server it is an unknown command.
            return Answer(("500 5.5.2 Error: command not recognized",))
        reply = login.go_on(unit.octets)
        if reply.startswith("334"):
            self._login = login
        return Answer((self._logged_in(reply),))

    def _logged_in(self, reply: str) -> str:
        if reply.startswith("235"):
            self.authenticated = True
        return reply

    def _message(self, unit: MailData) -> Answer:
        self._octets = unit.length
        answer = Answer(self._accepted(self.personality.message_accepted))
        self._move(END_OF_DATA, answer.code)
        return answer

    def _chunk_announced(self, command: Command, answer: Answer) -> Answer:
        follows = self.personality.has_chunks and not answer.close
        if follows and re.match(r"0*[1-9][0-9]*(\s|$)", command.argument):
            # The octets come whether or not they are wanted; the reply stands behind them.
            self._chunk, self._after_chunk = command, answer
            return Answer()
        return self._chunk_answered(command, answer)

    def _chunk_came(self, unit: Chunk) -> Answer:
        command, answer = self._chunk, self._after_chunk
        self._octets = unit.length
        if command is None:
            return Answer()
        self._chunk = None
        return self._chunk_answered(command, answer)

    def _chunk_answered(self, command: Command, answer: Answer) -> Answer:
        is_last = command.argument.upper().endswith("LAST")
        if answer.code is not None and answer.code < 300:
            template = self.personality.chunk_accepted
            if is_last:
                template = self.personality.message_accepted
            answer = Answer(self._accepted(template), answer.delay_ms)
        self._move("BDAT LAST" if is_last else "BDAT", answer.code)
        return answer

    _after_chunk = Answer()

    def _accepted(self, template: str) -> tuple[str, ...]:
        self._messages += 1
        # Looks like a queue identifier; nothing is kept.
        number = f"{0xB42B0 + 7 * self._messages:05X}"
        return self._filled((template,), {"id": number, "octets": str(self._octets)})

    # All of them

    def _move(self, verb: str, code: int | None) -> None:
        self.state = next_state(self.state, verb, code, self._hello)
        if code is not None and 200 <= code < 300 and verb in {"EHLO", "HELO"}:
            self._hello = State[verb]

    def _counted(self, answer: Answer) -> Answer:
        limit = self.personality.error_limit
        if answer.code is None or answer.code < 400:
            return answer
        self._errors += 1
        delay = answer.delay_ms
        if limit.slow_after and self._errors > limit.slow_after:
            delay += limit.slow_ms
        if limit.count and self._errors >= limit.count and not answer.close:
            return Answer(answer.lines, delay, close=True)
        return Answer(answer.lines, delay, answer.close, answer.starts_tls)

    @property
    def farewell(self) -> Answer:
        """What is said behind the last refusal before closing for too many of them."""
        limit = self.personality.error_limit
        if not limit.count or self._errors < limit.count:
            return Answer()
        return Answer(self._filled((limit.reply,), {}))

    def _filled(self, lines: tuple[str, ...], words: dict[str, str]) -> tuple[str, ...]:
        known = {"host": self.personality.host} | words

        def fill(match: re.Match[str]) -> str:
            return known.get(match[1], match[0])

        return tuple(_PLACE.sub(fill, line) for line in lines)
