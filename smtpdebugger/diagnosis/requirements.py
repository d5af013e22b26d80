"""Requirements: what a program needs of a server, read off a session it had.

Everything the program used is listed. What it stopped for when it was refused is required; what
it went on without is optional. Of what was never refused, conveniences that EHLO had offered are
optional, since mail goes without them (RFC 5321 section 2.2.1); all else counts as required, and
says so. A person may change the levels; the list can be checked against other servers
(compatibility.py).
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from smtpdebugger.diagnosis.advice_arguments import parameter_owners
from smtpdebugger.diagnosis.code_program import HELLOS
from smtpdebugger.knowledge.tables import Knowledge
from smtpdebugger.protocol.command import Chunk, Command, MailData, SaslResponse
from smtpdebugger.protocol.reply import CHALLENGE
from smtpdebugger.session.exchange import Exchange
from smtpdebugger.session.session import Session
from smtpdebugger.session.visible import visible

Kind = Literal["command", "extension", "mechanism", "parameter", "size", "tls"]
Level = Literal["required", "optional"]

KINDS: tuple[Kind, ...] = ("tls", "command", "extension", "mechanism", "parameter", "size")
"""In the order people read them."""

_CORE = frozenset({"MAIL", "RCPT", "DATA"})
"""Without these there is no mail; a refusal is about what follows them."""

_ABOUT_PARAMETER = frozenset({501, 504, 552, 555})
_LARGEST = "The largest message it sent."
_DIGITS = 19
_NO_MESSAGE = "There is no message without it."
_GIVING_UP = frozenset({"QUIT", "RSET"})
_EVERYWHERE = frozenset({"QUIT", "RSET", "NOOP", "HELO", "HELP"})
_UNPROVEN = "It was never refused, so nothing shows that the program could do without."
_AHEAD = "It sent commands without waiting for the replies."
_UNASKED = "It used it though EHLO did not offer it: it does not look."
_CHOSEN = "It chose it from a list; nothing shows that no other would do."
_OFFERED = "EHLO offered it; mail goes without it, and nothing shows that this program would not."

_CONVENIENCES = frozenset(
    {"PIPELINING", "SIZE", "CHUNKING", "8BITMIME", "DSN", "PRDR", "MT-PRIORITY", "AUTH"}
)
"""Extensions whose parameters and commands a message can do without: in the same order, in another
transfer, or with less told about it. AUTH stands for the parameter of MAIL here."""

_SURENESS = {_OFFERED: 0, _CHOSEN: 0, _AHEAD: 0, _UNPROVEN: 1, _UNASKED: 2}
"""How much a reason tells; a refusal tells most."""

_REFUSED = 3


@dataclass(frozen=True, slots=True)
class Requirement:
    """One thing a program uses."""

    kind: Kind
    name: str
    """Verb, EHLO keyword, mechanism, parameter as ``BODY=8BITMIME``, octets, or ``TLS``."""
    level: Level = "required"
    reason: str = ""
    """Why this level, as a sentence."""
    exchange: int = 0
    """Where it was seen first; 0 where a person added it."""
    fallback: str = ""
    """What the program did instead when it was refused."""

    @property
    def title(self) -> str:
        """Its name as people say it."""
        if self.kind == "size" and self.name.isdecimal():
            return f"messages of {int(self.name):,} octets"
        return "TLS from the first octet" if self.kind == "tls" else self.name

    @property
    def identity(self) -> tuple[str, str]:
        """Two requirements of one identity are the same."""
        return (self.kind, "" if self.kind == "size" else self.name)


@dataclass(frozen=True, slots=True)
class Profile:
    """The requirements of one program."""

    title: str = ""
    requirements: tuple[Requirement, ...] = ()

    def get(self, kind: Kind, name: str) -> Requirement | None:
        """The requirement of this identity, or None."""
        wanted = Requirement(kind, name).identity
        return next((each for each in self.requirements if each.identity == wanted), None)

    def adding(self, wanted: Requirement) -> "Profile":
        """The same with one more; another of its identity gives way to it."""
        others = (each for each in self.requirements if each.identity != wanted.identity)
        ordered = sorted((*others, wanted), key=lambda each: KINDS.index(each.kind))
        return replace(self, requirements=tuple(ordered))

    def without(self, unwanted: Requirement) -> "Profile":
        """The same without one."""
        left = tuple(each for each in self.requirements if each.identity != unwanted.identity)
        return replace(self, requirements=left)

    def with_level(self, kind: Kind, name: str, level: Level) -> "Profile":
        """The same with one level changed by a person."""
        wanted = Requirement(kind, name).identity
        changed = tuple(
            replace(each, level=level, reason="Set by hand.") if each.identity == wanted else each
            for each in self.requirements
        )
        return replace(self, requirements=changed)


def derive(session: Session, knowledge: Knowledge, title: str = "") -> Profile:
    """What the client of a session used. Never raises."""
    *_, profile = derive_slices(session, knowledge, title, len(session.exchanges) + 1)
    return profile or Profile(title)


def derive_slices(
    session: Session, knowledge: Knowledge, title: str, at_once: int
) -> Iterator[Profile | None]:
    """The same in slices of so many exchanges: None after each, and the profile at the end."""
    found: dict[tuple[str, str], Requirement] = {}
    previous: Exchange | None = None
    chunked = 0
    for count, exchange in enumerate(session.exchanges, 1):
        for used in _used(session, exchange, knowledge):
            _merge(found, used)
        if _was_sent_ahead(previous, exchange):
            _merge(found, _sent_ahead(exchange))
        chunked = _chunked(chunked, exchange)
        if chunked:
            _merge(found, Requirement("size", str(chunked), "required", _LARGEST, exchange.number))
        previous = exchange
        if count % at_once == 0:
            yield None
    ordered = sorted(found.values(), key=lambda each: (KINDS.index(each.kind), each.exchange))
    yield Profile(title or session.header.title, tuple(ordered))


def _merge(found: dict[tuple[str, str], Requirement], used: Requirement) -> None:
    known = found.get(used.identity)
    if known is None:
        found[used.identity] = used
    elif used.kind == "size":
        found[used.identity] = max(known, used, key=lambda each: int(each.name))
    elif (_sureness(used), used.level == "optional") > (
        _sureness(known),
        known.level == "optional",
    ):
        # A refusal tells more than a success, and going on once shows that it can be done.
        found[used.identity] = replace(used, exchange=known.exchange)


def _sureness(each: Requirement) -> int:
    return _SURENESS.get(each.reason, _REFUSED)


def _sent_ahead(exchange: Exchange) -> Requirement:
    if exchange.before.offers("PIPELINING"):
        return Requirement("extension", "PIPELINING", "optional", _OFFERED, exchange.number)
    return Requirement("extension", "PIPELINING", "required", _AHEAD, exchange.number)


def _chunked(before: int, exchange: Exchange) -> int:
    """The octets of the message so far, where it is sent in chunks (RFC 3030 section 2)."""
    unit = exchange.unit
    if isinstance(unit, Chunk):
        return before
    if not isinstance(unit, Command) or unit.verb != "BDAT":
        return 0
    size = unit.argument.partition(" ")[0]
    return before + (int(size) if size.isdecimal() and len(size) < _DIGITS else 0)


def _used(session: Session, exchange: Exchange, knowledge: Knowledge) -> Iterator[Requirement]:
    unit, number = exchange.unit, exchange.number
    if isinstance(unit, MailData):
        yield Requirement("size", str(unit.length), "required", _LARGEST, number)
    if not isinstance(unit, Command) or not unit.verb.isprintable() or not unit.verb:
        return
    if exchange.before.tls and exchange.before.before_tls is None and unit.verb in HELLOS:
        told = "It spoke TLS from the first octet."
        yield Requirement("tls", "TLS", "required", told, number)
    level, reason, fallback = _level(session, exchange)
    if unit.verb in _CORE:
        yield Requirement("command", unit.verb, "required", _NO_MESSAGE, number)
        if level == "optional" and exchange.code not in _ABOUT_PARAMETER:
            level, reason, fallback = "required", _UNPROVEN, ""
    for kind, name, keyword in _names(unit, knowledge):
        wanted = Requirement(kind, visible(name, 60), level, reason, number, fallback)
        if fallback.startswith("AUTH") and unit.verb == "AUTH" and kind != "mechanism":
            # It did without this mechanism, not without a login.
            wanted = Requirement(kind, wanted.name, "required", _UNPROVEN, number)
        yield _weighed(wanted, keyword, exchange) if wanted.reason == _UNPROVEN else wanted


def _weighed(wanted: Requirement, keyword: str, exchange: Exchange) -> Requirement:
    """What was never refused, in the light of what EHLO had offered."""
    offers = exchange.before.capabilities
    if not keyword or offers is None:
        return wanted
    if keyword not in offers:
        return replace(wanted, reason=_UNASKED)
    if wanted.kind == "mechanism" and len(offers.auth_mechanisms) > 1:
        return replace(wanted, level="optional", reason=_CHOSEN)
    is_about_login = exchange.verb == "AUTH"
    if keyword in _CONVENIENCES and not is_about_login and not wanted.name.startswith("BODY=BIN"):
        return replace(wanted, level="optional", reason=_OFFERED)
    return wanted


def _names(unit: Command, knowledge: Knowledge) -> Iterator[tuple[Kind, str, str]]:
    """Kind and name of what a command uses, with the EHLO keyword it hangs on; empty for none."""
    record = knowledge.verb(unit.verb)
    is_extension = record is not None and record.status == "extension" and unit.verb != "LHLO"
    keyword = record.keyword if record is not None and is_extension else ""
    if unit.verb not in _EVERYWHERE | _CORE:
        yield "command", unit.verb, keyword
    if keyword:
        yield "extension", keyword, keyword
    if unit.verb == "AUTH" and unit.argument:
        yield "mechanism", unit.argument.split(" ")[0].upper(), "AUTH"
    owners = parameter_owners(unit.verb, knowledge) if unit.parameters else {}
    for name, value in unit.parameters.items():
        # A size or an address is this message's own matter; a choice among few is not.
        told = f"{name}={value.upper()}" if name in {"BODY", "RET"} and value else name
        exact = [key for key, text in owners.get(name, []) if text.upper() == told]
        keywords = exact or [key for key, _ in owners.get(name, [])[:1]]
        yield "parameter", told, keywords[0] if keywords else ""
        for each in keywords:
            yield "extension", each, each


def _was_sent_ahead(previous: Exchange | None, exchange: Exchange) -> bool:
    """Whether a command was sent before the reply to the last one had come."""
    if previous is None or previous.unit is None or exchange.unit is None:
        return False
    return (previous.replied_at or 0) > (exchange.sent_at or 0)


def _level(session: Session, exchange: Exchange) -> tuple[Level, str, str]:
    decided = _outcome(session, exchange)
    if decided.reply is None or decided.reply.is_positive:
        return "required", _UNPROVEN, ""
    following = _next_command(session, decided)
    number = decided.number
    if following is None:
        return "required", f"It stopped when it was refused in exchange {number}.", ""
    if following.verb in _GIVING_UP:
        after = _next_command(session, following)
        if following.verb == "QUIT" or after is None:
            return "required", f"It gave up when it was refused in exchange {number}.", ""
        following = after
    if following.verb == exchange.verb and _form(following) == _form(exchange):
        # It tried the same again: how that ended decides.
        return "required", _UNPROVEN, ""
    instead = _form(following) if following.verb == exchange.verb else _name(following)
    return "optional", f"It went on when it was refused in exchange {number}.", instead


def _name(following: Exchange) -> str:
    """What it went on with, without the names of people, which are nobody's business elsewhere."""
    unit = following.unit
    if not isinstance(unit, Command) or not unit.verb.isprintable():
        return "other data"
    name = f" {unit.argument.split(' ')[0].upper()}" if unit.verb == "AUTH" else ""
    return visible((unit.verb + name).rstrip(), 60)


def _form(exchange: Exchange) -> str:
    """The same with the names of its parameters, to be told from another try of the command."""
    unit = exchange.unit
    if not isinstance(unit, Command) or unit.verb not in _CORE:
        return _name(exchange)
    names = ", ".join(unit.parameters)
    return visible(f"{unit.verb} with {names}" if names else f"{unit.verb} without parameters", 60)


def _outcome(session: Session, exchange: Exchange) -> Exchange:
    """The exchange that decided; of a login the one with its last SASL response."""
    number = exchange.number + 1
    while exchange.code == CHALLENGE and number <= len(session.exchanges):
        answer = session.exchange(number)
        if not isinstance(answer.unit, SaslResponse):
            break
        exchange, number = answer, number + 1
    return exchange


def _next_command(session: Session, exchange: Exchange) -> Exchange | None:
    """The next thing the client sent in the same connection."""
    for number in range(exchange.number + 1, len(session.exchanges) + 1):
        following = session.exchange(number)
        if following.is_greeting:
            return None
        if following.unit is not None:
            return following
    return None
