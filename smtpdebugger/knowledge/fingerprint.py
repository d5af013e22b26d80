"""Names the server program from what it said: greeting, EHLO reply, HELP and other replies.

Each kind of evidence gives a candidate a weight; a weight is shared when the same evidence fits
several programs. The weights of all candidates and of "some other program" are then put in
relation (a softmax), so confidence grows only with evidence that tells programs apart: a greeting
of "220 host ESMTP" alone names nobody. Nothing is ever certain, so no confidence exceeds 0.99.

A greeting is a setting, and many are set to another program's: what a program always says in the
same words (how it answers EHLO, NOOP or a word that is no command) speaks against a candidate as
strongly as for one.
"""

import math
import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from smtpdebugger.knowledge.concordance import Concordance
from smtpdebugger.knowledge.model import Server
from smtpdebugger.knowledge.patterns import matches

MOST = 0.99
MOST_GREETED = 0.89
"""How sure a greeting can make without much else that speaks for its program."""
# Weights, in natural logarithms of odds. OTHER is the head start of "a program we do not know".
OTHER = 3.0
BANNER = 5.0
GENERIC_BANNER = 0.4
BANNER_AGAINST = -1.0
EHLO_LINE = 2.0
EHLO_LINE_AGAINST = -3.5
ALL_KEYWORDS = 2.0
KEYWORD_ORDER = 2.5
KEYWORD_DISORDER = -2.5
FOREIGN_KEYWORD = -0.8
FEWEST_KEYWORDS = 3
TEXT = 4.0
TEXTS_COUNTED = 3
SHARED_EVENLY = 3.0
ANSWER = 3.5
ANSWER_AGAINST = -2.0
ANSWERS_COUNTED = 3
PROOF = 2.0
"""What must speak for a program besides the greeting, before it is nearly certain."""
BELIED = -3.5
"""From here down, what came after a greeting is of another program."""

MOST_KEPT = 256
"""Connections, reply lines and results that are remembered, of each."""

_IN_FRONT = frozenset({"proxy", "middlebox"})
"""Kinds of programs through which another one's replies come."""

_ADDED = frozenset({"AUTH", "STARTTLS"})
"""Keywords that something in front of a server may add or take away."""

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
    answers: tuple[tuple[str, str], ...] = ()
    """Verbs that were accepted, each with the first line of the reply; without a verb, the refusal
    of a word that is no command."""


@dataclass(frozen=True, slots=True)
class Guess:
    """One candidate: the id of its server file, how sure we are (0 to 0.99), and why."""

    server: str
    name: str
    confidence: float
    why: tuple[str, ...]
    against: tuple[str, ...] = ()
    """What speaks against it all the same."""
    greeted: bool = False
    """Whether the greeting is of its own form, which it shares with few."""


@dataclass(slots=True, eq=False)
class _Candidate:
    server: Server
    weight: float = 0.0
    why: list[str] = field(default_factory=list)
    against: list[str] = field(default_factory=list)
    greeted: float = 0.0
    """What the greeting alone gave."""

    def copy(self) -> "_Candidate":
        """Another candidate, as far weighed as this one."""
        told = [*self.why], [*self.against]
        return _Candidate(self.server, self.weight, *told, self.greeted)

    def guess(self, total: float) -> Guess:
        """The candidate as a guess, where the odds of all are ``total``."""
        # A greeting is a setting: it convinces only with words that are none.
        is_proven = self.weight - self.greeted >= PROOF
        confidence = min(MOST if is_proven else MOST_GREETED, math.exp(self.weight) / total)
        told = tuple(self.why), tuple(self.against)
        return Guess(self.server.id, self.server.name, confidence, *told, self.greeted > 0)


Places = tuple[int, ...]
Recognised = tuple[tuple[Guess, ...], Guess | None]
"""The guesses, and the program of the greeting where the rest belies it."""


class Recogniser:
    """Names one of these servers. Connections to one server begin alike and replies hold the same
    few fragments, so what was worked out for either is kept for a while."""

    def __init__(self, servers: Iterable[Server]) -> None:
        self._servers = tuple(servers)
        users: dict[str, list[int]] = {}
        for place, server in enumerate(self._servers):
            for text in dict.fromkeys(text.casefold() for text in server.texts):
                users.setdefault(text, []).append(place)
        # Words that others refuse unknown commands with are nobody's own.
        refusals = [server.unknown_verb_reply.casefold() for server in self._servers]
        for text, places in users.items():
            if not text[:3].isdecimal():
                others = (place for place, reply in enumerate(refusals) if text in reply)
                places.extend(place for place in others if place not in places)
        self._users = users
        """Of each fragment, in small letters: the places of the servers that use it."""
        self._texts = tuple(users)
        self._words = Concordance([(text,) for text in users])
        self._order = {text: number for number, text in enumerate(users)}
        self._begun: dict[tuple[tuple[str, ...], tuple[str, ...]], list[_Candidate]] = {}
        self._guesses: dict[object, Recognised] = {}
        self._heard: dict[str, tuple[str, ...]] = {}
        self._answered: dict[tuple[str, str], tuple[Places, Places]] = {}
        self._strangers = [_stranger(server.unknown_verb_reply) for server in self._servers]

    def recognise(self, observed: Observed) -> tuple[Guess, ...]:
        """The candidates that something speaks for, the likeliest first."""
        return self._weighed(observed)[0]

    def belied(self, observed: Observed) -> Guess | None:
        """The program whose own form the greeting has while all the rest is of others."""
        return self._weighed(observed)[1]

    def _weighed(self, observed: Observed) -> Recognised:
        heard: set[str] = set()
        for line in (*observed.helped, *observed.replies):
            heard.update(self._fragments(line))
        # Not the answers' users but their lines: a reason quotes the line.
        key = (observed.greeting, observed.ehlo, frozenset(heard), observed.answers)
        found = self._guesses.get(key)
        if found is None:
            found = _remember(self._guesses, key, self._recognised(observed, heard))
        return found

    def _users_of(self, verb: str, line: str) -> tuple[Places, Places]:
        """The places of the servers that answer so, and of those that answer otherwise."""
        found = self._answered.get((verb, line))
        if found is None:
            fit: list[int] = []
            other: list[int] = []
            for place, server in enumerate(self._servers):
                own = server.answers.get(verb, "") if verb else self._strangers[place]
                if own and matches(own, line):
                    fit.append(place)
                elif own and server.kind not in _IN_FRONT:
                    other.append(place)
            found = _remember(self._answered, (verb, line), (tuple(fit), tuple(other)))
        return found

    def _fragments(self, line: str) -> tuple[str, ...]:
        found = self._heard.get(line)
        if found is None:
            folded = line.casefold()
            # A fragment that begins with its code is a whole reply.
            found = tuple(
                text
                for text in map(self._texts.__getitem__, self._words.may_hold(folded))
                if text in folded and (text == folded or not text[:3].isdecimal())
            )
            _remember(self._heard, line, found)
        return found

    def _recognised(self, observed: Observed, heard: Collection[str]) -> Recognised:
        known = self._introduced(observed.greeting, observed.ehlo)
        candidates = [one.copy() for one in known]
        self._weigh_texts(candidates, heard)
        self._weigh_answers(candidates, observed.answers)
        guesses = _guesses(candidates)
        return guesses, _belied(candidates, guesses)

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

    def _weigh_answers(
        self, candidates: Sequence[_Candidate], answers: Iterable[tuple[str, str]]
    ) -> None:
        """The words in which commands are accepted: no setting, so those of others tell as much."""
        fitting: dict[int, list[tuple[float, str]]] = {}
        for verb, line in answers:
            fit, other = self._users_of(verb, line)
            weight = _shared(ANSWER, len(fit))
            for place in fit if weight else ():
                fitting.setdefault(place, []).append((weight, _answered(verb, line)))
            for place in other:
                one = candidates[place]
                one.weight += ANSWER_AGAINST
                one.against.append(_answered(verb, line))
        for place, found in fitting.items():
            for number, (weight, told) in enumerate(sorted(found, reverse=True), 1):
                if number <= ANSWERS_COUNTED:
                    candidates[place].weight += weight / number
                    candidates[place].why.append(f"{told}, as it does")

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
    guesses = [one.guess(total) for one in found]
    return tuple(sorted(guesses, key=lambda guess: (-guess.confidence, guess.server)))


def _belied(candidates: Sequence[_Candidate], guesses: Sequence[Guess]) -> Guess | None:
    """The likeliest of those whose own form the greeting has, where what came after it is of
    another program."""
    claimed = [one for one in candidates if one.greeted]
    if not claimed or any(one.weight - one.greeted > BELIED for one in claimed):
        return None
    return max(claimed, key=lambda one: one.weight).guess(math.inf)


def _answered(verb: str, line: str) -> str:
    return f"It answers {verb or 'a word that is no command'} with “{line}”"


def _stranger(reply: str) -> str:
    """The pattern of the refusal of an unknown word; versions differ in its code alone."""
    if not reply[:3].isdecimal():
        return ""
    parts = [re.escape(part) for part in re.split(r"\{[^}]*\}", reply[3:])]
    return rf"^\d\d\d{'.*'.join(parts)}$"


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
            one.greeted = _shared(BANNER, len(plain))
            one.weight += one.greeted
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
            one.against.append(f"The first line of the EHLO reply is of another form: “{ehlo[0]}”")
    told = [line[4:].split(" ")[0].split("=")[0].upper() for line in ehlo[1:] if len(line) > 4]
    seen = list(dict.fromkeys(told))
    if seen:
        for one in candidates:
            _weigh_keywords(one, seen)


def _weigh_keywords(one: _Candidate, seen: Sequence[str]) -> None:
    order = [keyword.upper() for keyword in one.server.keywords]
    if not order:
        return
    optional = {keyword.upper() for keyword in one.server.keywords_optional}
    foreign = [keyword for keyword in seen if keyword not in order and keyword not in optional]
    usual = [keyword for keyword in order if keyword not in optional]
    missing = sum(keyword not in seen for keyword in usual)
    common = [keyword for keyword in seen if keyword in order]
    in_order = common == [keyword for keyword in order if keyword in common]
    firm = [keyword for keyword in common if keyword not in _ADDED]
    if len(common) < FEWEST_KEYWORDS:
        one.weight += FOREIGN_KEYWORD * len(foreign)
    elif firm != [keyword for keyword in order if keyword in firm]:
        # Extensions can be switched off and modules add some, but each program has its own order.
        one.weight += KEYWORD_DISORDER + FOREIGN_KEYWORD * len(foreign)
        one.against.append("The keywords of the EHLO reply stand in another order.")
    elif foreign:
        one.weight += FOREIGN_KEYWORD * len(foreign)
    elif not usual:
        return  # any list would do, so none is its own
    elif missing or not in_order:
        share = (len(usual) - missing) / max(1, len(usual))
        one.weight += KEYWORD_ORDER * (share if in_order else share / 2)
        one.why.append("The keywords of the EHLO reply stand in its usual order.")
    else:
        one.weight += KEYWORD_ORDER + ALL_KEYWORDS
        one.why.append("The EHLO reply holds its usual keywords in its usual order.")


def _shared(weight: float, users: int) -> float:
    """The weight of evidence that fits ``users`` programs alike."""
    return max(0.0, weight - SHARED_EVENLY * math.log(max(1, users)))
