"""Completion of command lines, from the state, the capabilities and what was said before.

Every candidate is a whole line. Pure functions, so that the widget only shows what they give.
"""

import re
from typing import TYPE_CHECKING, NamedTuple

from smtpdebugger.diagnosis.advice import keyword_of
from smtpdebugger.diagnosis.advice_arguments import PATH_WORDS, parameter_owners
from smtpdebugger.protocol.command import Command, read_command
from smtpdebugger.protocol.state import LEGAL
from smtpdebugger.session.events import Connected
from smtpdebugger.session.session import Session
from smtpdebugger.session.situation import Situation

if TYPE_CHECKING:
    from smtpdebugger.knowledge.tables import Knowledge

MAX_CANDIDATES = 12
_RECENT = 200
_USUAL = ("EHLO", "STARTTLS", "AUTH", "MAIL", "RCPT", "DATA", "VRFY", "NOOP", "QUIT")
"""The order of what is legal and offered alike."""
_LITERAL = r"[A-Z0-9][A-Z0-9,-]*"


class Names(NamedTuple):
    """What earlier commands of this session named."""

    client: str = "[127.0.0.1]"
    """Our own name for EHLO."""
    senders: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()


def names_of(session: Session) -> Names:
    """Our EHLO name and the mailboxes used, latest first."""
    client = ""
    senders: dict[str, None] = {}
    recipients: dict[str, None] = {}
    for exchange in reversed(session.exchanges[-_RECENT:]):
        unit = exchange.unit
        if not isinstance(unit, Command):
            continue
        if unit.verb in {"EHLO", "HELO", "LHLO"}:
            client = client or unit.argument
        elif unit.verb == "MAIL" and unit.path:
            senders[unit.path] = None
        elif unit.verb == "RCPT" and unit.path:
            recipients[unit.path] = None
    return Names(client or _own_address(session), tuple(senders), tuple(recipients))


def _own_address(session: Session) -> str:
    for event in session.events[:50]:
        if isinstance(event, Connected) and event.local:
            address = event.local.rpartition(":")[0].strip("[]")
            return f"[IPv6:{address}]" if ":" in address else f"[{address}]"
    return Names().client


def candidates(
    situation: Situation, line: str, knowledge: "Knowledge | None", names: Names
) -> list[str]:
    """Whole lines that ``line`` could become, most useful first; none is ``line`` itself."""
    if not line.strip():
        return []
    found = _verbs(situation, line, knowledge) if " " not in line else []
    command = read_command(line.encode("utf-8", "surrogateescape"))
    for tail in _arguments(situation, line, command, knowledge, names):
        found.append(tail)
    unique = dict.fromkeys(
        each for each in found if each.upper().startswith(line.upper()) and each != line
    )
    return list(unique)[:MAX_CANDIDATES]


def beginning(verb: str) -> str:
    """How a command line with this verb begins, ready to be typed on."""
    if verb in PATH_WORDS:
        return f"{verb} {PATH_WORDS[verb]}:<"
    return verb if verb in {"DATA", "RSET", "QUIT", "STARTTLS", "NOOP", "HELP"} else f"{verb} "


def _verbs(situation: Situation, line: str, knowledge: "Knowledge | None") -> list[str]:
    words = [verb for verb in LEGAL if verb.startswith(line.upper())]

    def rank(verb: str) -> tuple[int, int]:
        keyword = keyword_of(verb, knowledge)
        offered = not keyword or situation.offers(keyword)
        usual = _USUAL.index(verb) if verb in _USUAL else len(_USUAL)
        return 2 * (not situation.permits(verb)) + (not offered), usual

    return [beginning(verb) for verb in sorted(words, key=rank)]


def _arguments(
    situation: Situation, line: str, command: Command, knowledge: "Knowledge | None", names: Names
) -> list[str]:
    verb = command.verb
    if verb in {"EHLO", "HELO", "LHLO"}:
        return [f"{verb} {names.client}"]
    if verb == "AUTH" and situation.capabilities is not None:
        return [f"AUTH {each}" for each in situation.capabilities.auth_mechanisms]
    if verb in {"VRFY", "EXPN"}:
        return [f"{verb} {each}" for each in names.recipients]
    if verb == "HELP":
        return [f"HELP {each}" for each in sorted(situation.helped)]
    if verb not in PATH_WORDS:
        return []
    if ">" in command.argument:
        return _parameter_lines(situation, line, command, knowledge)
    start = beginning(verb)
    if verb == "RCPT":
        return [f"{start}{each}>" for each in names.recipients] or [start]
    return [*(f"{start}{each}>" for each in names.senders), f"{start}>"]


def _parameter_lines(
    situation: Situation, line: str, command: Command, knowledge: "Knowledge | None"
) -> list[str]:
    head, blank, typed = line.rpartition(" ")
    if not blank or ">" not in head:
        head, typed = line.rstrip(), ""
    if typed and not line.upper().endswith(typed.upper()):
        return []
    used = set(command.parameters) - {typed.partition("=")[0].upper()}
    return [
        f"{head} {text}"
        for name, owners in parameter_owners(command.verb, knowledge).items()
        if name not in used
        for keyword, written in owners
        if situation.offers(keyword)
        for text in _written(written)
    ]


def _written(text: str) -> list[str]:
    """``RET=FULL|HDRS`` gives both; ``SIZE=1*20DIGIT`` gives ``SIZE=`` to be typed on."""
    name, equals, values = text.partition("=")
    literal = [each for each in values.split("|") if re.fullmatch(_LITERAL, each)]
    if not equals or not literal or len(literal) < len(values.split("|")):
        return [f"{name}{equals}" if name.isascii() and " " not in name else name.split()[0]]
    return [f"{name}={each}" for each in literal]
