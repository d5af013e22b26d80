"""The words of a filter text, and what is wrong with it."""

import re
from collections.abc import Iterator
from typing import NamedTuple


class FilterError(ValueError):
    """A filter that cannot be read: why, and where in its text."""

    def __init__(self, reason: str, start: int, stop: int) -> None:
        super().__init__(reason)
        self.reason = reason
        """A sentence."""
        self.start, self.stop = start, stop


class Word(NamedTuple):
    """One word: a condition, a parenthesis or an operator."""

    key: str
    """In small letters; empty without one; ``(``, ``)``, ``and``, ``or`` and ``not`` are keys."""
    value: str
    start: int
    stop: int


_PATTERN = re.compile(
    r"""(?P<mark>[()])
    |(?P<dash>[-!](?=[^\s]))
    |(?P<alone>[A-Za-z]+):(?=\s|$|[()])
    |(?:(?P<key>[A-Za-z]+):)?(?:"(?P<quoted>(?:[^"\\]|\\.)*)(?P<end>"?)|(?P<bare>[^\s()"]+))
    |(?P<space>\s+)
    """,
    re.VERBOSE,
)
_OPERATORS = frozenset({"and", "or", "not"})


def words_of(text: str) -> Iterator[Word]:
    """The words of a text. Raises FilterError."""
    place = 0
    while place < len(text):
        match = _PATTERN.match(text, place)
        if match is None:
            raise FilterError("This cannot be read.", place, len(text))
        start, place = place, match.end()
        if match["space"]:
            continue
        if match["mark"]:
            yield Word(match["mark"], "", start, place)
        elif match["dash"]:
            yield Word("not", "", start, place)
        elif match["alone"]:
            raise FilterError(f"Behind “{match['alone']}:” a value is missing.", start, place)
        else:
            yield _word(match, start, place)


def _word(match: re.Match[str], start: int, stop: int) -> Word:
    quoted = match["quoted"]
    if quoted is not None and not match["end"]:
        raise FilterError("The quotation mark at the end is missing.", start, stop)
    value = match["bare"] if quoted is None else re.sub(r"\\(.)", r"\1", quoted)
    key = (match["key"] or "").lower()
    if not key and quoted is None and value.lower() in _OPERATORS:
        return Word(value.lower(), "", start, stop)
    return Word(key or "text", value, start, stop)
