"""Verification steps: which harmless experiments would tell the leading causes of a refusal apart.

What a step is worth follows from the weights of its possible outcomes: most where an outcome would
move two likely causes away from each other. No step names a recipient, sends content or tries a
password, and all together stay below the number of errors the server bears.
"""

from collections.abc import Collection, Mapping, Sequence
from itertools import combinations
from typing import Literal

from smtpdebugger.diagnosis.alternatives import holds
from smtpdebugger.diagnosis.case import Case
from smtpdebugger.diagnosis.chain import is_in_order
from smtpdebugger.diagnosis.manners import is_late_for_tls
from smtpdebugger.diagnosis.matters import matter_of
from smtpdebugger.diagnosis.model import RankedCause, Step
from smtpdebugger.diagnosis.offers import keyword_of, keyword_of_parameter
from smtpdebugger.diagnosis.placeholders import fill_line
from smtpdebugger.diagnosis.ranking import UNKNOWN
from smtpdebugger.diagnosis.standpoint import is_over, standpoint
from smtpdebugger.diagnosis.ways import in_protocol, security_of
from smtpdebugger.knowledge.model import VerificationStep
from smtpdebugger.knowledge.tables import Knowledge
from smtpdebugger.session.situation import Situation

MOST = 4
LEADING = 4
"""Causes that are worth telling apart."""

LEAST_LIKELY = 0.02
LEAST_WORTH = 0.1
DOUBT = 0.04
"""How likely it is at least, for the choice of steps, that the cause is none of those named."""

SURE = 0.9
MOST_IF_SURE = 2

ERRORS_BORNE = 3
"""What a server whose limit nobody knows is asked to bear; Exim leaves at the fourth."""

EVERY_ERROR = ("errors", "every error")
"""How the tables begin where a server counts whatever it refuses."""

_COUNTED = 60

MOST_KEPT = 256
"""Sets of leading causes for which the steps worth taking are remembered."""


def steps_of(
    case: Case, causes: Sequence[RankedCause], taken: Collection[str] = ()
) -> tuple[Step, ...]:
    """The steps that are worth taking now, the most telling first; without those ``taken``."""
    leading = _leading(causes)
    if not leading:
        return ()
    most = MOST if causes[0].probability < SURE else MOST_IF_SURE
    stand, is_ended = standpoint(case), is_over(case)
    room: int | None = None
    found: list[Step] = []
    for row in _worthy(case.knowledge, tuple(leading.items())):
        if row.id in taken or not _is_meant(case, row):
            continue
        step = _possible(case, row, leading, stand, is_ended=is_ended)
        if step is None:
            continue
        if step.action == "send":
            room = room_for_errors(case) if room is None else room
            if step.errors > room:
                continue
            room -= step.errors
        found.append(step)
        if len(found) == most:
            break
    return tuple(found)


def _leading(causes: Sequence[RankedCause]) -> dict[str, float]:
    """The causes that are worth telling apart. That all are wrong stays open, be it ever so
    unlikely: so a single cause can be put to the test as well."""
    found = {
        each.id: each.probability for each in causes[:LEADING] if each.probability >= LEAST_LIKELY
    }
    if found:
        found[UNKNOWN] = max(DOUBT, found.get(UNKNOWN, 0.0))
    return found


def room_for_errors(case: Case) -> int:
    """How many more refusals the server will bear in this connection."""
    server = case.knowledge.server(case.server.id)
    told = server.error_limit if server is not None else None
    limit = told.count if told is not None else 0
    # Of some limits it is not clear whether reaching them is enough.
    borne = max(1, limit - 1) if limit > ERRORS_BORNE else min(limit or ERRORS_BORNE, ERRORS_BORNE)
    last = case.span.stop - 1
    start = max(case.first, last - _COUNTED)
    codes = case.session.columns.codes[start - 1 : last]
    every = told is not None and told.counts.startswith(EVERY_ERROR)
    return borne - sum(_is_error(code, every=every) for code in codes)


def _is_error(code: int, *, every: bool) -> bool:
    """Whether a server counts a reply as an error: all its refusals, or those of the protocol."""
    return code >= 400 if every else 500 <= code <= 504


def _worthy(
    knowledge: Knowledge, leading: tuple[tuple[str, float], ...]
) -> tuple[VerificationStep, ...]:
    """The steps that are worth taking where these causes are this likely, the best first."""
    kept = knowledge.derived(_kept)
    found = kept.get(leading)
    if found is None:
        worth = worth_of(knowledge, dict(leading))
        rows = (row for row in knowledge.steps.values() if worth[row.id] >= LEAST_WORTH)
        if len(kept) >= MOST_KEPT:
            kept.clear()
        found = kept[leading] = tuple(sorted(rows, key=lambda row: -worth[row.id]))
    return found


def _kept(_: Knowledge) -> dict[tuple[tuple[str, float], ...], tuple[VerificationStep, ...]]:
    return {}


def worth_of(knowledge: Knowledge, leading: Mapping[str, float]) -> dict[str, float]:
    """How far each step can move the leading causes apart, by what is likely now."""
    worth = dict.fromkeys(knowledge.steps, 0.0)
    for one, other in combinations(leading, 2):
        likely = leading[one] * leading[other]
        for step, spread in knowledge.derived(_spreads, one, other):
            worth[step] += likely * spread
    return worth


def _spreads(knowledge: Knowledge, one: str, other: str) -> list[tuple[str, float]]:
    """The steps that can move two causes apart, and how far."""
    found: list[tuple[str, float]] = []
    for row in knowledge.steps.values():
        tables = [_moves(knowledge, outcome) for outcome in row.outcomes]
        # Both ways must be open: a step whose outcomes all say the same tells nothing.
        moves = [table.get(one, 0.0) - table.get(other, 0.0) for table in tables]
        if max(moves) > min(moves):
            found.append((row.id, max(moves) - min(moves)))
    return found


def _moves(knowledge: Knowledge, outcome: str) -> Mapping[str, float]:
    rule = knowledge.evidence.get(outcome)
    return rule.weights if rule is not None else {}


def _is_meant(case: Case, row: VerificationStep) -> bool:
    if row.verbs and case.verb not in row.verbs:
        return False
    if case.verb in row.not_for or (row.codes and case.code not in row.codes):
        return False
    if _OF_DIALECT & set(row.outcomes) and matter_of(case, "policy") == "hello-name":
        return False  # it understood the verb well enough to judge the name
    if _OF_SENDER & set(row.outcomes) and _is_of_line(case):
        return False  # what is wrong stands in the line; another sender would tell nothing
    if {"later-offered", "other-port-offers"} & set(row.outcomes):
        return bool(wanted_keyword(case))
    return True


def _is_of_line(case: Case) -> bool:
    words = case.words
    return words is not None and not words.vague and words.cause in _OF_LINE


_OF_SENDER = frozenset({"null-sender-accepted", "bare-accepted"})
_OF_LINE = frozenset({"encoding-8bit", "line-too-long", "size-exceeded", "syntax-args"})
_OF_DIALECT = frozenset({"helo-accepted", "lhlo-accepted"})
"""Outcomes of steps that ask which form of the protocol is spoken."""


def wanted_keyword(case: Case) -> str:
    """The EHLO keyword that would have made the refused command right; empty for none."""
    if keyword := keyword_of(case):
        return keyword
    parameters = case.command.parameters if case.command is not None else ()
    keywords = (keyword_of_parameter(case, name) for name in parameters)
    if missing := next((each for each in keywords if each and not case.before.offers(each)), ""):
        return missing
    if case.verb in {"RCPT", "MAIL"} and not case.before.authenticated:
        return "AUTH"
    return "STARTTLS" if case.verb == "EHLO" and not case.before.tls else ""


def _possible(
    case: Case,
    row: VerificationStep,
    leading: Mapping[str, float],
    stand: Situation,
    *,
    is_ended: bool,
) -> Step | None:
    # What costs least to ask comes first: most steps fall through here.
    reconnects = row.action == "reconnect"
    if (not _is_elsewhere(case, row) if reconnects else is_ended) or not all(
        holds(condition, case, stand) for condition in row.when
    ):
        return None
    step = _filled(case, row, leading)
    if step is None or (step.action == "send" and not is_in_order(step.commands, stand)):
        return None
    if step.commands[:1] == ("STARTTLS",) and is_late_for_tls(case, stand):
        return None
    return step


def _is_elsewhere(case: Case, row: VerificationStep) -> bool:
    """Whether a reconnection looks at something else than before, or was asked to look again."""
    here = case.before.port
    return here is not None if not row.port else row.port != here


def _filled(case: Case, row: VerificationStep, leading: Mapping[str, float]) -> Step | None:
    lines, missing = [], dict[str, None]()
    for template in row.commands:
        # Another port is another service, and LMTP is hardly ever the same one's.
        spoken = template if row.port else in_protocol(case, template)
        line, unknown = fill_line(case, spoken)
        lines.append(line)
        missing.update(dict.fromkeys(unknown))
    if set(missing) - {"client"}:
        return None
    reconnects = row.action == "reconnect"
    security = security_of(row.security) or (_same_security(case) if reconnects else None)
    tables = [_moves(case.knowledge, outcome) for outcome in row.outcomes]
    return Step(
        id=row.id,
        title=row.title,
        tells=row.tells,
        action="reconnect" if reconnects else "send",
        commands=tuple(lines),
        port=(row.port or case.before.port) if reconnects else None,
        security=security,
        separates=tuple(each for each in leading if any(each in table for table in tables)),
        errors=row.errors,
        reference=row.reference,
        missing=tuple(missing),
    )


def _same_security(case: Case) -> Literal["none", "starttls", "tls"]:
    if not case.before.tls:
        return "none"
    return "starttls" if case.before.before_tls is not None else "tls"
