"""The watchdog's eye on names: a greeting of one program, and the words of another."""

from collections.abc import Iterator

from smtpdebugger.diagnosis.server import TELLING, is_accepted, is_no_command, reply_lines
from smtpdebugger.diagnosis.sighting import Sighting, Watch
from smtpdebugger.knowledge.fingerprint import Guess, Observed
from smtpdebugger.session.exchange import Exchange
from smtpdebugger.session.visible import visible

FEWEST_REASONS = 2
"""One reply in other words may be an administrator's."""

LIKELY = 0.8
"""How sure the program behind the greeting must be to be named."""

_RULE = "greeting-of-another"
_HELLOS = frozenset({"EHLO", "LHLO"})
_WORD = ""


def greeting_of_another(watch: Watch, exchange: Exchange) -> Iterator[Sighting]:
    """Told once, as soon as what came after the greeting belies it."""
    if not _is_news(watch, exchange) or _RULE in watch.told:
        return
    observed = Observed(watch.greeting, watch.hello, answers=tuple(watch.answers.items()))
    recogniser = watch.knowledge.recogniser
    claimed = recogniser.belied(observed)
    if claimed is None or len(claimed.against) < FEWEST_REASONS:
        return
    watch.told.add(_RULE)
    reasons = "; ".join(_clause(each) for each in claimed.against[:FEWEST_REASONS])
    best = next(iter(recogniser.recognise(observed)), None)
    yield Sighting(
        _RULE,
        values={
            "greeting": watch.greeted_at,
            "claimed": claimed.name,
            "reasons": visible(reasons, 240),
            "looks": _looks(best),
        },
    )


def _is_news(watch: Watch, exchange: Exchange) -> bool:
    """Whether an exchange tells something new of who speaks; what it tells is remembered."""
    verb = exchange.verb
    if exchange.is_greeting:
        watch.greeting, watch.greeted_at = reply_lines(exchange), exchange.number
        return False
    if verb in _HELLOS and is_accepted(exchange):
        watch.hello = reply_lines(exchange)
    elif verb in TELLING and is_accepted(exchange):
        watch.answers[verb] = reply_lines(exchange)[0]
    elif _WORD not in watch.answers and is_no_command(watch.knowledge, exchange):
        watch.answers[_WORD] = reply_lines(exchange)[0]
    else:
        return False
    return bool(watch.greeting)


def _looks(best: Guess | None) -> str:
    if best is None or best.greeted or best.confidence < LIKELY:
        return ""
    return f" The replies look like those of {best.name}."


def _clause(reason: str) -> str:
    """A reason as a part of a sentence."""
    return f"{reason[:1].lower()}{reason[1:].rstrip('.')}"
