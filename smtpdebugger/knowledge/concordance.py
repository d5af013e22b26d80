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
        always = {place for place, words in enumerate(entries) if not words}
        users = Counter(run for words in entries for word in words for run in set(_runs(word)))
        self._under: dict[str, set[int]] = {}
        for place, words in enumerate(entries):
            for word in words:
                if len(word) < _RUN:
                    # Such a word stands in nearly every text.
                    always.add(place)
                else:
                    rarest = min(_runs(word), key=users.__getitem__)
                    self._under.setdefault(rarest, set()).add(place)
        self._always = frozenset(always)

    def may_hold(self, text: str) -> Sequence[int]:
        """The places of the entries of whose words ``text``, in small letters, may hold one, in
        order; none that holds one is left out."""
        # Outside ASCII, letters that differ in small letters may be the same to a pattern.
        if len(text) > LONGEST or not text.isascii():
            return self._all
        under = self._under
        met = under.keys() & _runs(text)
        return sorted(self._always.union(*[under[run] for run in met]))


def _runs(text: str) -> list[str]:
    return [text[at : at + _RUN] for at in range(len(text) - _RUN + 1)]
