"""Evidence from earlier in the connection: what worked, what was refused, how often."""

import re
from collections.abc import Iterator

from smtpdebugger.diagnosis.case import Case
from smtpdebugger.diagnosis.observation import Observation
from smtpdebugger.diagnosis.past import Past
from smtpdebugger.diagnosis.quoted import OF_COMMANDS
from smtpdebugger.diagnosis.server import CERTAIN, supposed
from smtpdebugger.knowledge.tables import Knowledge
from smtpdebugger.protocol.command import Command, MailData, SaslResponse
from smtpdebugger.protocol.state import END_OF_DATA, GREETING, State
from smtpdebugger.session.exchange import UNSOLICITED, Exchange

ALIKE = 3
"""So many verbs with the same refusal make a server that refuses everything."""

SEVERAL_ERRORS = 3
FEW_ERRORS = 3
_ERRORS = "too-many-errors"
MOST_COUNTED = 60

LONG = 5_000_000
"""Microseconds of silence after which a server's own words may be about the silence."""

STILL_OPEN = 0.5
"""How much a limit of errors means where the connection was not seen to close."""

UNSENT = 0.4
"""How much of the suspicion is left where BDAT was refused and none of its octets were sent."""

QUOTED = 0.4
"""What is left of a greeting's weight where it may be the reply to a command nobody shows."""

_DOMAIN = re.compile(r"@([A-Za-z0-9.-]+)>")
_OF_GREETINGS = frozenset({"access-denied-client", "policy"})
_POLICY = "policy"
_GREETING_CODES = frozenset({521, 554})
"""Refusals to connecting (RFC 5321 section 3.1, RFC 7504)."""

_CONNECTING = "connect"
_NO_MAIL = "no-mail-domain"
"""The one matter of a rule that a greeting tells (RFC 7504)."""

_ABOUT_MAIL_WORDS = re.compile(r"(?i)\b(user|account|recipient|sender|mailbox|transaction)s?\b")
_ABOUT_MAIL = frozenset({1, 2, 6})
"""Subjects of enhanced codes for addresses, mailboxes and messages (RFC 3463 section 3)."""

_LAST_LINE = "."
_CANCEL = "*"
"""What ends a login half-way (RFC 4954 section 4)."""

_PAYLOADS = frozenset({"DATA", "BDAT"})
_REAL = frozenset({"standard", "extension"})
MOST_AFTER_DATA = 8
"""So many lines behind mail data may be what was left of it."""

SERVICE_CLOSING = 421
"""What ends a session on the server's part (RFC 5321 section 3.8)."""

_NOT_A_COMMAND = frozenset({500, 502})
_MAYBE_NOT_A_COMMAND = frozenset({504, 550, 554})
_OF_THE_NAME = re.compile(r"(?i)\brejected|\bhost ?name|\bhelo\b|\bdomain|<|\bresol|\baddress")
"""Words with which the name in EHLO was refused, and not EHLO."""


def same_verb(case: Case) -> Iterator[Observation]:
    """The verb worked earlier in this connection."""
    if not case.verb or case.command is None:
        return
    worked = case.last_accepted(case.verb)
    if worked is not None:
        yield Observation("worked-earlier", worked.number)


def refused_ehlo(case: Case) -> Iterator[Observation]:
    """A server that does not know EHLO, or not even HELO."""
    if case.verb == "HELO" and case.says_unknown and not case.last_accepted("EHLO", "HELO"):
        yield Observation("helo-not-known")
    if case.verb == "EHLO" and case.code in {500, 502} and not case.last_accepted("EHLO"):
        if case.is_alone or (case.command is not None and case.command.argument):
            yield Observation("ehlo-not-known")
            if case.command is not None and case.reply.enhanced_status is not None:
                enhanced = str(case.reply.enhanced_status)
                yield Observation("modern-refusal", values={"enhanced": enhanced})
        return
    refused = case.last_refused("EHLO")
    if refused is None or not _is_no_command(refused) or case.last_accepted("EHLO"):
        return
    if case.verb and case.verb != "HELO":
        yield Observation("ehlo-refused", refused.number)


def _is_no_command(refused: Exchange) -> bool:
    """Whether EHLO was refused as a command that the server does not have."""
    if refused.code in _MAYBE_NOT_A_COMMAND and refused.reply is not None:
        return _OF_THE_NAME.search(refused.reply.plain_text) is None
    return refused.code in _NOT_A_COMMAND


def same_refusal(case: Case) -> Iterator[Observation]:
    """The same words to many different verbs."""
    found = case.past.derived(_by_words).get((case.code, case.text), ())
    alike = [each for each in found if each.number < case.number]
    standard = {each.verb for each in (*alike, case.exchange)} & case.knowledge.derived(_real_verbs)
    if len(standard) >= ALIKE:
        values = {"count": len(standard)}
        yield Observation("refuses-everything", alike[0].number, values=values)


def _by_words(past: Past) -> dict[tuple[int | None, str], list[Exchange]]:
    """The first answers of a connection, by reply code and words."""
    found: dict[tuple[int | None, str], list[Exchange]] = {}
    for each in past.first_answers:
        if each.reply is not None and not each.is_greeting:
            text = each.reply.plain_text.replace("\n", " ").strip()
            found.setdefault((each.code, text), []).append(each)
    return found


def greeting(case: Case) -> Iterator[Observation]:
    """A greeting that was a refusal: everything after it follows from it."""
    if case.exchange.verb == GREETING:
        if case.code >= 500 and not case.is_alone:
            yield Observation("greeting-is-refusal")
        elif case.code >= 500 and (strength := _of_greeting(case)):
            values = {"code": case.code}
            yield Observation("may-be-greeting", values=values, strength=strength)
        return
    first = case.greeting
    if first is None or first.reply is None or not first.reply.is_negative:
        return
    transient = (first.code or 0) < 500
    rule = "greeting-refused-for-now" if transient else "greeting-refused"
    yield Observation(rule, first.number, values={"text": first.reply.text[:80]})


def _of_greeting(case: Case) -> float:
    """How likely a refusal that stands alone is a greeting: with a clear word for something else,
    or a code that greetings do not have, the command is only missing from the trace."""
    rule = case.words
    if case.verb or (case.code in OF_COMMANDS and (rule is None or rule.vague)):
        return 0.0
    if rule is not None and rule.cause not in _OF_GREETINGS:
        return QUOTED if rule.vague else 0.0
    is_policy = rule is not None and rule.cause == _POLICY
    may_be_greeting = case.code in _GREETING_CODES
    if rule is not None and rule.matter == _NO_MAIL:
        return 1.0
    if is_policy and rule is not None and (rule.matter or not may_be_greeting):
        return QUOTED / 4
    if rule is None and _is_of_command(case):
        return QUOTED / 4
    return 1.0 if may_be_greeting and not is_policy else QUOTED


def _is_of_command(case: Case) -> bool:
    """Whether the codes are about an address, a mailbox or a message, or of a command's own."""
    if _ABOUT_MAIL_WORDS.search(case.text):
        return True
    status, record = case.reply.enhanced_status, case.knowledge.code(case.code)
    given_for = record.given_for if record else ()
    is_about_mail = status is not None and status.subject in _ABOUT_MAIL
    return is_about_mail or bool(given_for and _CONNECTING not in given_for)


def errors(case: Case) -> Iterator[Observation]:
    """How many refusals this connection has seen."""
    start = max(case.first, case.number - MOST_COUNTED)
    codes = case.session.columns.codes[start - 1 : case.number]
    count = sum(400 <= code < 600 for code in codes)
    values: dict[str, object] = {"count": count}
    server = case.knowledge.server(case.server.id)
    limit = server.error_limit.count if server and server.error_limit else 0
    if limit and count > limit:
        if case.server.confidence < CERTAIN:
            values["server"] = supposed(case.server.name, case.server.confidence)
        strength = 1.0 if case.is_closed else STILL_OPEN
        yield Observation("many-errors", values={**values, "limit": limit}, strength=strength)
    elif count >= SEVERAL_ERRORS and case.is_closed:
        yield Observation("several-errors", values=values)
    elif count <= FEW_ERRORS and not case.is_closed and not _limits_sending(case):
        yield Observation("few-errors", values=values)


def _limits_sending(case: Case) -> bool:
    """Whether the words tell of a limit on what is sent, which no error in a connection reaches."""
    return case.words is not None and case.words.cause == _ERRORS and case.words.matter == "rate"


def ended(case: Case) -> Iterator[Observation]:
    """Whether QUIT had ended the session, or refused logins are about to."""
    if case.command is not None and case.state is State.CLOSED:
        bye = case.last_accepted("QUIT")
        if bye is not None:
            yield Observation("session-ended", bye.number)
    if case.verb == "AUTH" and case.code == SERVICE_CLOSING:
        refused = case.last_refused("AUTH")
        if refused is not None:
            yield Observation("login-refused-before", refused.number)


def help_list(case: Case) -> Iterator[Observation]:
    """Whether HELP named the verb."""
    helped = case.last_accepted("HELP")
    if helped is None or not case.before.helped or not case.verb:
        return
    if case.verb in case.before.helped:
        yield Observation("help-names-verb", helped.number)
    elif len(case.before.helped) >= 4:
        yield Observation("help-lacks-verb", helped.number)


def leftovers(case: Case) -> Iterator[Observation]:
    """Content or credentials that were sent on after a refusal, and are read as commands."""
    if isinstance(case.exchange.unit, SaslResponse):
        refused = case.last_refused("AUTH")
        previous = case.previous
        if refused is not None and previous is not None and not _asked(previous):
            yield Observation("login-continued", refused.number)
        return
    if case.is_command or case.command is None:
        return
    refused = _refused_payload(case)
    if refused is not None:
        yield Observation(
            "data-refused-before",
            refused.number,
            values={"cause_verb": refused.verb},
            strength=UNSENT if refused.verb == "BDAT" and refused.chunk is None else 1.0,
        )
        return
    ended = _payload_before(case)
    if ended is not None:
        yield Observation("data-ended-before", ended.number)
    elif case.verb == _LAST_LINE:
        yield Observation("lone-dot")
    elif case.verb == _CANCEL and (login := case.last_refused("AUTH")) is not None:
        yield Observation("login-continued", login.number)


def served_domain(case: Case) -> Iterator[Observation]:
    """Whether the recipient's domain is one that this server takes mail for."""
    domain = _recipient_domain(case.exchange)
    if not domain:
        return
    codes = case.session.columns.codes
    for number in case.latest("RCPT"):
        if 400 <= codes[number - 1] < 600:
            continue
        accepted = case.session.exchange(number)
        if accepted.reply is not None and _recipient_domain(accepted) == domain:
            yield Observation("domain-served", accepted.number, values={"domain": domain})
            return
    greeting = case.greeting
    if greeting is None or greeting.reply is None:
        return
    name = greeting.reply.text.lower().partition(" ")[0]
    if name == domain or name.endswith(f".{domain}"):
        yield Observation("domain-of-server", greeting.number, values={"domain": domain})


def silence(case: Case) -> Iterator[Observation]:
    """A server that speaks without having been asked, long after the last exchange."""
    previous = case.previous
    if case.exchange.verb != UNSOLICITED or previous is None:
        return
    last, now = previous.replied_at, case.exchange.replied_at
    if last is None or now is None or now - last < LONG:
        return
    yield Observation("silence", values={"seconds": (now - last) // 1_000_000})


def _recipient_domain(exchange: Exchange) -> str:
    unit = exchange.unit
    if not isinstance(unit, Command) or unit.verb != "RCPT":
        return ""
    found = _DOMAIN.search(unit.argument)
    return found[1].lower() if found else ""


def _asked(exchange: Exchange) -> bool:
    return exchange.code == 334


def _refused_payload(case: Case) -> Exchange | None:
    """A refused DATA or BDAT since which no real command came."""
    session, real = case.session, case.knowledge.derived(_real_verbs)
    for number in range(case.number - 1, max(case.first, case.number - MOST_COUNTED) - 1, -1):
        verb = session.verb(number)
        if verb in _PAYLOADS:
            exchange = session.exchange(number)
            return exchange if exchange.is_negative else None
        if verb in real:
            return None
    return None


def _payload_before(case: Case) -> Exchange | None:
    """Mail data that ended just before a line which is no verb."""
    session, real = case.session, case.knowledge.derived(_real_verbs)
    for number in range(case.number - 1, max(case.first, case.number - MOST_AFTER_DATA) - 1, -1):
        # Most are told apart by their verb, which is there without the exchange.
        verb = session.verb(number)
        if verb == END_OF_DATA and isinstance(session.exchange(number).unit, MailData):
            return session.exchange(number)
        if verb in real:
            return None
    return None


def _real_verbs(knowledge: Knowledge) -> frozenset[str]:
    """The commands of SMTP as it is today."""
    verbs = knowledge.verbs.values()
    return frozenset(each.verb for each in verbs if each.status in _REAL)
