"""Names the server program from what it said: greeting, EHLO reply, HELP and other replies.

Each kind of evidence gives a candidate a weight; a weight is shared when the same evidence fits
several programs. The weights of all candidates and of "some other program" are then put in
relation (a softmax), so confidence grows only with evidence that tells programs apart: a greeting
of "220 host ESMTP" alone names nobody. Nothing is ever certain, so no confidence exceeds 0.99.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from smtpdebugger.knowledge.model import Server
from smtpdebugger.knowledge.tables import matches

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


def recognise(servers: Iterable[Server], observed: Observed) -> tuple[Guess, ...]:
    """The candidates that something speaks for, the likeliest first."""
    candidates = [_Candidate(server) for server in servers]
    _weigh_greeting(candidates, observed.greeting)
    _weigh_ehlo(candidates, observed.ehlo)
    _weigh_texts(candidates, (*observed.helped, *observed.replies))
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


def _weigh_texts(candidates: Sequence[_Candidate], lines: Sequence[str]) -> None:
    """Fragments of reply texts: the ones that fewest programs use count most."""
    if not lines:
        return
    heard = "\n".join(lines).casefold()
    users: dict[str, int] = {}
    hits: list[tuple[_Candidate, str]] = []
    for one in candidates:
        for text in _folded(one.server.texts):
            if text in heard:
                users[text] = users.get(text, 0) + 1
                hits.append((one, text))
    counted: dict[str, int] = {}
    for one, text in sorted(hits, key=lambda hit: (users[hit[1]], -len(hit[1]))):
        number = counted.get(one.server.id, 0)
        if number < TEXTS_COUNTED:
            counted[one.server.id] = number + 1
            # A second fragment often comes from the same reply: it adds less than the first.
            one.weight += _shared(TEXT, users[text]) / (number + 1)
            one.why.append(f"A reply holds its wording: “{text}”")


@lru_cache(maxsize=512)
def _folded(texts: tuple[str, ...]) -> tuple[str, ...]:
    """Each text once, as it is compared."""
    return tuple(dict.fromkeys(text.casefold() for text in texts))


def _shared(weight: float, users: int) -> float:
    """The weight of evidence that fits ``users`` programs alike."""
    return max(0.0, weight - SHARED_EVENLY * math.log(max(1, users)))
