"""Capability rows: what a server offers, what TLS changed, what it lacks, what it refused.

Worked out anew from the session each time; a few dozen rows cost less than keeping them current.
"""

from collections.abc import Iterator
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

from smtpdebugger.protocol.ehlo import Capabilities, Offer
from smtpdebugger.protocol.state import GREETING, VERBS, State
from smtpdebugger.session.answered import last_answered
from smtpdebugger.session.session import Session
from smtpdebugger.session.situation import Situation
from smtpdebugger.session.visible import visible

if TYPE_CHECKING:
    from smtpdebugger.knowledge.tables import Knowledge

COMMON = (
    "STARTTLS", "AUTH", "PIPELINING", "SIZE", "8BITMIME", "SMTPUTF8", "ENHANCEDSTATUSCODES",
    "DSN", "CHUNKING", "VRFY", "ETRN", "HELP",
)  # fmt: skip
"""Extensions whose absence is worth a row, in the order of the rows."""

NOT_IMPLEMENTED = frozenset({500, 502, 504})
"""Replies that say a command, rather than this use of it, is refused."""

_KEYWORD_OF_VERB = {"BDAT": "CHUNKING", "BURL": "BURL"}
_SAYS_NOTHING = frozenset({"VRFY", "HELP"})
"""Commands of RFC 5321 itself: a server may have them without saying so."""

_AFTER_TLS = {
    "must-vanish": "It must be gone from the EHLO reply after STARTTLS.",
    "often-appears": "Many servers offer it only after STARTTLS.",
    "list-may-change": "What it lists may change with STARTTLS.",
}


class Standing(Enum):
    """What a row says of its keyword."""

    OFFERED = "offered"
    DONE = "done"
    GONE = "gone"
    REFUSED = "refused"
    MISSING = "missing"


class CapabilityRow(NamedTuple):
    """One keyword or verb."""

    keyword: str
    standing: Standing
    words: str = ""
    """Its parameters, or its standing, as a person reads them."""
    is_new: bool = False
    """Whether it came, or changed, with TLS."""
    is_offered: bool = False
    """Whether the last EHLO reply names it."""
    reference: str = ""
    explanation: str = ""

    @property
    def sentence(self) -> str:
        """The row in words, for screen readers."""
        says = {Standing.OFFERED: "offered", Standing.REFUSED: "offered, but"}.get(self.standing)
        says = says if says and self.is_offered else ""
        parts = (f"{self.keyword}:", says, self.words, "new after TLS" * self.is_new)
        tail = f"({self.reference})" if self.reference else ""
        return " ".join(part for part in (*parts, tail) if part)


def capability_rows(session: Session, knowledge: "Knowledge | None") -> tuple[CapabilityRow, ...]:
    """All rows of a session as it stands; empty before the first EHLO and any refusal."""
    rows: list[CapabilityRow] = []
    refused = dict(_refusals(session))
    now = session.situation
    if now.capabilities is not None:
        rows += _offered(now.capabilities, now.before_tls, refused)
        rows += _left_behind(now)
    named = {row.keyword for row in rows}
    rows += [
        CapabilityRow(keyword, Standing.REFUSED, words)
        for keyword, words in refused.items()
        if keyword not in named
    ]
    if now.capabilities is not None:
        named |= refused.keys()
        rows += [_missing(keyword, now) for keyword in COMMON if keyword not in named]
    return tuple(_explained(row, knowledge) for row in rows)


def headline(situation: Situation) -> str:
    """Which EHLO reply the rows are of, and what TLS changed."""
    if situation.capabilities is None:
        return _why_none(situation)
    if not situation.tls:
        return "before TLS"
    if situation.before_tls is None:
        return "over TLS"
    came = len(situation.capabilities.keywords - situation.before_tls.keywords)
    went = len(situation.before_tls.keywords - situation.capabilities.keywords)
    return f"after TLS · +{came} −{went} vs before"


def offer_words(offer: Offer) -> str:
    """An offer's parameters as a person reads them."""
    if offer.keyword == "SIZE":
        return _size(offer.parameters)
    return visible(" ".join(offer.parameters), 400)


def octets_words(octets: int) -> str:
    """A size in decimal units, as mail software tells it."""
    for unit, factor in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if octets >= factor:
            return f"{octets / factor:.3g} {unit}"
    return f"{octets} octets"


def _size(parameters: tuple[str, ...]) -> str:
    value = parameters[0] if parameters else ""
    if not value:
        return "no limit told"
    if not value.isdecimal() or len(value) > 20:
        return visible(value, 40)
    octets = int(value)
    return octets_words(octets) if octets else "no fixed limit"


def _offered(
    capabilities: Capabilities, before: Capabilities | None, refused: dict[str, str]
) -> Iterator[CapabilityRow]:
    old = set() if before is None else {offer.text for offer in before}
    for offer in capabilities:
        is_new = before is not None and offer.text not in old
        keyword = visible(offer.keyword, 60)
        words = offer_words(offer)
        if offer.keyword in refused:
            yield CapabilityRow(keyword, Standing.REFUSED, refused[offer.keyword], is_new, True)
        else:
            yield CapabilityRow(keyword, Standing.OFFERED, words, is_new, True)


def _left_behind(now: Situation) -> Iterator[CapabilityRow]:
    """What the EHLO before TLS offered and this one does not."""
    if now.before_tls is None or now.capabilities is None:
        return
    for offer in now.before_tls:
        if offer.keyword in now.capabilities:
            continue
        if offer.keyword == "STARTTLS":
            yield CapabilityRow("STARTTLS", Standing.DONE, "done")
        else:
            yield CapabilityRow(visible(offer.keyword, 60), Standing.GONE, "gone after TLS")


def _missing(keyword: str, now: Situation) -> CapabilityRow:
    if keyword == "STARTTLS" and now.tls:
        return CapabilityRow(keyword, Standing.DONE, "TLS is on")
    if keyword == "AUTH" and not now.tls and now.offers("STARTTLS"):
        return CapabilityRow(keyword, Standing.MISSING, "not before TLS")
    return CapabilityRow(keyword, Standing.MISSING, "not offered")


def _refusals(session: Session) -> Iterator[tuple[str, str]]:
    """Keywords whose command was answered last with a refusal, and the words for it."""
    begin = (session.by_verb.get(GREETING) or [0])[-1]
    for verb in session.by_verb:
        if verb not in VERBS:
            continue
        exchange = last_answered(session, verb)
        if exchange is None or exchange.number < begin or not exchange.is_negative:
            continue
        keyword = _KEYWORD_OF_VERB.get(verb, verb)
        is_offered = session.situation.offers(keyword)
        is_command = keyword == verb and keyword not in {"MAIL", "RCPT", "DATA"}
        if exchange.code in NOT_IMPLEMENTED or (is_offered and is_command):
            source = "" if keyword == verb else f"{verb} "
            yield keyword, f"{source}answered {exchange.code}"


def _why_none(situation: Situation) -> str:
    if situation.hello is State.HELO:
        return "HELO was used: no extensions"
    if situation.tls and situation.before_tls is not None:
        return "forgotten by STARTTLS; send EHLO again"
    return "after the first EHLO"


def _explained(row: CapabilityRow, knowledge: "Knowledge | None") -> CapabilityRow:
    """The row with its RFC and its explanation, once the knowledge is there."""
    if knowledge is None:
        return row
    extension, verb = knowledge.extension(row.keyword), knowledge.verb(row.keyword)
    texts: list[str] = []
    reference = ""
    if extension is not None:
        reference = extension.references[0] if extension.references else ""
        lacks = row.standing in {Standing.MISSING, Standing.GONE}
        texts = [f"{extension.name}. {extension.explain or extension.behaviour}"]
        texts += [f"Without it: {extension.if_missing}"] if lacks and extension.if_missing else []
        texts += [_AFTER_TLS.get(extension.after_starttls, "")]
    elif verb is not None:
        reference, texts = verb.reference, [verb.summary]
    if row.standing is Standing.MISSING and row.keyword in _SAYS_NOTHING:
        texts.append("A server may know this command without offering it.")
    explanation = " ".join(filter(None, texts))
    return row._replace(reference=_document(reference), explanation=explanation)


def _document(reference: str) -> str:
    """``RFC 5321`` of ``RFC 5321 4.1.1.6``: the section stands in the explanation's source."""
    return " ".join(reference.split()[:2])
