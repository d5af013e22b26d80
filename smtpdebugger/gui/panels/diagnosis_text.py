"""A diagnosis in plain words: what the panel shows, reads out and copies. Pure functions."""

import re
from collections.abc import Iterator

from smtpdebugger.diagnosis.model import Alternative, Diagnosis, Evidence, Fixes, RankedCause
from smtpdebugger.session.visible import visible

AUDIENCES = (
    ("Sender", "sender"),
    ("Developer", "developer"),
    ("Administrator", "administrator"),
)

_SECTION = re.compile(r"(RFC \d+) (\d)")


def shown(text: str) -> str:
    """A text that may hold a server's words, harmless."""
    return visible(text, 1000)


def percent(probability: float) -> str:
    """A probability as people read it; nothing that was considered is 0 %."""
    if 0 < probability < 0.01:
        return "< 1 %"
    return f"{round(probability * 100)} %"


def code_text(diagnosis: Diagnosis) -> str:
    """Reply code and enhanced status code."""
    code = "no code" if diagnosis.code is None else f"{diagnosis.code:03d}"
    return f"{code} {diagnosis.enhanced}" if diagnosis.enhanced else code


def subject_text(diagnosis: Diagnosis) -> str:
    """What the reply answers."""
    closed = ", then closed the connection" if diagnosis.closed else ""
    answered = f"to {shown(diagnosis.command)}" if diagnosis.command else "unasked"
    return answered + closed


def is_refusal(diagnosis: Diagnosis) -> bool:
    """Whether the reply refuses (4yz, 5yz), or is no proper reply at all."""
    return diagnosis.code is None or diagnosis.code >= 400


def brief_lines(diagnosis: Diagnosis) -> tuple[str, ...]:
    """What a person needs first of the meaning: its name, and how final it is."""
    meaning = diagnosis.meaning
    if not is_refusal(diagnosis):
        return _shown(f"{meaning.title}: {meaning.meaning}" if meaning.title else "")
    prospect = "repeating it cannot help" if meaning.is_permanent else "it may succeed later"
    final = f"{meaning.severity}: {prospect}" if meaning.severity else prospect
    return _shown(f"{meaning.title} ({final})" if meaning.title else final.capitalize())


def meaning_lines(diagnosis: Diagnosis) -> tuple[str, ...]:
    """What the codes say, whoever sent them: the reply code first."""
    meaning = diagnosis.meaning
    if not is_refusal(diagnosis):
        return ()
    code = f"{diagnosis.code:03d} is a {meaning.category} reply" if diagnosis.code else ""
    enhanced = ""
    if meaning.enhanced_title:
        enhanced = f"{diagnosis.enhanced}, {meaning.enhanced_title}: {meaning.enhanced_meaning}"
    return _shown(
        meaning.meaning, code if meaning.category else "", enhanced.rstrip(": "), meaning.action
    )


def cause_title(cause: RankedCause) -> str:
    """Family and title in one line."""
    if cause.family_title and cause.family_title != cause.title:
        return f"{cause.family_title} — {cause.title}"
    return cause.title


def consequence_lines(alternative: Alternative) -> tuple[str, ...]:
    """What an alternative achieves, what it loses, whether it delivers, and where it stands."""
    lines = [alternative.achieves]
    if alternative.loses:
        lines.append(f"But: {alternative.loses}")
    if alternative.missing:
        lines.append(f"You fill in: {', '.join(alternative.missing)}.")
    return tuple(shown(line) for line in lines if line)


def reference_text(reference: str) -> str:
    """``RFC 5321 3.5`` as ``RFC 5321 §3.5``."""
    return _SECTION.sub(r"\1 §\2", reference)


def fixes_of(fixes: Fixes) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The audiences that can do something, each with what."""
    found = ((title, getattr(fixes, name)) for title, name in AUDIENCES)
    return tuple((title, sentences) for title, sentences in found if sentences)


def description(diagnosis: Diagnosis) -> str:
    """Summary and leading cause, for a screen reader on its way past."""
    parts = [f"{code_text(diagnosis)} {subject_text(diagnosis)}.", _with_stop(diagnosis.summary)]
    if diagnosis.causes:
        leading = diagnosis.causes[0]
        parts.append(f"{cause_title(leading)}, {percent(leading.probability)}.")
    return shown(" ".join(part for part in parts if part))


def plain_text(diagnosis: Diagnosis) -> str:
    """The whole diagnosis, for the clipboard."""
    return "\n".join(_lines(diagnosis)) + "\n"


def _lines(diagnosis: Diagnosis) -> Iterator[str]:
    yield f"{code_text(diagnosis)} {subject_text(diagnosis)}"
    if diagnosis.text:
        yield f"The server's words: {shown(diagnosis.text)}"
    if diagnosis.summary:
        yield shown(diagnosis.summary)
    yield from brief_lines(diagnosis)
    yield from meaning_lines(diagnosis)
    if diagnosis.causes:
        yield from ("", "LIKELY CAUSES")
    for cause in diagnosis.causes:
        yield f"{percent(cause.probability):>5}  {shown(cause_title(cause))}"
        yield from (f"       + {evidence_text(each)}" for each in cause.evidence)
        yield from (f"       - {evidence_text(each)}" for each in cause.against)
    if diagnosis.alternatives:
        yield from ("", "INSTEAD")
    for alternative in diagnosis.alternatives:
        yield shown(alternative.label)
        yield from (f"  {line}" for line in consequence_lines(alternative))
        if alternative.delivers:
            yield "  Could deliver mail."
    if diagnosis.causes:
        yield from _fix_lines(diagnosis.causes[0].fixes)


def _fix_lines(fixes: Fixes) -> Iterator[str]:
    found = fixes_of(fixes)
    if found:
        yield from ("", "HOW TO FIX")
    for title, sentences in found:
        yield f"{title}:"
        yield from (f"  {shown(sentence)}" for sentence in sentences)


def evidence_sentence(evidence: Evidence) -> str:
    """A piece of evidence without the exchange, for where a link beside it names that."""
    for mention in (f" (exchange {evidence.exchange})", f" in exchange {evidence.exchange}"):
        if evidence.exchange and mention in evidence.sentence:
            return shown(evidence.sentence.replace(mention, "", 1))
    return shown(evidence.sentence)


def evidence_text(evidence: Evidence) -> str:
    """A piece of evidence, with the exchange it comes from."""
    named = f"exchange {evidence.exchange}" in evidence.sentence
    where = f" (exchange {evidence.exchange})" if evidence.exchange and not named else ""
    return shown(evidence.sentence) + where


def _shown(*sentences: str) -> tuple[str, ...]:
    return tuple(shown(_with_stop(each)) for each in sentences if each.strip())


def _with_stop(sentence: str) -> str:
    text = sentence.strip()
    return text if not text or text[-1] in ".!?:" else f"{text}."
