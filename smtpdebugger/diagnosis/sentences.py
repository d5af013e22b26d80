"""Observations in words: each sentence names the exchange it comes from."""

import re

from smtpdebugger.diagnosis.case import Case
from smtpdebugger.diagnosis.model import Evidence
from smtpdebugger.diagnosis.observation import Observation
from smtpdebugger.session.visible import visible

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
    text = visible(text.replace("\n", " "), 300)
    return Evidence(text[:1].upper() + text[1:], observation.exchange or case.number)
