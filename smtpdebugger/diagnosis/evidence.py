"""The list of all evidence, and the collecting of what it sees in a case.

A new piece of evidence is one small function in the module of its kind, its name in OBSERVERS,
and its sentence and weights in resources/evidence/.
"""

from smtpdebugger.diagnosis import history, offers, peers, sequence, syntax, wording
from smtpdebugger.diagnosis.case import Case
from smtpdebugger.diagnosis.observation import Observation, Observer

OBSERVERS: tuple[Observer, ...] = (
    wording.known_replies,
    wording.rules_of_wording,
    wording.what_words_rule_out,
    wording.codes,
    wording.typical_causes,
    syntax.kind_of_verb,
    syntax.near_miss,
    syntax.form,
    syntax.octets,
    syntax.login,
    offers.verb_offered,
    offers.auth_and_tls,
    offers.verb_listed,
    offers.mechanism,
    offers.parameters,
    offers.size,
    offers.smallness,
    offers.masks,
    offers.port_and_login,
    sequence.beginning,
    sequence.kind_of_hello,
    sequence.transaction,
    sequence.judged,
    sequence.done_before,
    sequence.waiting,
    history.same_verb,
    history.refused_ehlo,
    history.same_refusal,
    history.greeting,
    history.errors,
    history.ended,
    history.help_list,
    history.leftovers,
    history.served_domain,
    history.silence,
    peers.first_octets,
    peers.answer,
    peers.lmtp,
    peers.quotes,
)


def observe(case: Case) -> tuple[Observation, ...]:
    """Everything that any evidence sees in a case."""
    found: list[Observation] = []
    for observer in OBSERVERS:
        found.extend(observer(case))
    return tuple(found)
