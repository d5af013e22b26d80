"""The filter language: which rows of a transcript a person wants to see.

``code:5xx verb:RCPT from:server slower:2s text:"relay" after:STARTTLS finding:error``, joined by
``and`` (which may be left out), ``or``, ``not`` and parentheses. A word without a key is looked for
in the text. List, search, colours and "next match" all read it.
"""

from collections.abc import Iterator
from typing import NamedTuple

from smtpdebugger.session.filter_keys import term_of
from smtpdebugger.session.filter_terms import (
    Both,
    Either,
    Finding,
    FindingsOf,
    Not,
    Place,
    Term,
    Text,
)
from smtpdebugger.session.filter_words import FilterError, Word, words_of
from smtpdebugger.session.session import Session

MOST_TERMS = 200
"""A longer filter is refused rather than read."""


def _nothing(_: int) -> frozenset[str]:
    return frozenset()


class Filter(NamedTuple):
    """What a filter text asks for."""

    term: Term

    @property
    def needles(self) -> tuple[str, ...]:
        """The texts that are looked for, casefolded; not those that must not be there."""
        return tuple(_needles(self.term))

    def select(
        self,
        session: Session,
        start: int,
        stop: int,
        findings: FindingsOf = _nothing,
    ) -> Iterator[tuple[int, list[int]]]:
        """Rows from ``start`` up to ``stop`` that fit, a block at a time.

        Each item tells up to where was looked, and which rows were found. Stop when it takes long.
        """
        blocks = session.blocks
        while start < stop:
            block = blocks.block_of_row(start)
            is_last = block + 1 == len(blocks)
            end = stop if is_last else min(stop, blocks.first_rows[block + 1])
            found = self.term.select(Place(session, block, findings), range(start, end))
            yield end, list(found)
            start = end

    def fits(self, session: Session, row: int, findings: FindingsOf = _nothing) -> bool:
        """Whether one row fits."""
        place = Place(session, session.blocks.block_of_row(row), findings)
        return bool(self.term.select(place, [row]))


def _needles(term: Term) -> Iterator[str]:
    if isinstance(term, Text):
        yield term.needle
    elif isinstance(term, Both | Either):
        for each in term.terms:
            yield from _needles(each)


def read_filter(text: str) -> Filter | None:
    """The filter of a text, or None where it asks for nothing. Raises FilterError."""
    words = list(words_of(text))
    if len(words) > MOST_TERMS:
        raise FilterError("This filter is too long.", words[MOST_TERMS].start, len(text))
    if not words:
        return None
    return Filter(_Parser(words, len(text)).whole())


class _Parser:
    """Reads words into terms: ``or`` binds least, then ``and``, then ``not``."""

    def __init__(self, words: list[Word], length: int) -> None:
        self._words = words
        self._length = length
        self._next = 0

    def whole(self) -> Term:
        term = self._either()
        if (word := self._peek()) is not None:
            raise FilterError("There is no “(” for this “)”.", word.start, word.stop)
        return term

    def _peek(self) -> Word | None:
        return self._words[self._next] if self._next < len(self._words) else None

    def _either(self) -> Term:
        terms = [self._both()]
        while (word := self._peek()) is not None and word.key == "or":
            self._next += 1
            terms.append(self._both())
        return terms[0] if len(terms) == 1 else Either(tuple(terms))

    def _both(self) -> Term:
        terms = [self._one()]
        while (word := self._peek()) is not None and word.key not in {"or", ")"}:
            if word.key == "and":
                self._next += 1
            terms.append(self._one())
        if len(terms) == 1:
            return terms[0]
        return Both(tuple(sorted(terms, key=_cost)))

    def _one(self) -> Term:
        word = self._peek()
        if word is None:
            raise FilterError("Something is missing at the end.", self._length, self._length)
        self._next += 1
        match word.key:
            case "not":
                return Not(self._one())
            case "(":
                term = self._either()
                if self._peek() is None:
                    raise FilterError("The “)” for this “(” is missing.", word.start, word.stop)
                self._next += 1
                return term
            case ")" | "and" | "or":
                sign = word.key
                raise FilterError(f"Before “{sign}” something is missing.", word.start, word.stop)
            case _:
                return term_of(word)


def _cost(term: Term) -> int:
    if isinstance(term, Text):
        return 2
    return int(isinstance(term, Both | Either | Not | Finding))
