"""The keys of the filter language: what can stand before a colon, and behind it."""

import re
from collections.abc import Callable, Iterable
from typing import NamedTuple

from smtpdebugger.session.columns import (
    COMMAND,
    DEFECTS,
    EVENT,
    FAILURE,
    NEGATIVE,
    NO_CODE,
    REMARK,
    REPLY,
    TLS,
)
from smtpdebugger.session.filter_terms import (
    Beside,
    Both,
    Code,
    Finding,
    Kind,
    Marked,
    Numbers,
    Term,
    Text,
    Time,
    Unanswered,
    Verb,
    Wait,
)
from smtpdebugger.session.filter_words import FilterError, Word
from smtpdebugger.session.session import Session

_ALL = frozenset({EVENT, FAILURE, COMMAND, REPLY, REMARK})
_SIDES = {
    "server": Kind(frozenset({REPLY})),
    "client": Kind(frozenset({COMMAND})),
    "event": Kind(frozenset({EVENT, FAILURE, REMARK})),
}
_IS: dict[str, Term] = {
    "refused": Kind(frozenset({REPLY}), NEGATIVE),
    "failed": Kind(_ALL, NEGATIVE),
    "encrypted": Kind(_ALL, TLS),
    "clear": Kind(_ALL, TLS, is_set=False),
    "odd": Kind(_ALL, DEFECTS),
    "remark": Kind(frozenset({REMARK})),
    "marked": Marked(),
    "unsolicited": Both((Kind(frozenset({REPLY})), Verb("(unsolicited)"))),
    "unanswered": Unanswered(),
}
_FINDINGS = ("error", "warning", "note", "any")
_UNITS = {"us": 1, "µs": 1, "ms": 1000, "s": 1_000_000, "": 1_000_000, "m": 60_000_000}
_DURATION = re.compile(r"(\d+(?:\.\d+)?)(us|µs|ms|s|m|)", re.IGNORECASE)
_NUMBER = re.compile(r"(\d{1,9})(?:-(\d{1,9}))?")


def _code(word: Word) -> Term:
    value = word.value.lower()
    if value == "none":
        return Code(frozenset({NO_CODE}))
    if not re.fullmatch(r"[0-9x]{1,3}", value):
        raise _wrong(word, "A code is three digits, such as 502; x stands for any: 5xx.")
    pattern = re.compile(value.replace("x", "[0-9]").ljust(3, "."))
    return Code(frozenset(code for code in range(1000) if pattern.fullmatch(f"{code:03}")))


def _verb(word: Word) -> Term:
    return Verb(word.value.upper() if not word.value.startswith("(") else word.value)


def _side(word: Word) -> Term:
    return _choice(word, _SIDES)


def _is(word: Word) -> Term:
    return _choice(word, _IS)


def _choice(word: Word, among: dict[str, Kind] | dict[str, Term]) -> Term:
    found = among.get(word.value.lower())
    if found is None:
        raise _wrong(word, f"Behind “{word.key}:” can stand {_list(among)}.")
    return found


def _wait(word: Word) -> Term:
    at = _microseconds(word)
    if at is None:
        raise _wrong(word, "A time is a number and a unit, such as 2s, 500ms or 3m.")
    return Wait(at, word.key == "slower")


def _beside(word: Word) -> Term:
    at = _microseconds(word)
    if at is not None:
        return Time(at, word.key == "after")
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9-]*", word.value):
        raise _wrong(word, "Here stands a verb, such as STARTTLS, or a time, such as 12.5s.")
    return Beside(word.value.upper(), word.key == "after")


def _numbers(word: Word) -> Term:
    match = _NUMBER.fullmatch(word.value)
    if match is None:
        raise _wrong(word, "An exchange is a number, such as 17, or two: 17-30.")
    return Numbers(int(match[1]), int(match[2] or match[1]))


def _finding(word: Word) -> Term:
    if not re.fullmatch(r"[a-z][a-z0-9-]*", word.value.lower()):
        raise _wrong(word, f"A finding is {_list(_FINDINGS)}, or the name of a rule.")
    return Finding(word.value.lower())


def _text(word: Word) -> Term:
    return Text(word.value.casefold())


class Key(NamedTuple):
    """One key."""

    make: Callable[[Word], Term]
    values: tuple[str, ...]
    """What is proposed behind it."""
    help: str


KEYS: dict[str, Key] = {
    "code": Key(_code, ("5xx", "4xx", "2xx", "none"), "the reply code"),
    "verb": Key(_verb, (), "a command and its reply"),
    "from": Key(_side, tuple(_SIDES), "who said it"),
    "is": Key(_is, tuple(_IS), "what it is"),
    "text": Key(_text, (), "what it says"),
    "slower": Key(_wait, ("200ms", "1s", "5s"), "replies that took longer"),
    "faster": Key(_wait, ("1ms", "10ms"), "replies that took less"),
    "after": Key(_beside, ("STARTTLS",), "behind the first such command, or a time"),
    "before": Key(_beside, ("STARTTLS",), "ahead of the first such command, or a time"),
    "exchange": Key(_numbers, (), "numbers of exchanges"),
    "finding": Key(_finding, _FINDINGS, "something was found about it"),
}
"""What can stand before a colon."""

HELP = (
    'code:5xx  verb:RCPT  from:server  is:refused  slower:2s  text:"relay"  after:STARTTLS  '
    "finding:error  exchange:3-9 — with and, or, not and parentheses; other words are looked for "
    "in the text"
)
"""The language in one line."""


def term_of(word: Word) -> Term:
    """The condition a word states. Raises FilterError."""
    key = KEYS.get(word.key)
    if key is None:
        raise _wrong(
            word,
            f"“{word.key}” is no key; a text with a colon stands in quotation marks. "
            f"Keys are {_list(KEYS)}.",
        )
    if not word.value:
        raise _wrong(word, "This is empty.")
    return key.make(word)


def _microseconds(word: Word) -> int | None:
    match = _DURATION.fullmatch(word.value)
    if match is None:
        return None
    return round(float(match[1]) * _UNITS[match[2].lower()])


def _wrong(word: Word, reason: str) -> FilterError:
    return FilterError(reason, word.start, word.stop)


def _list(names: Iterable[str]) -> str:
    *others, last = names
    return f"{', '.join(others)} or {last}"


def completions(text: str, session: Session) -> list[str]:
    """What the last word of a text may become: whole texts, likely ones first."""
    start = max(text.rfind(each) for each in " (-!") + 1
    head, word = text[:start], text[start:]
    key, colon, value = word.partition(":")
    if not colon:
        return [f"{head}{name}:" for name in KEYS if name.startswith(key.lower()) and key]
    values = KEYS[key.lower()].values if key.lower() in KEYS else ()
    if key.lower() in {"verb", "after", "before"}:
        verbs = (each for each in session.by_verb if each.isalpha())
        values = tuple(dict.fromkeys((*list(verbs)[:100], *values)))
    elif key.lower() == "code":
        codes = sorted({each for each in session.columns.codes[-10_000:] if each > 0})
        values = (*values, *map(str, codes))
    found = [each for each in values if each.lower().startswith(value.lower()) and each != value]
    return [f"{head}{key}:{each}" for each in found]
