"""Chains of commands: whether each step would be legal, offered, and not refused already."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from smtpdebugger.diagnosis.case import REQUIRED, Case
from smtpdebugger.diagnosis.grammar import (
    problem_of_address,
    problem_of_blanks,
    problem_of_line,
)
from smtpdebugger.diagnosis.manners import has_help, lacks, takes
from smtpdebugger.diagnosis.offers import keyword_of_parameter
from smtpdebugger.diagnosis.past import Past
from smtpdebugger.protocol.command import Command, SaslResponse, read_command
from smtpdebugger.protocol.ehlo import Capabilities
from smtpdebugger.protocol.reply import CHALLENGE
from smtpdebugger.protocol.state import STARTED_TLS, State, is_legal, next_state
from smtpdebugger.session.exchange import Exchange
from smtpdebugger.session.situation import Situation

_LISTED = frozenset({"VRFY", "EXPN", "TURN", "SEND", "SOML", "SAML"})
_CODES = {"DATA": 354, "STARTTLS": 220, "AUTH": 235}
_ABOUT_ARGUMENT = frozenset({501, 535, 550, 551, 552, 553, 554, 555})
_PERMANENT = 500
_CREDENTIALS_REFUSED = 535
_NOT_DECODABLE = 501
_ABOUT_ARGUMENTS = 501
"""Who finds fault with the arguments has read the verb (RFC 5321 section 4.2.4)."""

_ABOUT_ORDER = frozenset({503})
_OF_TRANSACTION = frozenset({"MAIL", "RCPT", "DATA", "BDAT"})
_BEFORE_TLS = frozenset({"EHLO", "HELO", "LHLO", "STARTTLS", "NOOP", "QUIT"})
"""What a server takes in clear that wants TLS before all else (RFC 3207 section 4)."""

_BEFORE_LOGIN = _BEFORE_TLS | {"AUTH", "RSET"}
"""What a server takes that wants a login before all else (RFC 4954 section 6)."""

_LONGEST = 510
"""Octets of a command line without its end (RFC 5321 section 4.5.3.1.4)."""

_MAY_BE_LONGER = frozenset({"MAIL", "RCPT", "AUTH"})
_PLACEHOLDER = re.compile(r"\{([a-z]+)\}")
_SAMPLES = {"address": "a@example.test", "mailbox": "a@example.test", "octets": "1"}
_Conditions = tuple[State | None, bool, bool, State]
_HELLO_STATES = {"EHLO": State.EHLO, "LHLO": State.EHLO, "HELO": State.HELO}


@dataclass(slots=True)
class _Walk:
    """Where a session would stand while a chain is followed."""

    state: State
    hello: State
    tls: bool
    authenticated: bool
    offers: Capabilities | None
    """None once nobody can know what the server offers."""
    utf8: bool = False
    """Whether the transaction was begun with SMTPUTF8."""


def is_possible(
    case: Case, lines: Sequence[str], stand: Situation, gates: Collection[str] = ()
) -> bool:
    """Whether a chain is legal from ``stand`` on, well formed, uses only what was offered, and
    holds nothing that this session has seen refused or the server is known to lack.

    ``gates`` are causes that stand before everything: tls-required-first, auth-required.
    """
    if not stand.is_open or stand.state is State.CLOSED:
        return False
    walk = _Walk(stand.state, stand.hello, stand.tls, stand.authenticated, stand.capabilities)
    for line in lines:
        command = _command(line)
        if not _is_legal(walk, command) or not _is_offered(case, walk, command):
            return False
        if not is_well_formed(line) or not _is_let_through(walk, command, gates):
            return False
        if not _is_readable(walk, line, command) or not takes(case, line):
            return False
        if lacks(case, command.verb) or is_refused(case, command, walk):
            return False
        _step(walk, command)
    return True


@lru_cache(maxsize=512)
def _command(line: str) -> Command:
    # The same few lines are proposed again and again.
    return read_command(line.encode() + b"\r\n")


@lru_cache(maxsize=512)
def is_well_formed(line: str) -> bool:
    """Whether the form of a line is that of the standard; placeholders count as filled in."""
    filled = _PLACEHOLDER.sub(lambda match: _SAMPLES.get(match[1], "example.test"), line)
    verb, _, argument = filled.partition(" ")
    verb = verb.upper()
    if len(filled.encode()) > _LONGEST and verb not in _MAY_BE_LONGER:
        return False
    return not (
        problem_of_blanks(filled.encode())
        or problem_of_line(verb, argument)
        or problem_of_address(verb, argument)
    )


def _is_let_through(walk: _Walk, command: Command, gates: Collection[str]) -> bool:
    if "tls-required-first" in gates and not walk.tls and command.verb not in _BEFORE_TLS:
        return False
    if "auth-required" in gates and not walk.authenticated:
        return command.verb in _BEFORE_LOGIN
    return True


def _is_readable(walk: _Walk, line: str, command: Command) -> bool:
    """Whether letters outside ASCII are announced (RFC 6531 sections 3.3 and 3.7.4)."""
    return line.isascii() or walk.utf8 or "SMTPUTF8" in command.parameters


def is_in_order(lines: Sequence[str], stand: Situation) -> bool:
    """Whether the states alone let a chain be sent from ``stand`` on."""
    if not stand.is_open or stand.state is State.CLOSED:
        return False
    walk = _Walk(stand.state, stand.hello, stand.tls, stand.authenticated, stand.capabilities)
    for line in lines:
        command = _command(line)
        if not _is_legal(walk, command):
            return False
        _step(walk, command)
    return True


@dataclass(slots=True)
class _Refusals:
    """What of one verb was refused for good since it was accepted last. Each is known with its
    conditions: TLS, a login, another hello or state may have lifted it by now."""

    lines: set[tuple[_Conditions, str]] = field(default_factory=set)
    logins: set[tuple[_Conditions, str]] = field(default_factory=set)
    """Mechanisms with which the credentials were refused."""
    mechanisms: dict[tuple[_Conditions, str], list[int]] = field(default_factory=dict)
    anything: dict[_Conditions, list[int]] = field(default_factory=dict)
    """Of refusals of the verb itself the numbers of the last exchanges."""


def is_refused(case: Case, command: Command, walk: _Walk | Situation) -> bool:
    """Whether this connection has seen this command refused for good, in the same conditions."""
    known = case.past.derived(_refusals, command.verb)
    now = _conditions(command.verb, walk)
    if (now, _compared(command)) in known.lines:
        return True
    numbers = known.anything.get(now, [])
    if command.verb == "AUTH":
        word = _first_word(command)
        if (now, word) in known.logins:
            return True
        numbers = known.mechanisms.get((now, word), [])
    # The diagnosed line itself: another form of the same verb is what may be proposed.
    return any(number != case.number for number in numbers)


def is_only_refusal(case: Case) -> bool:
    """Whether nothing but the diagnosed line itself was refused of its verb."""
    known = case.past.derived(_refusals, case.verb)
    lists = (*known.anything.values(), *known.mechanisms.values())
    return any(numbers == [case.number] for numbers in lists)


def _refusals(past: Past, verb: str) -> _Refusals:
    found = _Refusals()
    for number in past.latest(verb):
        code = past.session.code(number) or 0
        if 400 <= code < 500 or code in _ABOUT_ORDER or not past.session.is_answered(number):
            continue
        exchange = past.session.exchange(number)
        if not isinstance(exchange.unit, Command):
            continue
        outcome = _outcome(past, exchange)
        if outcome.reply is None or _was_given_up(outcome):
            continue
        if outcome.reply.is_positive:
            break
        code = outcome.code or 0
        if code >= _PERMANENT and code not in _ABOUT_ORDER:
            _add(found, outcome, exchange.unit, code)
    return found


def _add(found: _Refusals, outcome: Exchange, refused: Command, code: int) -> None:
    then = _conditions(outcome.verb, outcome.before)
    found.lines.add((then, _compared(refused)))
    if refused.verb == "AUTH":
        key = (then, _first_word(refused))
        if code == _CREDENTIALS_REFUSED:
            found.logins.add(key)
        found.mechanisms.setdefault(key, []).append(outcome.number)
    # Some servers call a malformed MAIL or RCPT an unknown command.
    elif code not in _ABOUT_ARGUMENT and (
        refused.verb not in REQUIRED or is_well_formed(refused.text.strip())
    ):
        found.anything.setdefault(then, []).append(outcome.number)


def _conditions(verb: str, at: _Walk | Situation) -> _Conditions:
    """In what a refusal may depend on where the session stood."""
    state = at.state if verb in _OF_TRANSACTION else None
    return state, at.tls, at.authenticated, at.hello


def _compared(command: Command) -> str:
    return command.text.strip().upper()


def _outcome(past: Past, exchange: Exchange) -> Exchange:
    """The exchange that decided: of a login the one with its last SASL response."""
    following = exchange.number + 1
    while exchange.code == CHALLENGE and following < past.span.stop:
        answer = past.session.exchange(following)
        if not isinstance(answer.unit, SaslResponse):
            break
        exchange, following = answer, following + 1
    return exchange


def _was_given_up(exchange: Exchange) -> bool:
    """Whether a login ended before anything of it was judged: given up, or not decodable."""
    unit = exchange.unit
    if not isinstance(unit, SaslResponse):
        return False
    return exchange.code == _NOT_DECODABLE or unit.octets.strip() in {b"*", b""}


def _first_word(command: Command) -> str:
    return command.argument.split(" ")[0].upper()


def _is_legal(walk: _Walk, command: Command) -> bool:
    if walk.state in {State.CONNECTED, State.DATA, State.AUTH}:
        return False
    return is_legal(command.verb, walk.state, tls=walk.tls, authenticated=walk.authenticated)


def _is_offered(case: Case, walk: _Walk, command: Command) -> bool:
    if command.verb == "HELP" and not has_help(case):
        return False
    record = case.knowledge.verb(command.verb)
    keyword = record.keyword if record is not None else ""
    if command.verb in _LISTED:
        is_there = command.verb == "VRFY" and walk.hello is State.HELO
        is_there = is_there or (command.verb == case.verb and case.code == _ABOUT_ARGUMENTS)
        keyword = "" if is_there else command.verb
    if keyword and command.verb not in {"EHLO", "HELO", "LHLO", "HELP"}:
        if walk.offers is None or keyword not in walk.offers:
            return False
        if command.verb == "AUTH" and (mechanism := _first_word(command)):
            listed = walk.offers.auth_mechanisms
            if listed and "{" not in mechanism and mechanism not in listed:
                return False
    return all(
        _is_parameter_offered(case, walk, name, value or "")
        for name, value in command.parameters.items()
    )


def _is_parameter_offered(case: Case, walk: _Walk, name: str, value: str) -> bool:
    if walk.offers is None:
        return False
    if name == "BODY":
        keyword = "BINARYMIME" if value.upper() == "BINARYMIME" else "8BITMIME"
    else:
        keyword = keyword_of_parameter(case, name)
    return keyword in walk.offers


def _step(walk: _Walk, command: Command) -> None:
    """Go on as if the command had been accepted."""
    verb = command.verb
    if verb == "MAIL":
        walk.utf8 = "SMTPUTF8" in command.parameters
    if verb in _HELLO_STATES:
        if walk.hello is not _HELLO_STATES[verb]:
            walk.offers = None
        walk.hello = _HELLO_STATES[verb]
    table_verb = verb
    if verb == "BDAT" and command.argument.upper().endswith("LAST"):
        table_verb = "BDAT LAST"
    walk.state = next_state(walk.state, table_verb, _CODES.get(verb, 250), walk.hello)
    if verb == "STARTTLS":
        walk.state = next_state(walk.state, STARTED_TLS, 220, walk.hello)
        walk.hello, walk.tls, walk.offers = State.GREETED, True, None
    elif verb == "AUTH":
        walk.authenticated = True
