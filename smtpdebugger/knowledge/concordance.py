"""A concordance: which of many entries, each with words of its own, a text may hold a word of.

To look for a thousand words one by one costs more than all else that is asked of a reply. Here
each word stands under three of its letters in a row, those that it shares with fewest others; of
a text only the runs of three letters that it really has are looked up.
"""

from collections import Counter
from collections.abc import Sequence

LONGEST = 2000
"""Characters of a text that is looked up; in a longer one each word is looked for."""

_RUN = 3


class Concordance:
    """Entries by their words. A word is in small letters; an entry without any may be found in
    every text."""

    def __init__(self, entries: Sequence[Sequence[str]]) -> None:
        self._all = range(len(entries))
        self._always = tuple(place for place, words in enumerate(entries) if not all(words or [""]))
        runs = Counter(
            run for words in entries for word in words for run in {*_runs(word), *_pairs(word)}
        )
        self._under: dict[str, set[int]] = {}
        for place, words in enumerate(entries):
            for word in words:
                rarest = min(_runs(word) or _pairs(word) or [word], key=lambda run: runs[run])
                self._under.setdefault(rarest, set()).add(place)

    def may_hold(self, text: str) -> Sequence[int]:
        """The places of the entries of whose words ``text``, in small letters, may hold one, in
        order; none that holds one is left out."""
        # Outside ASCII, letters that differ in small letters may be the same to a pattern.
        if len(text) > LONGEST or not text.isascii():
            return self._all
        under = self._under
        found = set(self._always)
        for run in under.keys() & {*_runs(text), *_pairs(text), *text}:
            found |= under[run]
        return sorted(found)


def _runs(text: str) -> list[str]:
    return [text[at : at + _RUN] for at in range(len(text) - _RUN + 1)]


def _pairs(text: str) -> list[str]:
    return [text[at : at + 2] for at in range(len(text) - 1)]
