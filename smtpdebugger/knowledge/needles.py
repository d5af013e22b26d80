"""Needles: plain words of which a text must hold one before a pattern can be found in it.

The tables hold hundreds of patterns and a reply fits two or three of them. Looking for a word
costs a fiftieth of trying a pattern, and a pattern that is never tried need not be compiled.
"""

from collections.abc import Iterator, Mapping, Sequence
from re import _constants as op  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

LEAST = 2
"""A shorter word stands in nearly every text."""

MOST = 40
"""More words than this cost as much as the pattern."""

Item = tuple[Any, Any]


KNOWN: dict[str, tuple[str, ...]] = {}
"""The needles of each pattern that was asked for; the tables hold so many and no more."""


def remember(known: Mapping[str, tuple[str, ...]]) -> None:
    """Take over what was found in an earlier run."""
    KNOWN.update(known)


def needles_of(pattern: str) -> tuple[str, ...]:
    """Words in small letters of which a text must hold one for the pattern (ignoring case) to be
    found in it; empty where nothing can be said. Never raises."""
    found = KNOWN.get(pattern)
    if found is None:
        found = KNOWN[pattern] = _needles(pattern)
    return found


def _needles(pattern: str) -> tuple[str, ...]:
    try:
        tree = parser.parse(pattern)
    except (parser.error, OverflowError, RecursionError):
        return ()
    found = _of_sequence(tree)
    return found if len(found) <= MOST else ()


def _of_sequence(items: Sequence[Item]) -> tuple[str, ...]:
    """The best needles among those of the parts, all of which must be there."""
    best: tuple[str, ...] = ()
    for found in (*_words(items), *(_of_item(item) for item in items)):
        if found and _worth(found) > _worth(best):
            best = found
    return best


def _worth(found: tuple[str, ...]) -> tuple[int, int]:
    """A longer word is rarer; of those, fewer are quicker."""
    return min(map(len, found), default=0), -len(found)


def _words(items: Sequence[Item]) -> Iterator[tuple[str, ...]]:
    """Each run of letters."""
    run = ""
    for kind, value in (*items, (None, None)):
        if kind is op.LITERAL and value < 128:
            run += chr(value).lower()
            continue
        if len(run) >= LEAST:
            yield (run,)
        run = ""


def _of_item(item: Item) -> tuple[str, ...]:
    kind, value = item
    if kind is op.SUBPATTERN:
        return _of_sequence(value[3])
    if kind is op.BRANCH:
        return _of_branches([_of_sequence(branch) for branch in value[1]])
    if kind in {op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT} and value[0] > 0:
        return _of_sequence(value[2])
    return ()


def _of_branches(branches: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    if not all(branches):
        return ()
    return tuple(dict.fromkeys(word for branch in branches for word in branch))
