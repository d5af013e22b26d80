"""Knowledge: everything resources/ says, with the look-ups that the rooms above need.

Names are looked up in any case, as SMTP compares verbs and keywords (RFC 5321 section 2.4).
An unknown name is None, never an error: servers and people may say anything.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from smtpdebugger.knowledge.concordance import Concordance
from smtpdebugger.knowledge.deriving import Deriving
from smtpdebugger.knowledge.fingerprint import Recogniser
from smtpdebugger.knowledge.model import (
    Cause,
    EnhancedCode,
    EvidenceRule,
    Extension,
    Family,
    FindingRule,
    Goal,
    GuidePoint,
    ReplyCode,
    Server,
    ServerReply,
    StatusPart,
    TextRule,
    Verb,
    VerificationStep,
)
from smtpdebugger.knowledge.needles import needles_of
from smtpdebugger.knowledge.patterns import matches

NO_COMMAND = "connect"
"""What the tables call the verb where a server answers no command."""

MOST_SAID = 256
"""Texts whose rules of wording are remembered."""

MOST_TOLD = 2000
"""Characters of a reply text that rules of wording look at."""

_WEB_HOST = re.compile(r"https?://[^\s/]*")
_ADDRESS = re.compile(r"[^\s<>()\"':,;]{1,64}@[^\s<>()\"',;:]{1,255}")
_ENHANCED = re.compile(r"([245])\.(\d{1,3})\.(\d{1,3})")


@dataclass(frozen=True)
class Knowledge(Deriving):
    """All tables of one load. ``rows`` gives the reply rows of a server id, reading them once."""

    families: Mapping[str, Family] = field(default_factory=dict)
    causes: Mapping[str, Cause] = field(default_factory=dict)
    goals: Mapping[str, Goal] = field(default_factory=dict)
    verbs: Mapping[str, Verb] = field(default_factory=dict)
    extensions: Mapping[str, Extension] = field(default_factory=dict)
    codes: Mapping[int, ReplyCode] = field(default_factory=dict)
    status_parts: Mapping[str, StatusPart] = field(default_factory=dict)
    servers: Mapping[str, Server] = field(default_factory=dict)
    rules: tuple[TextRule, ...] = ()
    evidence: Mapping[str, EvidenceRule] = field(default_factory=dict)
    refines: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    guide: tuple[GuidePoint, ...] = ()
    steps: Mapping[str, VerificationStep] = field(default_factory=dict)
    findings: Mapping[str, FindingRule] = field(default_factory=dict)
    rows: Callable[[str], tuple[ServerReply, ...]] = lambda _server: ()
    found_problems: Callable[[], tuple[str, ...]] = tuple
    _said: dict[str, "_Said"] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def problems(self) -> tuple[str, ...]:
        """What could not be read so far, each naming its file, entry and key."""
        return self.found_problems()

    def family(self, family_id: str) -> Family | None:
        """The family of causes with this id."""
        return self.families.get(family_id)

    def cause(self, cause_id: str) -> Cause | None:
        """The cause with this id."""
        return self.causes.get(cause_id)

    def goal(self, goal_id: str) -> Goal | None:
        """The goal with this id."""
        return self.goals.get(goal_id)

    def verb(self, name: str) -> Verb | None:
        """The verb of this name, in any case."""
        return self.verbs.get(name.upper())

    def extension(self, keyword: str) -> Extension | None:
        """The extension of this EHLO keyword, in any case and without its parameters."""
        return self.extensions.get(keyword.upper())

    def code(self, number: int) -> ReplyCode | None:
        """The meaning of a reply code that somebody defined or was seen to send."""
        return self.codes.get(number)

    def enhanced(self, code: str) -> EnhancedCode | None:
        """An enhanced status code such as "5.5.1" taken apart, or None if it is not one.

        A detail known for one class only (vendors' codes) comes before the general one.
        """
        match = _ENHANCED.fullmatch(code)
        if match is None:
            return None
        number, subject, detail = match.groups()
        parts = self.status_parts
        general = f"X.{subject}.{detail}"
        return EnhancedCode(
            code, parts.get(number), parts.get(f"X.{subject}"), parts.get(code, parts.get(general))
        )

    @cached_property
    def recogniser(self) -> Recogniser:
        """Names the servers of these tables by what they say."""
        return Recogniser(self.servers.values())

    def server(self, server_id: str) -> Server | None:
        """The server program with this id."""
        return self.servers.get(server_id)

    def replies_of(self, server_id: str) -> tuple[ServerReply, ...]:
        """The reply rows of a server and of those it is based on; the first call reads files."""
        return self.derived(_replies_of, server_id)

    def matching_rows(self, server_id: str, line: str) -> tuple[ServerReply, ...]:
        """The rows of a server that match one whole reply line, generic ones last."""
        # Most rows are ruled out by their code, which spares trying their patterns.
        code = line[:3]
        known = code if code.isascii() and code.isdecimal() else ""
        rows, words = self.derived(_rows_for, server_id, known)
        places = words.may_hold(line.lower())
        return tuple(rows[at] for at in places if matches(rows[at].pattern, line))

    def text_rule(self, text: str, verb: str, code: int) -> TextRule | None:
        """The first rule that fits a reply text (without its codes) given to ``verb``."""
        told = _told(text[:MOST_TOLD])
        known = self._said.get(told)
        if known is None:
            # One session says the same few things again and again.
            if len(self._said) >= MOST_SAID:
                self._said.clear()
            known = self._said[told] = _said(self, told)
        named, (verbs, codes) = verb.upper() or NO_COMMAND, self.derived(_named)
        asked = (named if named in verbs else "", code if code in codes else 0)
        if asked not in known.found:
            known.found[asked] = known.first(*asked)
        return known.found[asked]

    def guide_at(self, *places: str) -> tuple[GuidePoint, ...]:
        """The guide's points shown at any of these places, e.g. ``verb:AUTH``, ``code:502``."""
        shown = self.derived(_shown_at)
        found = {number for place in places for number in shown.get(place, ())}
        return tuple(self.guide[number] for number in sorted(found))

    def guide_part(self, part: str) -> tuple[GuidePoint, ...]:
        """One part of the guide, in its order."""
        return tuple(
            sorted((p for p in self.guide if p.part == part), key=lambda point: point.number)
        )

    def nearest_verb(self, text: str, among: Iterable[str] = ()) -> Verb | None:
        """The verb a person probably meant by a word that is not one, or None.

        Looks among ``among`` or else among all real commands. Two edits are allowed (a swap of
        neighbours is one), one in a word of up to four letters; a verb never is its own neighbour.
        """
        word = text.upper()
        names = [name.upper() for name in among] or self.derived(_real_verbs)
        allowed = 1 if len(word) <= 4 else 2
        letters = set(word)
        # Slips rarely hit the first letter, so of equally near verbs the one that shares it wins.
        best = min(
            (
                (edit_distance(word, name), name[:1] != word[:1], name)
                for name in names
                # A letter that the other lacks takes an edit, and so does a longer word.
                if name != word
                and abs(len(name) - len(word)) <= allowed
                and len(letters.difference(name)) <= allowed
            ),
            default=None,
        )
        return self.verb(best[2]) if best is not None and best[0] <= allowed else None


def _real_verbs(knowledge: Knowledge) -> list[str]:
    verbs = knowledge.verbs.values()
    return [each.verb for each in verbs if each.status in {"standard", "extension"}]


def _shown_at(knowledge: Knowledge) -> dict[str, list[int]]:
    """By place, the places in the guide of the points shown there."""
    found: dict[str, list[int]] = {}
    for number, point in enumerate(knowledge.guide):
        for place in point.shown_at:
            found.setdefault(place, []).append(number)
    return found


def _replies_of(knowledge: Knowledge, server_id: str) -> tuple[ServerReply, ...]:
    server = knowledge.servers.get(server_id)
    if server is None:
        return ()
    bases = (row for base in server.based_on for row in knowledge.rows(base))
    return (*knowledge.rows(server_id), *bases)


def _rows_for(
    knowledge: Knowledge, server_id: str, code: str
) -> tuple[tuple[ServerReply, ...], Concordance]:
    """The rows of a server that may match a line with a code, generic ones last."""
    found = [
        row
        for row in knowledge.replies_of(server_id)
        if not row.code or row.generic or code == str(row.code)
    ]
    rows = tuple(sorted(found, key=lambda row: row.generic))
    return rows, Concordance([needles_of(row.pattern) for row in rows])


@dataclass(frozen=True, slots=True)
class _Said:
    """What was found out about a reply text."""

    told: str
    """The text as the rules of wording compare it."""
    rules: tuple[TextRule, ...]
    """Those that may fit it, for some verb and code."""
    found: dict[tuple[str, int], TextRule | None] = field(default_factory=dict)
    """By verb and code, the first that does."""

    def first(self, verb: str, code: int) -> TextRule | None:
        """The first rule that fits the text as an answer to a verb, with a code."""
        for rule in self.rules:
            if rule.verbs and verb not in rule.verbs:
                continue
            if (not rule.codes or code in rule.codes) and _says(rule, self.told):
                return rule
        return None


def _said(knowledge: Knowledge, told: str) -> _Said:
    words = knowledge.derived(_words)
    return _Said(told, tuple(knowledge.rules[at] for at in words.may_hold(told)))


def _words(knowledge: Knowledge) -> Concordance:
    """Of each rule of wording the words of which a text must hold one."""
    return Concordance([_words_of(rule) for rule in knowledge.rules])


def _words_of(rule: TextRule) -> tuple[str, ...]:
    needles = needles_of(rule.pattern) if rule.pattern else ()
    return () if rule.pattern and not needles else (*rule.phrases, *needles)


def _named(knowledge: Knowledge) -> tuple[frozenset[str], frozenset[int]]:
    """The verbs and the codes that rules of wording name; to all others the same rules fit."""
    verbs = (verb for rule in knowledge.rules for verb in rule.verbs)
    return frozenset(verbs), frozenset(code for rule in knowledge.rules for code in rule.codes)


def _says(rule: TextRule, told: str) -> bool:
    for phrase in rule.phrases:
        if phrase in told:
            return True
    return bool(rule.pattern) and matches(rule.pattern, told)


@lru_cache(maxsize=MOST_SAID)
def _told(text: str) -> str:
    """A reply text as the rules of wording compare it: in small letters, each run of blanks as
    one, of addresses of web pages what stands behind the host, and of mail addresses the sign:
    what they are made of says nothing."""
    told = _WEB_HOST.sub("", text) if "://" in text else text
    if "@" in told:
        told = _ADDRESS.sub("@", told)
    return " ".join(told.lower().split())


def edit_distance(one: str, other: str) -> int:
    """Edits between two words: insert, delete, replace, or swap two neighbours, each 1."""
    before: list[int] = []
    last = list(range(len(other) + 1))
    for row, letter in enumerate(one, 1):
        now = [row]
        for column, sign in enumerate(other, 1):
            cost = min(last[column] + 1, now[-1] + 1, last[column - 1] + (letter != sign))
            swapped = row > 1 and column > 1 and letter == other[column - 2]
            if swapped and one[row - 2] == sign:
                cost = min(cost, before[column - 2] + 1)
            now.append(cost)
        before, last = last, now
    return last[-1]
