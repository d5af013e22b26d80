"""Alternatives: other ways to the goal of a refused command that are open now.

Some are repairs of what the leading causes say is wrong (repairs.py), the others stand in the
tables with the verb. Each is kept only if every step would be legal from where the session
stands, uses nothing that was not offered, and was not refused already.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from typing import Literal

from smtpdebugger.diagnosis.case import Case
from smtpdebugger.diagnosis.chain import is_possible
from smtpdebugger.diagnosis.history import is_closed
from smtpdebugger.diagnosis.model import Alternative, RankedCause
from smtpdebugger.diagnosis.placeholders import (
    fill_line,
    fill_text,
    is_harmless,
    own_argument,
    own_line,
)
from smtpdebugger.diagnosis.proposal import Proposal
from smtpdebugger.diagnosis.remedies import last_resort
from smtpdebugger.diagnosis.repairs import find_out, repairs
from smtpdebugger.knowledge.model import Alternative as Row
from smtpdebugger.protocol.state import State
from smtpdebugger.session.situation import Situation

MOST = 8
"""More choices than this help nobody."""

LEAST = 0.08
"""A cause less likely than this is no condition for an alternative."""

LIKELY = 0.25
"""Less likely causes come last after a word that is no verb."""

_CLOSING = 421
"""The service closes the transmission channel (RFC 5321 3.8)."""

_DELIVERING = ("DATA", "BDAT")
_LIVE = frozenset({"live", "practice"})


def alternatives_of(case: Case, causes: Sequence[RankedCause]) -> tuple[Alternative, ...]:
    """The ways that are open, best first."""
    stand = standpoint(case)
    found: dict[tuple[object, ...], Alternative] = {}
    sure, unsure = _by_weight(case, causes)
    likely = frozenset(each.id for each in causes if each.probability >= LEAST)
    for proposal in (
        *repairs(case, sure),
        *_tabled(case, stand, likely),
        *find_out(case),
        *repairs(case, unsure),
    ):
        for alternative in _possible(case, proposal, stand):
            found.setdefault(_identity(alternative), alternative)
    if not found and case.exchange.is_negative:
        lasts = (each for last in last_resort(case) for each in _possible(case, last, stand))
        found = {_identity(each): each for each in lasts}
    return tuple(found.values())[:MOST]


def _by_weight(
    case: Case, causes: Sequence[RankedCause]
) -> tuple[Sequence[RankedCause], Sequence[RankedCause]]:
    """The causes whose repairs come first, and those to be tried after all else.

    After a word that is no verb, finding out what there is beats the repair of a mere suspicion.
    """
    if case.is_command:
        return causes, ()
    sure = [each for each in causes if each.probability >= LIKELY or each is causes[0]]
    return sure, [each for each in causes if each not in sure]


def standpoint(case: Case) -> Situation:
    """Where the next command would be sent from: now in a live session, else right after the
    reply, since a finished session stands nowhere any more. Where the server hung up with the
    reply, it is a new connection's beginning, just after the same EHLO."""
    session = case.session
    if is_over(case):
        before = case.before
        hello = before.hello if before.hello is not State.GREETED else State.EHLO
        return before._replace(
            state=hello, hello=hello, authenticated=False, reverse_path=None, is_open=True
        )
    is_live = session.header.origin in _LIVE and session.situation.is_open
    if is_live and case.span.stop > len(session.exchanges):
        return session.situation
    return case.exchange.after


def is_over(case: Case) -> bool:
    """Whether the reply ended the connection."""
    return case.code == _CLOSING or not case.exchange.after.is_open or is_closed(case)


def _possible(case: Case, proposal: Proposal, stand: Situation) -> Iterator[Alternative]:
    alternative = _filled(case, proposal)
    if alternative.action == "send":
        yield from _possible_chain(case, alternative, stand)
    elif alternative.action == "reconnect":
        if _is_elsewhere(case, alternative):
            yield alternative
    else:
        yield alternative


def _possible_chain(
    case: Case, alternative: Alternative, stand: Situation
) -> Iterator[Alternative]:
    lines = alternative.commands
    for before, loses in (((), ""), (("RSET",), "The open mail transaction is dropped.")):
        if is_possible(case, (*before, *lines), stand):
            lost = " ".join(each for each in (loses, alternative.loses) if each)
            possible = replace(alternative, commands=(*before, *lines), loses=lost)
            yield _after_reconnect(case, possible) if is_over(case) else possible
            return


def _after_reconnect(case: Case, alternative: Alternative) -> Alternative:
    """The server has closed the connection: the chain needs a new one first."""
    hello, missing = fill_line(case, "EHLO {client}")
    opens = alternative.commands[0].split(" ")[0].upper() in {"EHLO", "HELO", "LHLO"}
    lines = alternative.commands if opens else (hello, *alternative.commands)
    if case.before.port is None:
        told = " · ".join(lines).replace("{", "<").replace("}", ">")
        return replace(
            alternative,
            action="other",
            commands=(),
            missing=(),
            what=f"Connect again, then {told}",
        )
    tls = security_of("starttls" if case.before.before_tls is not None else "tls")
    return replace(
        alternative,
        action="reconnect",
        port=case.before.port,
        security=tls if case.before.tls else security_of("none"),
        commands=lines,
        missing=tuple(dict.fromkeys((*(() if opens else missing), *alternative.missing))),
    )


def _is_elsewhere(case: Case, alternative: Alternative) -> bool:
    """Whether a reconnection leads to another service than the one at hand."""
    here = case.before
    if alternative.port not in {None, here.port}:
        return True
    if alternative.security == "tls":
        return not here.tls or here.before_tls is not None
    return alternative.security == "starttls" and not here.tls and here.port is None


def _filled(case: Case, proposal: Proposal) -> Alternative:
    lines, missing = [], dict[str, None]()
    for template in proposal.commands:
        line, unknown = fill_line(case, template)
        lines.append(line)
        missing.update(dict.fromkeys(unknown))
    last = lines[-1].split(" ")[0].upper() if lines else ""
    return Alternative(
        action=proposal.action,
        commands=tuple(lines),
        port=proposal.port or None,
        security=proposal.security,
        what=fill_text(case, proposal.what),
        achieves=proposal.achieves,
        loses=proposal.loses,
        delivers=proposal.delivers or last in _DELIVERING,
        reference=proposal.reference,
        missing=tuple(missing),
        goal=proposal.goal or goal_of(case),
        kind=proposal.kind,
    )


def goal_of(case: Case) -> str:
    """What the refused command was to reach."""
    record = case.record
    if record is None or not case.is_command:
        record = case.knowledge.verb(case.near_verb) or record
    if record is None:
        return "open-session" if case.command is None else "learn-commands"
    return record.goal


def _tabled(case: Case, stand: Situation, likely: Collection[str]) -> Iterator[Proposal]:
    """The alternatives the tables hold for the verb and whose conditions all hold."""
    # A misspelled verb has the alternatives of the one that was meant.
    record = case.record or case.knowledge.verb(case.near_verb)
    for row in record.alternatives if record is not None else ():
        if not all(holds(condition, case, stand, likely) for condition in row.when):
            continue
        proposal = _proposal(row)
        # The very line that was refused is an alternative only where a cause says so.
        if not _is_again(case, proposal):
            yield proposal


def _is_again(case: Case, proposal: Proposal) -> bool:
    lines = [fill_line(case, template)[0].upper() for template in proposal.commands]
    return lines == [own_line(case).upper()]


def _proposal(row: Row) -> Proposal:
    return Proposal(
        action=_action(row.action),
        commands=row.commands,
        port=row.port,
        security=security_of(row.security),
        what=row.what,
        achieves=row.achieves,
        loses=row.loses,
        delivers=row.delivers,
        reference=row.reference,
        goal=row.goal,
    )


def _action(word: str) -> Literal["send", "reconnect", "other"]:
    match word:
        case "send" | "reconnect":
            return word
        case _:
            return "other"


def security_of(word: str) -> Literal["none", "starttls", "tls"] | None:
    match word:
        case "none" | "starttls" | "tls":
            return word
        case _:
            return None


def holds(
    condition: str, case: Case, stand: Situation, likely: Collection[str] = frozenset()
) -> bool:
    """Whether one condition of an alternative's ``when`` holds, with these causes likely. Raises
    ValueError for a word outside the vocabulary, which the loader does not let through."""
    word, _, argument = condition.partition(":")
    if word == "cause":
        return any(cause in likely for cause in argument.split("|"))
    in_mail = stand.state in {State.MAIL, State.RCPT, State.BDAT}
    answers = {
        "tls": stand.tls,
        "no-tls": not stand.tls,
        "greeted": stand.hello is not State.GREETED,
        "not-greeted": stand.hello is State.GREETED,
        "esmtp": stand.hello is State.EHLO,
        "in-mail": in_mail,
        "in-rcpt": stand.state is State.RCPT,
        "not-in-mail": not in_mail,
        "authenticated": stand.authenticated,
        "not-authenticated": not stand.authenticated,
        "has-argument": bool(own_argument(case)),
        "has-parameters": case.command is not None and bool(case.command.parameters),
        "harmless": is_harmless(case),
        "transient": case.code < 500,
        "permanent": case.code >= 500,
        "not-esmtp": stand.hello is not State.EHLO,
        "offered": stand.offers(argument),
        "not-offered": not stand.offers(argument),
        "helped": argument in stand.helped,
    }
    if word not in answers:
        raise ValueError(f"unknown condition {condition!r}")
    return answers[word]


def _identity(alternative: Alternative) -> tuple[object, ...]:
    if alternative.action == "other":
        return ("other", alternative.what)
    return (alternative.action, alternative.commands, alternative.port, alternative.security)
