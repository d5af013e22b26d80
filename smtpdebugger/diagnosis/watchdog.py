"""The watchdog: every finding of a session, in order, each anchored to exchange and octets.

It follows a session as it grows: ``advance`` looks at the exchanges that have settled since the
last call, so a live session and a file of a million events are watched in the same way. What it
remembers does not grow with the session; of one rule it keeps ``MOST`` findings for a connection
and counts the rest. Far into a long session it does not read what its columns show to be in order:
one printable line each way, accepted, in time and in turn.
"""

import re
from collections.abc import Iterator

from smtpdebugger.diagnosis import watch_framing as framing
from smtpdebugger.diagnosis import watch_name as name
from smtpdebugger.diagnosis import watch_offers as offers
from smtpdebugger.diagnosis import watch_order as order
from smtpdebugger.diagnosis.model import Finding
from smtpdebugger.diagnosis.sighting import Sighting, Watch
from smtpdebugger.knowledge.tables import Knowledge
from smtpdebugger.protocol.command import Command, MailData, SaslResponse
from smtpdebugger.protocol.reply import Reply
from smtpdebugger.protocol.state import END_OF_DATA, State
from smtpdebugger.session.columns import DEFECTS, MATCHED, PLAIN
from smtpdebugger.session.exchange import Exchange
from smtpdebugger.session.one_sided import is_one_sided
from smtpdebugger.session.session import Session

MOST = 100
"""Findings of one rule that are kept for each connection."""

THOROUGH = 5_000
"""So many exchanges of a session are read in full, whatever its columns say."""

AT_ONCE = 1024
"""So many exchanges are looked through by their columns at a time."""

_NAMES = re.compile(r"\{([a-z_]+)\}")
_DIGITS = {2: b"2", 4: b"4", 5: b"5"}
_READY = 220
_USUAL = {
    "MAIL": 250, "RCPT": 250, "DATA": 354, END_OF_DATA: 250, "RSET": 250, "NOOP": 250, "QUIT": 221,
}  # fmt: skip
_PLAINLY_REFUSED = frozenset({*_USUAL, "VRFY", "EXPN"})
_TELLING = frozenset({*order.ONLY_FOR, *offers.NOT_THERE, *offers.REFUSED_PARAMETER})
"""Codes of refusals that may tell more than that something was refused."""
_HELLOS = frozenset({"EHLO", "LHLO"})
_EVERYWHERE = frozenset({"DATA", "RSET", "NOOP", "QUIT", "VRFY", "MAIL", "RCPT"})
_WITH_PARAMETERS = frozenset({"MAIL", "RCPT"})


class Watchdog:
    """Watches one session."""

    def __init__(self, session: Session, knowledge: Knowledge) -> None:
        self.findings: list[Finding] = []
        self.left_out = 0
        """Findings beyond ``MOST`` of their rule in a connection."""
        self._session = session
        self._knowledge = knowledge
        whole = range(1, len(session.exchanges) + 1)
        self._watch = Watch(knowledge, is_one_sided(session, whole))
        self._next = 1
        self._in_order = InOrder(session)

    @property
    def is_behind(self) -> bool:
        """Whether exchanges have settled that were not looked at yet."""
        return self._next < self._settled()

    def advance(self, most: int = 1_000_000_000) -> list[Finding]:
        """Look at up to ``most`` settled exchanges; the findings that are new. Never raises."""
        stop = min(self._settled(), self._next + most)
        known = len(self.findings)
        number = self._next
        while number < stop:
            number = self._look(number, stop)
        self._next = max(self._next, stop)
        return self.findings[known:]

    def _look(self, start: int, stop: int) -> int:
        """Look at exchanges from ``start`` on, while what was learnt of the server holds."""
        watch = self._watch
        offers = watch.offers
        is_deep = start > THOROUGH and watch.starttls is None
        # A client that connects again and again changes what is known at every fourth exchange.
        stop = min(stop, start + AT_ONCE)
        numbers = self._in_order.in_doubt(start, stop, watch) if is_deep else range(start, stop)
        for number in numbers:
            exchange = self._session.exchange(number)
            if watch.last is not None and watch.last.number != number - 1:
                watch.last = self._session.exchange(number - 1)
            for sighting in sightings(watch, exchange):
                self._keep(exchange, sighting)
            is_other = watch.starttls is not None or watch.offers is not offers
            if is_other if is_deep else number >= THOROUGH:
                return number + 1
        return stop

    def _settled(self) -> int:
        """The number behind the last exchange that will not change any more."""
        waiting = self._session.first_waiting
        return waiting if waiting is not None else len(self._session.exchanges) + 1

    def _keep(self, exchange: Exchange, sighting: Sighting) -> None:
        counts = self._watch.counts
        count = counts[sighting.rule] = counts.get(sighting.rule, 0) + 1
        if count > MOST:
            self.left_out += 1
            return
        found = finding_of(self._knowledge, exchange, sighting)
        if found is not None:
            self.findings.append(found)


class InOrder:
    """Tells by a session's columns alone which exchanges are plainly in order."""

    def __init__(self, session: Session) -> None:
        self._columns = session.columns
        self._usual: list[int] = []
        """By the id of a step: the code of an exchange that went as usual; else 0."""

    def in_doubt(self, start: int, stop: int, watch: Watch) -> Iterator[int]:
        """The numbers of those from ``start`` up to ``stop`` of which there may be more to say.

        One by one: what one of them tells of the server may put those behind it into doubt.
        """
        columns = self._columns
        self._usual += [_USUAL.get(step, 0) for step in columns.steps[len(self._usual) :]]
        usual, marks, times = self._usual, columns.marks, columns.times
        first, last = start - 1, stop - 1
        return (
            number
            for number, step, code, sent, reply, before in zip(
                range(start, stop),
                columns.verbs[first:last],
                columns.codes[first:last],
                columns.sent_rows[first:last],
                columns.reply_rows[first:last],
                columns.reply_rows[first - 1 : last - 1],
                strict=True,
            )
            if not (
                sent
                and reply
                and before
                and marks[sent - 1] & marks[reply - 1] & PLAIN
                and not (marks[sent - 1] | marks[reply - 1]) & DEFECTS
                and (
                    code == usual[step]
                    or (marks[reply - 1] & MATCHED and self._says_no_more(code, step, watch))
                )
                and times[before - 1] <= times[sent - 1]
                and times[reply - 1] - times[sent - 1] < order.SLOW_REPLY
            )
        )

    def _says_no_more(self, code: int, step: int, watch: Watch) -> bool:
        """Whether a refusal tells of the server no more than that it refused."""
        verb = self._columns.steps[step]
        if verb not in _PLAINLY_REFUSED:
            return False
        return code not in _TELLING or (code in offers.NOT_THERE and not offers.lists(watch, verb))


def all_findings(session: Session, knowledge: Knowledge) -> list[Finding]:
    """Every finding of a session as it stands."""
    return Watchdog(session, knowledge).advance()


def finding_of(knowledge: Knowledge, exchange: Exchange, sighting: Sighting) -> Finding | None:
    """A sighting in words; None where the tables do not hold its rule."""
    rule = knowledge.findings.get(sighting.rule)
    if rule is None:
        return None
    return Finding(
        rule=rule.id,
        severity=rule.severity,
        title=rule.title,
        sentence=_as_begun(exchange, _filled(rule.sentence, sighting)),
        exchange=exchange.number,
        side=sighting.side,
        start=sighting.start,
        stop=sighting.stop or _length(exchange, sighting),
        advice=_filled(rule.advice, sighting),
        standard=rule.standard,
        reference=rule.reference,
    )


def _as_begun(exchange: Exchange, text: str) -> str:
    """A sentence with LHLO for EHLO where LMTP was begun (RFC 2033 section 4.1)."""
    return text.replace("EHLO (", "LHLO (") if exchange.before.lmtp else text


def _filled(text: str, sighting: Sighting) -> str:
    values = sighting.values
    told = _NAMES.sub(lambda match: str(values.get(match[1], match[0])), text)
    return told[:1].upper() + told[1:]


def _length(exchange: Exchange, sighting: Sighting) -> int:
    if sighting.side == "server":
        return 0 if exchange.reply is None else len(exchange.reply.octets)
    unit = exchange.unit
    if isinstance(unit, Command | SaslResponse):
        return len(unit.octets)
    return 0 if unit is None else unit.length


def sightings(watch: Watch, exchange: Exchange) -> list[Sighting]:
    """Everything that is to be said of one settled exchange, the exchanges before it known.

    Nearly all exchanges are in order, and a session may hold a million: each part is entered only
    where a cheap look at the exchange says that it may have something to tell.
    """
    before, reply = exchange.before, exchange.reply
    if before.connected_at != watch.connected_at or (exchange.is_greeting and watch.is_greeted):
        watch.begin(exchange)
    code = None if reply is None else reply.code
    found: list[Sighting] = []
    if exchange.unit is None:
        found += _unasked(watch, exchange)
    else:
        _order(watch, exchange, code, found)
        _client(watch, exchange, found)
    if reply is not None:
        _server(watch, exchange, reply, code or 0, found)
        if exchange.verb not in watch.answers:
            found += name.greeting_of_another(watch, exchange)
    if exchange.is_greeting:
        watch.is_greeted = True
    elif before.tls:
        watch.starttls = None
    elif code == _READY and exchange.verb == "STARTTLS":
        watch.starttls = exchange
    watch.last = exchange
    return found


def _unasked(watch: Watch, exchange: Exchange) -> Iterator[Sighting]:
    if exchange.is_greeting:
        return order.greeting(watch, exchange)
    return order.unsolicited(watch, exchange)


def _order(watch: Watch, exchange: Exchange, code: int | None, found: list[Sighting]) -> None:
    sent, replied = exchange.sent_at, exchange.replied_at
    last = None if watch.last is None else watch.last.replied_at
    if watch.starttls is not None:
        found += order.after_starttls(watch, exchange)
    if sent is not None and last is not None and last > sent:
        found += order.no_waiting(watch, exchange)
    if code in order.ONLY_FOR:
        found += order.other_codes(watch, exchange)
    before = exchange.before
    if before.tls_version:
        found += order.old_tls(watch, exchange)
    if exchange.reply is None:
        found += order.unanswered(watch, exchange)
    if before.before_tls is not None and before.hello is State.GREETED:
        found += order.no_hello(watch, exchange)
    if sent is not None and replied is not None and replied - sent >= order.SLOW_REPLY:
        found += order.slowness(exchange)


def _client(watch: Watch, exchange: Exchange, found: list[Sighting]) -> None:
    unit = exchange.unit
    if isinstance(unit, MailData):
        found += framing.mail_data(watch, unit, exchange)
        found += offers.message_size(watch, unit)
        return
    if not isinstance(unit, Command | SaslResponse):
        return
    if unit.defects or len(unit.octets) > framing.MAX_LINE:
        found += framing.client_line(watch, unit)
    if isinstance(unit, SaslResponse):
        found += offers.response(watch, exchange, unit)
    elif unit.verb == "MAIL":
        found += offers.mail(watch, unit)
    elif unit.verb == "AUTH":
        found += offers.login(watch, exchange, unit)


def _server(
    watch: Watch, exchange: Exchange, reply: Reply, code: int, found: list[Sighting]
) -> None:
    lines, digit = reply.lines, code // 100
    if reply.defects:
        found += framing.reply_defects(watch, reply)
    if len(lines) > 1 or len(lines[0].octets) > framing.MAX_LINE:
        found += framing.long_reply_lines(reply)
    if digit in _DIGITS:
        text = lines[0].text
        if text[1:2] == b"." and text[:1] in b"245":
            if text[:1] != _DIGITS[digit]:
                found += framing.status_differs(exchange, reply)
        elif watch.offers is not None and "enhanced-missing" not in watch.told:
            found += framing.status_missing(watch, exchange, reply)
    if isinstance(exchange.unit, Command):
        _verb(watch, exchange, exchange.unit, digit, found)


def _verb(
    watch: Watch, exchange: Exchange, unit: Command, digit: int, found: list[Sighting]
) -> None:
    verb = unit.verb
    if verb in _HELLOS:
        if digit == 2:
            found += offers.ehlo_reply(watch, exchange)
        elif verb == "EHLO":
            found += offers.ehlo_refused(exchange)
        watch.told.add("EHLO")
    elif verb == "HELO":
        found += offers.only_helo(watch, exchange)
    elif digit in {4, 5}:
        found += offers.refused(watch, exchange)
    elif digit in {2, 3} and (verb not in _EVERYWHERE or (verb in _WITH_PARAMETERS)):
        found += offers.accepted(watch, exchange)
