"""The patterns of the tables: compiled when first needed, tried only where they can be found."""

import re
from functools import lru_cache

from smtpdebugger.knowledge.needles import needles_of

_NEVER = re.compile(r"(?!)")


@lru_cache(maxsize=2048)
def compiled(pattern: str) -> re.Pattern[str]:
    """A pattern of the tables, ignoring case; a broken one matches nothing (tests find it)."""
    try:
        return re.compile(pattern, re.IGNORECASE)
    except re.error:
        return _NEVER


def matches(pattern: str, text: str) -> bool:
    """Whether a pattern of the tables is found in ``text``, ignoring case."""
    return may_match(pattern, text) and compiled(pattern).search(text) is not None


def may_match(pattern: str, text: str) -> bool:
    """Whether ``text`` holds a word without which the pattern cannot be found in it."""
    needles = needles_of(pattern)
    # Outside ASCII, letters that differ in small letters may be the same to a pattern.
    if not needles or not text.isascii():
        return True
    lowered = text.lower()
    return any(needle in lowered for needle in needles)
