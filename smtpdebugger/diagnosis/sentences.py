"""Observations in words: each sentence names the exchange it comes from."""

import re
from functools import lru_cache

from smtpdebugger.diagnosis.case import Case
from smtpdebugger.diagnosis.model import Evidence
from smtpdebugger.diagnosis.observation import Observation
from smtpdebugger.session.visible import visible

_HELLOS = frozenset({"EHLO", "HELO", "LHLO"})
_EHLO = re.compile(r"\bEHLO\b")
_NAMES = re.compile(r"\{([a-z_]+)\}")


MOST = 300
"""Characters of a sentence that are told."""


def sentence_of(case: Case, observation: Observation) -> Evidence:
    """The sentence of an observation's rule, filled; control characters made visible."""
    sentence = case.knowledge.evidence[observation.rule].sentence
    values = observation.values
    parts = _parts(sentence)
    told = [
        part if place % 2 == 0 else str(_value(case, observation, part))
        for place, part in enumerate(parts)
    ]
    text = visible("".join(told).replace("\n", " "), MOST)
    if case.before.lmtp and is_begun_by_lhlo(case):
        text = with_lhlo(text)
    elif case.before.lmtp and (begun := case.before.ehlo_exchange):
        text = text.replace(f"EHLO (exchange {begun})", f"LHLO (exchange {begun})")
    # A product is written as its makers write it, even where a sentence begins.
    is_name = sentence.startswith("{server}") and "server" in values
    text = text if is_name else text[:1].upper() + text[1:]
    return Evidence(text, observation.exchange or case.number)


@lru_cache(maxsize=1024)
def _parts(sentence: str) -> tuple[str, ...]:
    """A sentence of the tables, cut at its placeholders: each second part is the name of one."""
    return tuple(_NAMES.split(sentence))


def _value(case: Case, observation: Observation, name: str) -> object:
    found = observation.values.get(name)
    if found is not None:
        return found
    match name:
        case "n":
            return case.number
        case "other":
            return observation.exchange or case.number
        case "ehlo":
            return case.before.ehlo_exchange or observation.exchange or case.number
        case "verb":
            return case.shown_verb
        case "code":
            return case.code
        case "server":
            return case.server_name
    return f"{{{name}}}"


def is_begun_by_lhlo(case: Case) -> bool:
    """Whether sentences say LHLO for EHLO: LMTP was begun (RFC 2033 section 4.1)."""
    if not case.before.lmtp or case.verb in _HELLOS:
        return False
    return not case.last_accepted("EHLO", "HELO")


def with_lhlo(text: str) -> str:
    """A sentence with LHLO for EHLO."""
    return _EHLO.sub("LHLO", text)
