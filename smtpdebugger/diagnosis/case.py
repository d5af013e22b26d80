"""The case: one exchange with everything a diagnosis may lean on.

It answers the questions that several pieces of evidence ask (which verb, which server, what was
refused before), once, and knows nothing of causes.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from smtpdebugger.diagnosis.grammar import glued_verb
from smtpdebugger.diagnosis.model import ServerGuess
from smtpdebugger.diagnosis.past import RECENT, Past, past_of
from smtpdebugger.diagnosis.quoted import verb_named, words_of_any
from smtpdebugger.diagnosis.server import CERTAIN, candidates, named, reply_lines
from smtpdebugger.diagnosis.speech import protocol_of
from smtpdebugger.knowledge.deriving import Deriving
from smtpdebugger.knowledge.fingerprint import Guess
from smtpdebugger.knowledge.model import TextRule, Verb
from smtpdebugger.knowledge.tables import Knowledge
from smtpdebugger.protocol.command import Chunk, ClientUnit, Command, MailData, SaslResponse
from smtpdebugger.protocol.ehlo import Capabilities
from smtpdebugger.protocol.reply import Reply
from smtpdebugger.protocol.state import END_OF_DATA, GREETING, SASL_RESPONSE, State
from smtpdebugger.session.events import Closed, Connected
from smtpdebugger.session.exchange import FOR_RECIPIENT, UNSOLICITED, Exchange
from smtpdebugger.session.one_sided import is_one_sided
from smtpdebugger.session.session import Session
from smtpdebugger.session.situation import Situation
from smtpdebugger.session.visible import visible

HELLOS = ("EHLO", "HELO", "LHLO")
MOST_SKIPPED = 60
"""So many unanswered exchanges are looked at for one that tells that a connection goes on."""

LONGEST_QUOTE = 90
"""Characters of a reply text that a sentence quotes."""

LONGEST_HEAD, LONGEST_TAIL = 2048, 512
"""Characters of a reply text that are read: patterns take their time over long ones."""

LONGEST_VERB = 16
"""Longer words are nobody's misspelled verb."""

_END = "."
"""What ends a message (RFC 5321 section 4.1.1.4)."""

_FRAME = re.compile(
    r"(?:<[^>]*>: )?(?:Recipient|Sender) address rejected: (?!Access denied|Domain not found)"
)
"""What Postfix puts before the words of a table, a policy service or a filter."""

REQUIRED = frozenset({"EHLO", "HELO", "MAIL", "RCPT", "DATA", "RSET", "NOOP", "QUIT"})
"""Verbs that every server has (RFC 5321 section 4.5.1)."""

ANY_VERB = "any-verb"
"""A verb that no rule names: only what holds for every verb is left."""

NAMELESS = "the server"
"""A server that is not recognised, in sentences."""

_DEVICE = "middlebox"
_GATED = frozenset({"AUTH", "STARTTLS"})
_UNKNOWN_CODES = frozenset({500, 502, 503, 554})
_LACKING_CODES = frozenset({500, 502, 504})
_UNKNOWN_CAUSES = frozenset({"command-unknown", "command-not-implemented"})

_NAMES = {
    SASL_RESPONSE: "the SASL response",
    END_OF_DATA: "the message",
    GREETING: "the connection",
    UNSOLICITED: "no command",
    FOR_RECIPIENT: "the message",
    "": "the empty line",
}


@dataclass(frozen=True)
class Case(Deriving):
    """What evidence functions look at. Cheap to make; everything is worked out when asked for."""

    session: Session
    exchange: Exchange
    knowledge: Knowledge

    @property
    def number(self) -> int:
        """The exchange's number."""
        return self.exchange.number

    @property
    def before(self) -> Situation:
        """The situation the server answered in."""
        return self.exchange.before

    @property
    def offers(self) -> Capabilities | None:
        """What the last EHLO reply offered, or None where there was none."""
        return self.before.capabilities

    @cached_property
    def reply(self) -> Reply:
        """The reply; one without lines where none came."""
        return self.exchange.reply or Reply(())

    @cached_property
    def code(self) -> int:
        """The reply code, 0 where there is none."""
        return self.reply.code or 0

    @cached_property
    def text(self) -> str:
        """The reply text without codes, on one line; of a very long one the beginning and the end,
        which is where servers say what they have to say."""
        told = self.reply.plain_text.replace("\n", " ").strip()
        if len(told) > LONGEST_HEAD + LONGEST_TAIL:
            return f"{told[:LONGEST_HEAD]} … {told[-LONGEST_TAIL:]}"
        return told

    @cached_property
    def quoted(self) -> str:
        """The beginning of the reply text, as sentences quote it."""
        if len(self.text) <= LONGEST_QUOTE:
            return self.text
        cut = self.text[:LONGEST_QUOTE]
        return f"{cut.rpartition(' ')[0] or cut} …"

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """The reply lines as they came, without line ends."""
        return reply_lines(self.exchange)

    @cached_property
    def unit(self) -> ClientUnit | None:
        """What the client sent. A lone dot that is all a trace shows of the client ends a message
        whose beginning nobody shows."""
        unit, is_first = self.exchange.unit, self.number == self.first
        if isinstance(unit, Command) and unit.verb == _END and self.is_cut and is_first:
            return MailData(len(_END), 1, _END.encode())
        return unit

    @cached_property
    def command(self) -> Command | None:
        """The command line, where the client sent one."""
        unit = self.unit
        return unit if isinstance(unit, Command) else None

    @cached_property
    def verb(self) -> str:
        """The verb by which the tables know what was refused: AUTH for a SASL response,
        DATA for the message; empty where there was no command."""
        match self.unit:
            case Command(verb=verb):
                return verb
            case SaslResponse():
                return "AUTH"
            case MailData():
                return "DATA"
            case Chunk():
                return "BDAT"
            case None if self.exchange.verb == FOR_RECIPIENT:
                return "DATA"
            case None:
                return verb_named(self.knowledge, self.text) if self.is_alone else ""

    @cached_property
    def shown_verb(self) -> str:
        """The verb for sentences."""
        if self.is_alone:
            return self.verb or "the command"
        verb = END_OF_DATA if isinstance(self.unit, MailData) else self.exchange.verb
        return visible(_NAMES.get(verb, verb), 40)

    @cached_property
    def record(self) -> Verb | None:
        """What the tables say of the verb; None for one nobody knows."""
        return self.knowledge.verb(self.verb) if self.verb else None

    @cached_property
    def is_command(self) -> bool:
        """Whether the refusal answers a verb that the tables list as a command of SMTP."""
        return self.record is not None and self.record.status not in {
            "keyword-not-command",
            "not-smtp",
        }

    @cached_property
    def is_current(self) -> bool:
        """Whether the verb is a command of SMTP as it is today, or of a vendor."""
        return (
            self.is_command
            and self.record is not None
            and (self.record.status not in {"obsolete", "historic"})
        )

    @cached_property
    def words(self) -> TextRule | None:
        """The rule of wording that the reply fits."""
        if not self.is_alone or self.verb:
            return self._words_within()
        return words_of_any(self.knowledge, self.text, self.code, self.reply.enhanced_status)

    def _words_within(self) -> TextRule | None:
        """The rule for what was said. Behind a frame such as "Recipient address rejected:" the
        words of a table or filter count: the frame's own name a refusal, and no mailbox."""
        whole, framed = self._words_of(self.text), _FRAME.match(self.text)
        if framed is None:
            return whole
        within = self._words_of(self.text[framed.end() :])
        if within is not None and not within.vague:
            return within
        return whole if whole is None or whole.vague or whole.cause == "policy" else within

    def _words_of(self, text: str) -> TextRule | None:
        return self.knowledge.text_rule(text, self.verb, self.code)

    @cached_property
    def says_unknown(self) -> bool:
        """Whether the words of the reply call the verb unknown or not implemented."""
        if self.code not in _UNKNOWN_CODES:
            return False
        rule = self.knowledge.text_rule(self.text, ANY_VERB, self.code)
        return rule is not None and rule.cause in _UNKNOWN_CAUSES

    @cached_property
    def may_lack_verb(self) -> bool:
        """Whether the refusal, by its code or words, may be of a verb the server does not have."""
        return self.says_unknown or self.code in _LACKING_CODES

    @cached_property
    def is_order_moot(self) -> bool:
        """Whether order and form hardly matter: a server that calls a verb unknown, and need not
        have it, has not looked at them. Some hide AUTH and STARTTLS until EHLO, so those count."""
        return self.says_unknown and self.verb not in REQUIRED | _GATED

    @cached_property
    def first(self) -> int:
        """The number of the first exchange of this connection."""
        greetings = self.session.by_verb.get(GREETING, [])
        at = bisect_right(greetings, self.number)
        return greetings[at - 1] if at else 1

    @cached_property
    def span(self) -> range:
        """The numbers of this connection's exchanges."""
        greetings = self.session.by_verb.get(GREETING, [])
        at = bisect_right(greetings, self.number)
        late = self._late_greeting
        if late is not None:
            at += 1
        stop = greetings[at] if at < len(greetings) else len(self.session.exchanges) + 1
        return range(self.first, stop)

    @cached_property
    def past(self) -> Past:
        """This connection as it stands, with what was worked out of it."""
        return past_of(self.session, self.span)

    @cached_property
    def is_closed(self) -> bool:
        """Whether the server closed the connection with or right after this reply."""
        from_here = range(self.number + 1, min(self.span.stop, self.number + 1 + MOST_SKIPPED))
        if any(map(self.session.is_answered, from_here)):
            return False
        for event in self.session.events_since(self.number):
            if isinstance(event, Connected | Closed):
                return isinstance(event, Closed) and event.by in {"server", "network"}
        return False

    @cached_property
    def greeting(self) -> Exchange | None:
        """The exchange of this connection's greeting."""
        if not 1 <= self.first <= len(self.session.exchanges):
            return None
        found = self.session.exchange(self.first)
        return found if found.is_greeting else self._late_greeting

    @cached_property
    def _late_greeting(self) -> Exchange | None:
        """The greeting of a client that had spoken before it came."""
        greetings = self.session.by_verb.get(GREETING, [])
        if not greetings or greetings[0] <= self.number:
            return None
        late = self.session.exchange(greetings[0])
        came, answered = late.replied_at, self.exchange.replied_at
        return late if came is not None and answered is not None and answered >= came else None

    @cached_property
    def is_cut(self) -> bool:
        """Whether the trace begins in the middle of a connection: with neither greeting nor EHLO,
        nobody knows what was said before."""
        return self.greeting is None and self.hello is None

    @cached_property
    def is_alone(self) -> bool:
        """Whether nothing tells what this refusal answered: it is all there is of its connection, a
        greeting or a reply that somebody quotes, or the trace shows the server's side alone."""
        if self.code < 400:
            return False
        if self.exchange.is_greeting:
            return len(self.span) == 1
        return self.exchange.verb == UNSOLICITED and is_one_sided(self.session, self.span)

    @cached_property
    def peer(self) -> str:
        """The protocol that the peer speaks, by its first line; empty where that may be SMTP."""
        # A web server's second line stands where a greeting would.
        firsts = [self.session.exchange(each) for each in (self.first, self.first - 1) if each > 0]
        here = self.before.connected_at
        for each in (self.greeting, *firsts, self.exchange):
            if each is None or each.before.connected_at != here:
                continue
            if spoken := protocol_of(reply_lines(each)):
                return spoken
        return ""

    @cached_property
    def hello(self) -> Exchange | None:
        """The last accepted EHLO, HELO or LHLO before this exchange."""
        return self.last_accepted(*HELLOS)

    @cached_property
    def candidates(self) -> tuple[Guess, ...]:
        """The servers that may have answered, likeliest first."""
        return candidates(self.knowledge, self.past, self.exchange)

    @cached_property
    def server(self) -> ServerGuess:
        """Which server answered."""
        return named(self.candidates)

    @property
    def server_name(self) -> str:
        """The server's name for sentences that tell it as a fact."""
        if self.server.confidence < CERTAIN:
            return NAMELESS
        known = self.knowledge.server(self.server.id) if self.server.id else None
        # Behind a device on the way stands a server that nobody sees.
        return self.server.name if known is not None and known.kind != _DEVICE else NAMELESS

    @cached_property
    def state(self) -> State:
        """Where the session stood."""
        return self.before.state

    @cached_property
    def previous(self) -> Exchange | None:
        """The exchange before this one in the same connection."""
        return self.session.exchange(self.number - 1) if self.number > self.first else None

    @cached_property
    def near_verb(self) -> str:
        """The verb that was probably meant by a word that is none; empty where it is one."""
        if not self.verb or self.is_command:
            return ""
        if glued := glued_verb(self.verb):
            return glued
        if len(self.verb) > LONGEST_VERB:
            return ""
        found = self.knowledge.nearest_verb(self.verb)
        return found.verb if found is not None else ""

    def earlier(self, verb: str) -> list[Exchange]:
        """The last answered exchanges of a verb before this one in the same connection."""
        found = [self.session.exchange(each) for each in reversed(list(self.latest(verb)))]
        return [each for each in found if each.reply is not None]

    def latest(self, verb: str) -> Iterator[int]:
        """The numbers of the exchanges of a verb before this one, the latest first."""
        numbers = self.session.by_verb.get(verb, [])
        stop = bisect_left(numbers, self.number)
        for number in reversed(numbers[max(0, stop - RECENT) : stop]):
            if number < self.first:
                return
            yield number

    def last_refused(self, *verbs: str) -> Exchange | None:
        """The latest earlier refusal of one of these verbs."""
        return self._last(verbs, range(400, 600))

    def last_accepted(self, *verbs: str) -> Exchange | None:
        """The latest earlier acceptance of one of these verbs."""
        return self._last(verbs, range(200, 400))

    def _last(self, verbs: tuple[str, ...], codes: range) -> Exchange | None:
        # By their codes alone: the exchanges themselves may be all over a large file.
        told, found = self.session.columns.codes, 0
        for verb in verbs:
            numbers = self.session.by_verb.get(verb, [])
            stop = bisect_left(numbers, self.number)
            for number in reversed(numbers[max(0, stop - RECENT) : stop]):
                if number < self.first or number < found:
                    break
                if told[number - 1] in codes:
                    found = number
                    break
        return self.session.exchange(found) if found else None
