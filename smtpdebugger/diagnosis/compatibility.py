"""Compatibility: whether a server has what a program needs, by a session with that server.

Every requirement is met, missing or unknown, with the exchange that shows it and what the program
can do where it is missing. What was not tried stays unknown rather than guessed.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from smtpdebugger.diagnosis.advice_arguments import human_size, parameter_owners
from smtpdebugger.diagnosis.requirements import Profile, Requirement
from smtpdebugger.knowledge.model import Alternative
from smtpdebugger.knowledge.tables import Knowledge
from smtpdebugger.protocol.command import Command
from smtpdebugger.protocol.ehlo import Capabilities
from smtpdebugger.protocol.mechanisms import KNOWN
from smtpdebugger.session.exchange import Exchange
from smtpdebugger.session.session import Session

Verdict = Literal["met", "missing", "unknown"]

_REQUIRED = frozenset({"EHLO", "HELO", "MAIL", "RCPT", "DATA", "RSET", "NOOP", "QUIT"})
"""What every server must have (RFC 5321 4.5.1), VRFY aside, which may always answer 252."""

_READY = 220
_HELLOS = frozenset({"EHLO", "LHLO"})
_OTHER = {"LMTP": "SMTP", "SMTP": "LMTP"}
_ALWAYS_TAKEN = 65_536
"""Octets of a message that every server has to take (RFC 5321 section 4.5.3.1.7: 64K)."""

_NOT_THERE = frozenset({500, 502, 504, 521, 555})

_NO_EHLO = frozenset({500, 502})
"""What a server says that has never heard of EHLO, and so has no extensions (RFC 5321 2.2.1)."""

_USUAL = frozenset(
    {"greeted", "esmtp", "not-in-mail", "in-rcpt", "has-argument", "not-authenticated",
     "not-submission", "a-command", "permanent"}
)  # fmt: skip
"""Conditions on the moment that a program can bring about (see vocabulary.CONDITIONS)."""


@dataclass(frozen=True, slots=True)
class Checked:
    """One requirement against one server."""

    requirement: Requirement
    verdict: Verdict
    why: str
    """A sentence."""
    exchange: int = 0
    """Where the server's session shows it; 0 where it does not."""
    fallback: str = ""
    """What to do where it is missing or unknown."""


@dataclass(frozen=True, slots=True)
class Compatibility:
    """All requirements of a program against one server."""

    checked: tuple[Checked, ...]

    @property
    def is_compatible(self) -> bool:
        """Whether nothing that is required is missing; what is unknown may still be."""
        return not any(
            each.verdict == "missing" and each.requirement.level == "required"
            for each in self.checked
        )

    @property
    def summary(self) -> str:
        """One sentence."""
        missing = [each for each in self.checked if each.verdict == "missing"]
        # A verb, its extension and its parameter share a name.
        needed = dict.fromkeys(
            each.requirement.title for each in missing if each.requirement.level == "required"
        )
        unknown = sum(each.verdict == "unknown" for each in self.checked)
        if needed:
            return f"This server lacks what the program requires: {', '.join(needed)}."
        rest = f" {unknown} could not be told from this session." if unknown else ""
        if missing:
            names = ", ".join(dict.fromkeys(each.requirement.title for each in missing))
            return f"The program will work here, without {names}.{rest}"
        return f"Nothing that the program requires is missing here.{rest}"


def check(profile: Profile, session: Session, knowledge: Knowledge) -> Compatibility:
    """What a session shows of a server, held against a profile. Never raises."""
    seen = Sightings(session, knowledge)
    seen.advance(len(session.exchanges))
    return seen.check(profile)


class Sightings:
    """What one session shows of its server; as it goes on, in steps."""

    def __init__(self, session: Session, knowledge: Knowledge) -> None:
        self.knowledge = knowledge
        self._session = session
        self._taken = 0
        self.offers: list[tuple[int, Capabilities]] = []
        self.answers: dict[str, Exchange] = {}
        self.hellos: dict[str, int] = {}
        """The accepted EHLO and LHLO, by their verb."""
        self.ehlo_inside_tls = 0
        self.is_greeted = False
        self.tls_at_once = 0

    @property
    def is_behind(self) -> bool:
        """Whether there are answered exchanges that were not looked at."""
        return self._taken < self._answered

    def advance(self, most: int) -> None:
        """Look at so many exchanges more, where there are."""
        for number in range(self._taken + 1, min(self._taken + most, self._answered) + 1):
            self._take(self._session.exchange(number))
            self._taken = number

    def check(self, profile: Profile) -> Compatibility:
        """What was seen so far, held against a profile."""
        return Compatibility(tuple(_CHECKS[each.kind](self, each) for each in profile.requirements))

    @property
    def _answered(self) -> int:
        return (self._session.first_waiting or len(self._session.exchanges) + 1) - 1

    def _take(self, exchange: Exchange) -> None:
        reply, unit = exchange.reply, exchange.unit
        if reply is None:
            return
        if exchange.is_greeting:
            self.is_greeted = self.is_greeted or reply.is_positive
            if exchange.before.tls or exchange.after.tls:
                self.tls_at_once = exchange.number
        if not isinstance(unit, Command):
            return
        known = self.answers.get(unit.verb)
        # What worked once is there, whatever else was said of it.
        if known is None or known.is_negative:
            self.answers[unit.verb] = exchange
        if unit.verb in _HELLOS and reply.code == 250:
            self.hellos.setdefault(unit.verb, exchange.number)
            if exchange.before.tls:
                self.ehlo_inside_tls = exchange.number
        if unit.verb in _HELLOS and reply.code == 250 and exchange.after.capabilities:
            self.offers.append((exchange.number, exchange.after.capabilities))

    def offering(self, keyword: str) -> int:
        """The EHLO that offered a keyword, or 0."""
        return next((number for number, offers in self.offers if keyword in offers), 0)

    @property
    def is_encrypted(self) -> bool:
        """Whether the connection is inside TLS now."""
        return self._session.situation.tls

    @property
    def broken_tls(self) -> int:
        """The STARTTLS that the server agreed to, and after which there was no TLS; or 0."""
        begun, now = self.answers.get("STARTTLS"), self._session.situation
        is_over = begun is not None and begun.code == _READY and not (now.tls or now.is_open)
        return begun.number if begun is not None and is_over else 0

    @property
    def last_ehlo(self) -> int:
        """The last accepted EHLO, or 0."""
        return self.offers[-1][0] if self.offers else 0


def _command(seen: Sightings, wanted: Requirement) -> Checked:
    if wanted.name == "STARTTLS" and seen.broken_tls:
        return _keyword(seen, wanted, wanted.name)
    if wanted.name in _HELLOS and seen.hellos and wanted.name not in seen.hellos:
        (spoken, at), *_ = seen.hellos.items()
        protocol = "LMTP" if spoken == "LHLO" else "SMTP"
        why = f"The server speaks {protocol}: it took {spoken} in exchange {at}."
        return Checked(wanted, "missing", why, at, f"Use a port that speaks {_OTHER[protocol]}.")
    answer = seen.answers.get(wanted.name)
    if answer is not None and answer.code in _NOT_THERE:
        why = f"{wanted.name} was answered {answer.code} in exchange {answer.number}."
        return _missing(seen, wanted, why, answer.number)
    if answer is not None:
        why = f"{wanted.name} was answered {answer.code} in exchange {answer.number}."
        return Checked(wanted, "met", why, answer.number)
    if at := seen.offering(wanted.name):
        return Checked(wanted, "met", f"EHLO offers {wanted.name} in exchange {at}.", at)
    record = seen.knowledge.verb(wanted.name)
    keyword = record.keyword if record is not None else ""
    if keyword and wanted.name not in _HELLOS:
        return _keyword(seen, wanted, keyword)
    if wanted.name in _REQUIRED and seen.is_greeted:
        return Checked(wanted, "met", f"Every server must have {wanted.name} (RFC 5321 4.5.1).")
    return _unknown(seen, wanted, f"{wanted.name} was not tried in this session.")


def _extension(seen: Sightings, wanted: Requirement) -> Checked:
    return _keyword(seen, wanted, wanted.name)


def _keyword(seen: Sightings, wanted: Requirement, keyword: str) -> Checked:
    at = seen.offering(keyword)
    if keyword == "STARTTLS" and (broken := seen.broken_tls):
        why = f"It was agreed to in exchange {broken}, and the TLS handshake failed."
        return _missing(seen, wanted, why, broken)
    if at:
        return Checked(wanted, "met", f"EHLO offers {keyword} in exchange {at}.", at)
    refused = seen.answers.get("EHLO")
    if not seen.last_ehlo and refused is not None and refused.code in _NO_EHLO:
        why = f"EHLO was answered {refused.code} in exchange {refused.number}: no extensions."
        return _missing(seen, wanted, why, refused.number)
    if not seen.last_ehlo:
        return _unknown(seen, wanted, "There is no accepted EHLO in this session.")
    if keyword == "STARTTLS" and seen.tls_at_once:
        return Checked(wanted, "met", "The connection is encrypted from its first octet.", 1)
    why = f"EHLO does not offer {keyword} in exchange {seen.last_ehlo}."
    if keyword == "AUTH" and seen.offering("STARTTLS") and not seen.ehlo_inside_tls:
        return _unknown(seen, wanted, f"{why} It may after STARTTLS, which was not tried.")
    return _missing(seen, wanted, why, seen.last_ehlo)


def _mechanism(seen: Sightings, wanted: Requirement) -> Checked:
    for number, offers in seen.offers:
        if wanted.name in offers.auth_mechanisms:
            return Checked(wanted, "met", f"AUTH lists {wanted.name} in exchange {number}.", number)
    listed = [(number, each.auth_mechanisms) for number, each in seen.offers]
    found = next(((number, names) for number, names in reversed(listed) if names), None)
    if found is None:
        return _keyword(seen, wanted, "AUTH")
    number, names = found
    told = f"AUTH lists {', '.join(names[:6])} in exchange {number}, and not {wanted.name}."
    best = max(names, key=lambda name: KNOWN[name].strength if name in KNOWN else -1)
    return Checked(wanted, "missing", told, number, f"Log in with {best}.")


def _parameter(seen: Sightings, wanted: Requirement) -> Checked:
    name = wanted.name.partition("=")[0]
    for verb in ("MAIL", "RCPT"):
        owners = parameter_owners(verb, seen.knowledge).get(name, [])
        exact = [key for key, text in owners if text.upper() == wanted.name]
        keywords = exact or [key for key, _ in owners]
        for keyword in keywords[:1]:
            return _keyword(seen, wanted, keyword)
    return _unknown(seen, wanted, f"Nobody knows which extension {wanted.name} belongs to.")


def _size(seen: Sightings, wanted: Requirement) -> Checked:
    needed = int(wanted.name) if wanted.name.isdecimal() else 0
    limits = [(number, offers.size_limit) for number, offers in seen.offers if offers.size_limit]
    if not limits and 0 < needed <= _ALWAYS_TAKEN:
        told = f"Every server takes {human_size(needed)} (RFC 5321 4.5.3.1.7)."
        return Checked(wanted, "met" if seen.is_greeted else "unknown", told)
    if not limits:
        return _unknown(seen, wanted, "The server tells no limit in this session.")
    number, limit = limits[-1]
    told = f"The server takes {human_size(limit or 0)} (exchange {number})"
    if needed <= (limit or 0):
        return Checked(wanted, "met", f"{told}, enough for {human_size(needed)}.", number)
    why = f"{told}, and the program sends {human_size(needed)}."
    return Checked(wanted, "missing", why, number, "Send smaller messages, or pass files by links.")


def _tls(seen: Sightings, wanted: Requirement) -> Checked:
    if seen.tls_at_once:
        at = seen.tls_at_once
        return Checked(wanted, "met", "TLS was spoken from the first octet.", at)
    fallback = "Use STARTTLS on this port." if seen.offering("STARTTLS") else ""
    why = "This session was not encrypted from its first octet."
    return Checked(wanted, "unknown", why, 0, fallback or "Try port 465.")


def _missing(seen: Sightings, wanted: Requirement, why: str, at: int) -> Checked:
    return Checked(wanted, "missing", why, at, _fallback(seen, wanted))


def _unknown(seen: Sightings, wanted: Requirement, why: str) -> Checked:
    return Checked(wanted, "unknown", why, 0, _fallback(seen, wanted))


def _fallback(seen: Sightings, wanted: Requirement) -> str:
    """What the program did before, or what the tables know."""
    if wanted.fallback:
        return f"As before, go on with {wanted.fallback}."
    name = wanted.name.partition("=")[0]
    record = seen.knowledge.verb(name)
    keyword = {"mechanism": "AUTH", "command": record.keyword if record else ""}.get(
        wanted.kind, name
    )
    if keyword == "AUTH" and wanted.kind == "parameter":
        return "Leave AUTH out."
    if keyword == "AUTH" and (seen.ehlo_inside_tls or not seen.offering("STARTTLS")):
        return "Try the submission ports 587 and 465."
    if wanted.kind == "command" and record is not None and keyword != "AUTH":
        fitting = (each for each in record.alternatives if _fits(seen, each, name))
        if way := next(fitting, None):
            return f"{way.use}. {way.achieves}"
    extension = seen.knowledge.extension(keyword) if keyword else None
    if extension is not None and extension.if_missing:
        return extension.if_missing
    return f"Leave {wanted.name} out." if wanted.kind == "parameter" else ""


def _fits(seen: Sightings, way: Alternative, verb: str) -> bool:
    """Whether a way round a verb is open on this server at all, whatever the moment."""
    goes_round = not any(each.split(" ", 1)[0] == verb for each in way.commands)
    return goes_round and all(_holds(seen, each) for each in way.when)


def _holds(seen: Sightings, condition: str) -> bool:
    """Conditions on the server are looked up; of those on a moment the usual ones hold."""
    word, _, keyword = condition.partition(":")
    match word:
        case "tls" | "no-tls":
            return seen.is_encrypted is (word == "tls")
        case "offered" | "not-offered":
            return bool(seen.offering(keyword)) is (word == "offered")
        case _:
            return condition in _USUAL


_CHECKS: dict[str, Callable[[Sightings, Requirement], Checked]] = {
    "command": _command,
    "extension": _extension,
    "mechanism": _mechanism,
    "parameter": _parameter,
    "size": _size,
    "tls": _tls,
}
