"""A reply that somebody quotes without the command it answers: what its own words and code tell
of that command."""

import re

from smtpdebugger.knowledge.model import TextRule
from smtpdebugger.knowledge.tables import Knowledge
from smtpdebugger.protocol.status import EnhancedStatus

OF_COMMANDS = frozenset({500, 501, 502, 503, 504, 555})
"""Codes that answer a command, its form or its place, and greet nobody (RFC 5321 section 4.2.2)."""

_MAYBE = ("", "RCPT", "MAIL", "DATA")
"""Verbs that a reply without its command may have answered; the first stands for connecting."""

_BY_CODE: dict[int, tuple[str, ...]] = {
    432: (*_MAYBE, "AUTH"),
    454: (*_MAYBE, "AUTH", "STARTTLS"),
    500: ("", "MAIL", "RCPT"),
    501: ("MAIL", "RCPT", "EHLO", "AUTH", ""),
    502: ("", "MAIL", "RCPT", "VRFY"),
    503: ("", "MAIL", "RCPT", "DATA", "AUTH"),
    504: ("", "AUTH", "EHLO"),
    534: (*_MAYBE, "AUTH"),
    535: (*_MAYBE, "AUTH"),
    538: (*_MAYBE, "AUTH"),
    555: ("MAIL", "RCPT"),
}
"""The same for codes known by their verbs (RFC 5321 section 4.3.2, RFC 4954 section 4.7)."""

_NO = (
    r"(?:not|disabled|unavailable|un(?:implemented|known|supported|recogni[sz]ed)|refused|rejected"
    r"|denied|forbidden|prohibited|(?:turned|switched) off|used when)"
)
_NAMED = (
    re.compile(rf"\b([A-Z]{{4,9}})(?: command| verb)? (?:(?:is|was|has been|are) )?{_NO}\b"),
    re.compile(
        r"(?i:\b(?:implemented|recogni[sz]ed|supported|(?:un|dis)[a-z]{4,12}|unknown|invalid)"
        r"(?: command| verb)?(?: is)?:? ?[\"'`(\[]?)([A-Z]{4,9})\b"
    ),
    re.compile(r"(?i:\b(?:cannot|can't|no|not support|not do) )([A-Z]{4,9})\b"),
)
"""How replies name the verb they refuse: always in capitals, which sets it apart from prose."""

_OF_RECIPIENT = frozenset({(1, 1), (1, 2), (1, 3), (1, 6), (1, 10), (2, 1), (2, 2)})
"""Subjects and details of enhanced codes that are about the recipient (RFC 3463 3.2, 3.3)."""

_WORDS = frozenset({"DATA", "HELP", "MAIL", "QUIT", "SEND", "TURN"})
"""Verbs that are words as well: in a text all of capitals they name nothing."""


def verb_named(knowledge: Knowledge, text: str) -> str:
    """The verb that a reply says it refuses, empty where it names none that is known."""
    for pattern in _NAMED:
        for match in pattern.finditer(text):
            verb = match[1]
            if knowledge.verb(verb) and not (verb in _WORDS and text.isupper()):
                return verb
    return ""


def words_of_any(
    knowledge: Knowledge, text: str, code: int, status: EnhancedStatus | None = None
) -> TextRule | None:
    """The most telling rule of wording for whatever a reply may have answered."""
    verbs = _BY_CODE.get(code, _MAYBE)
    if status is not None and (status.subject, status.detail) in _OF_RECIPIENT:
        verbs = ("RCPT",)
    told = [knowledge.text_rule(text, verb, code) for verb in verbs]
    clear = [each for each in told if each is not None and not each.vague]
    rank = {id(rule): place for place, rule in enumerate(knowledge.rules)}
    return min(clear, key=lambda rule: rank[id(rule)], default=told[0])
