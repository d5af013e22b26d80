"""Observations in words: each sentence names the exchange it comes from."""

import re

from smtpdebugger.diagnosis.case import Case
from smtpdebugger.diagnosis.model import Evidence
from smtpdebugger.diagnosis.observation import Observation
from smtpdebugger.session.visible import visible

_HELLOS = frozenset({"EHLO", "HELO", "LHLO"})
_EHLO = re.compile(r"\bEHLO\b")
_NAMES = re.compile(r"\{([a-z_]+)\}")


def sentence_of(case: Case, observation: Observation) -> Evidence:
    """The sentence of an observation's rule, filled; control characters made visible."""
    rule = case.knowledge.evidence[observation.rule]
    values: dict[str, object] = {
        "n": case.number,
        "other": observation.exchange or case.number,
        "ehlo": case.before.ehlo_exchange or observation.exchange or case.number,
        "verb": case.shown_verb,
        "code": case.code,
        "server": case.server_name,
        **observation.values,
    }
    text = _NAMES.sub(lambda match: str(values.get(match[1], match[0])), rule.sentence)
    text = in_protocol(case, visible(text.replace("\n", " "), 300))
    # A product is written as its makers write it, even where a sentence begins.
    is_name = rule.sentence.startswith("{server}") and "server" in observation.values
    told = text if is_name else text[:1].upper() + text[1:]
    return Evidence(told, observation.exchange or case.number)


def in_protocol(case: Case, text: str) -> str:
    """A sentence with LHLO for EHLO where LMTP was begun (RFC 2033 section 4.1)."""
    if not case.before.lmtp or case.verb in _HELLOS or case.last_accepted("EHLO", "HELO"):
        return text
    return _EHLO.sub("LHLO", text)
