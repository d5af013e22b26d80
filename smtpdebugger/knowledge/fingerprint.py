"""Names the server program from what it said: greeting, EHLO reply, HELP and other replies.

Each kind of evidence gives a candidate a weight; a weight is shared when the same evidence fits
several programs. The weights of all candidates and of "some other program" are then put in
relation (a softmax), so confidence grows only with evidence that tells programs apart: a greeting
of "220 host ESMTP" alone names nobody. Nothing is ever certain, so no confidence exceeds 0.99.
"""

import math
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from smtpdebugger.knowledge.concordance import Concordance
from smtpdebugger.knowledge.model import Server
from smtpdebugger.knowledge.patterns import matches

MOST = 0.99
# Weights, in natural logarithms of odds. OTHER is the head start of "a program we do not know".
OTHER = 3.0
BANNER = 5.0
GENERIC_BANNER = 0.4
BANNER_AGAINST = -1.0
EHLO_LINE = 2.0
EHLO_LINE_AGAINST = -3.5
ALL_KEYWORDS = 2.0
KEYWORD_ORDER = 2.5
FOREIGN_KEYWORD = -0.8
FEWEST_KEYWORDS = 3
TEXT = 4.0
TEXTS_COUNTED = 3
SHARED_EVENLY = 2.0

MOST_KEPT = 256
"""Connections, reply lines and results that are remembered, of each."""

Key = TypeVar("Key")
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Observed:
    """What a server said, as reply lines with their codes, without line ends.

    ``ehlo`` is the last EHLO reply, ``helped`` the reply to HELP, ``replies`` all others.
    """

    greeting: tuple[str, ...] = ()
    ehlo: tuple[str, ...] = ()
    helped: tuple[str, ...] = ()
    replies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Guess:
    """One candidate: the id of its server file, how sure we are (0 to 0.99), and why."""

    server: str
    name: str
    confidence: float
    why: tuple[str, ...]


@dataclass(slots=True, eq=False)
class _Candidate:
    server: Server
    weight: float = 0.0
    why: list[str] = field(default_factory=list)


class Recogniser:
    """Names one of these servers. Connections to one server begin alike and replies hold the same
    few fragments, so what was worked out for either is kept for a while."""

    def __init__(self, servers: Iterable[Server]) -> None:
        self._servers = tuple(servers)
        users: dict[str, list[int]] = {}
        for place, server in enumerate(self._servers):
            for text in dict.fromkeys(text.casefold() for text in server.texts):
                users.setdefault(text, []).append(place)
        self._users = users
        """Of each fragment, in small letters: the places of the servers that use it."""
        self._texts = tuple(users)
        self._words = Concordance([(text,) for text in users])
        self._order = {text: number for number, text in enumerate(users)}
        self._begun: dict[tuple[tuple[str, ...], tuple[str, ...]], list[_Candidate]] = {}
        self._guesses: dict[object, tuple[Guess, ...]] = {}
        self._heard: dict[str, tuple[str, ...]] = {}

    def recognise(self, observed: Observed) -> tuple[Guess, ...]:
        """The candidates that something speaks for, the likeliest first."""
        heard: set[str] = set()
        for line in (*observed.helped, *observed.replies):
            heard.update(self._fragments(line))
        key = (observed.greeting, observed.ehlo, frozenset(heard))
        found = self._guesses.get(key)
        if found is None:
            found = _remember(self._guesses, key, self._recognised(observed, heard))
        return found

    def _fragments(self, line: str) -> tuple[str, ...]:
        found = self._heard.get(line)
        if found is None:
            folded = line.casefold()
            found = tuple(
                text
                for text in map(self._texts.__getitem__, self._words.may_hold(folded))
                if text in folded
            )
            _remember(self._heard, line, found)
        return found

    def _recognised(self, observed: Observed, heard: Collection[str]) -> tuple[Guess, ...]:
        candidates = [
            _Candidate(one.server, one.weight, [*one.why])
            for one in self._introduced(observed.greeting, observed.ehlo)
        ]
        self._weigh_texts(candidates, heard)
        return _guesses(candidates)

    def _introduced(self, greeting: tuple[str, ...], ehlo: tuple[str, ...]) -> Sequence[_Candidate]:
        """All servers, weighed by how a connection began."""
        found = self._begun.get((greeting, ehlo))
        if found is None:
            found = [_Candidate(server) for server in self._servers]
            _weigh_greeting(found, greeting)
            _weigh_ehlo(found, ehlo)
            _remember(self._begun, (greeting, ehlo), found)
        return found

    def _weigh_texts(self, candidates: Sequence[_Candidate], heard: Collection[str]) -> None:
        """Fragments of reply texts: the ones that fewest programs use count most."""
        hits = [(place, text) for text in heard for place in self._users[text]]
        counted: dict[int, int] = {}
        for place, text in sorted(hits, key=self._rarity):
            number = counted.get(place, 0)
            if number < TEXTS_COUNTED:
                counted[place] = number + 1
                # A second fragment often comes from the same reply: it adds less than the first.
                one = candidates[place]
                one.weight += _shared(TEXT, len(self._users[text])) / (number + 1)
                one.why.append(f"A reply holds its wording: “{text}”")

    def _rarity(self, hit: tuple[int, str]) -> tuple[int, int, int, int]:
        place, text = hit
        return len(self._users[text]), -len(text), place, self._order[text]


def _remember(kept: dict[Key, Value], key: Key, value: Value) -> Value:
    if len(kept) >= MOST_KEPT:
        kept.clear()
    kept[key] = value
    return value


def _guesses(candidates: Sequence[_Candidate]) -> tuple[Guess, ...]:
    found = [one for one in candidates if one.why and one.weight > 0]
    total = math.exp(OTHER) + sum(math.exp(one.weight) for one in found)
    guesses = [
        Guess(
            one.server.id,
            one.server.name,
            min(MOST, math.exp(one.weight) / total),
            tuple(one.why),
        )
        for one in found
    ]
    return tuple(sorted(guesses, key=lambda guess: (-guess.confidence, guess.server)))


def _weigh_greeting(candidates: Sequence[_Candidate], greeting: Sequence[str]) -> None:
    if not greeting:
        return
    whole = (*greeting, "\n".join(greeting)) if len(greeting) > 1 else greeting
    fitting = [
        one
        for one in candidates
        if any(matches(p, line) for p in one.server.banner for line in whole)
    ]
    plain = [one for one in fitting if not one.server.banner_generic]
    for one in fitting:
        if one.server.banner_generic:
            one.weight += GENERIC_BANNER
            one.why.append("The greeting is of its plain form, which many programs share.")
        else:
            one.weight += _shared(BANNER, len(plain))
            one.why.append(f"The greeting is of its form: “{greeting[0]}”")
    for one in candidates:
        # An administrator may change a greeting, so a strange one tells only a little.
        if one not in fitting and one.server.banner and not one.server.banner_generic:
            one.weight += BANNER_AGAINST


def _weigh_ehlo(candidates: Sequence[_Candidate], ehlo: Sequence[str]) -> None:
    if not ehlo:
        return
    fitting = [one for one in candidates if any(matches(p, ehlo[0]) for p in one.server.ehlo_line)]
    for one in fitting:
        one.weight += _shared(EHLO_LINE, len(fitting))
        one.why.append(f"The first line of the EHLO reply is of its form: “{ehlo[0]}”")
    for one in candidates:
        # The greeting is a setting; how EHLO is answered is hardly ever one. A program without a
        # form of its own answers with its name alone, so another's form speaks against it too.
        if one not in fitting and (one.server.ehlo_line or fitting):
            one.weight += EHLO_LINE_AGAINST
    seen = [line[4:].split(" ")[0].split("=")[0].upper() for line in ehlo[1:] if len(line) > 4]
    if seen:
        for one in candidates:
            _weigh_keywords(one, seen)


def _weigh_keywords(one: _Candidate, seen: Sequence[str]) -> None:
    order = [keyword.upper() for keyword in one.server.keywords]
    if not order:
        return
    optional = {keyword.upper() for keyword in one.server.keywords_optional}
    foreign = [keyword for keyword in seen if keyword not in order and keyword not in optional]
    if foreign:
        one.weight += FOREIGN_KEYWORD * len(foreign)
        return
    usual = [keyword for keyword in order if keyword not in optional]
    missing = sum(keyword not in seen for keyword in usual)
    common = [keyword for keyword in seen if keyword in order]
    in_order = common == [keyword for keyword in order if keyword in common]
    if not in_order or len(common) < FEWEST_KEYWORDS:
        return
    if missing:
        one.weight += KEYWORD_ORDER * (len(usual) - missing) / len(usual)
        one.why.append("The keywords of the EHLO reply stand in its usual order.")
    else:
        one.weight += KEYWORD_ORDER + ALL_KEYWORDS
        one.why.append("The EHLO reply holds its usual keywords in its usual order.")


def _shared(weight: float, users: int) -> float:
    """The weight of evidence that fits ``users`` programs alike."""
    return max(0.0, weight - SHARED_EVENLY * math.log(max(1, users)))
