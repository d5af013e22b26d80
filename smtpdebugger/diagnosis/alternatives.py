"""Alternatives: other ways to the goal of a refused command that are open now.

Some are repairs of what the leading causes say is wrong (repairs.py), the others stand in the
tables with the verb. Each is kept only if every step would be legal from where the session
stands, uses nothing that was not offered, and was not refused already.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Literal

from smtpdebugger.diagnosis.case import REQUIRED, Case
from smtpdebugger.diagnosis.grammar import problem_of_line
from smtpdebugger.diagnosis.model import Alternative, RankedCause
from smtpdebugger.diagnosis.placeholders import fill_line, is_harmless, own_argument, own_line
from smtpdebugger.diagnosis.proposal import Proposal, other
from smtpdebugger.diagnosis.quoted import OF_COMMANDS
from smtpdebugger.diagnosis.ranking import UNKNOWN
from smtpdebugger.diagnosis.remedies import OTHER_PEER, SUBMISSION_PORTS, again_later
from smtpdebugger.diagnosis.repairs import find_out, repairs
from smtpdebugger.diagnosis.ways import Ways, security_of
from smtpdebugger.knowledge.model import Alternative as Row
from smtpdebugger.protocol.command import MailData
from smtpdebugger.protocol.state import State
from smtpdebugger.session.situation import Situation

MOST = 8
"""More choices than this help nobody."""

LEAST = 0.08
"""A cause less likely than this is no condition for an alternative."""

LIKELY = 0.25
"""Less likely causes come last after a word that is no verb."""


def alternatives_of(case: Case, causes: Sequence[RankedCause]) -> tuple[Alternative, ...]:
    """The ways that are open, best first."""
    ways = Ways(case, causes)
    found: dict[tuple[object, ...], Alternative] = {}
    if causes and causes[0].id == OTHER_PEER:
        only = (each for one in repairs(case, causes[:1]) for each in ways.through(one))
        return tuple(only)
    sure, unsure = _by_weight(case, causes)
    likely = frozenset(each.id for each in causes if each.probability >= LEAST)
    for proposal in (
        *repairs(case, sure),
        *_tabled(case, ways.stand, likely),
        *find_out(case),
        *repairs(case, unsure),
    ):
        for alternative in ways.through(proposal):
            found.setdefault(_identity(alternative), alternative)
    if not found and case.exchange.is_negative:
        lasts = (each for last in _last_resort(case) for each in ways.through(last))
        found = {_identity(each): each for each in lasts}
    return tuple(found.values())[:MOST]


def _last_resort(case: Case) -> Iterator[Proposal]:
    """Where nothing else is open: a person who can tell."""
    if not case.reply.is_negative:
        return
    yield from again_later(case)
    if case.is_alone and case.code in OF_COMMANDS:
        yield other(
            what=f"Connect to the server, send EHLO, then {case.shown_verb} again",
            achieves="Shows what the reply answers and what the server offers: that tells the"
            " causes apart.",
            reference="RFC 5321 4.1.1.1, 4.2.4",
        )
        return
    yield Proposal(
        action="other",
        what="Send the report of this refusal to the server's administrator",
        achieves="Gets an answer from whoever can look into the server's log.",
        reference="RFC 5321 4.5.1, 7.9",
    )


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


def _tabled(case: Case, stand: Situation, likely: Collection[str]) -> Iterator[Proposal]:
    """The alternatives the tables hold for the verb and whose conditions all hold."""
    # A misspelled verb has the alternatives of the one that was meant.
    record = case.record or case.knowledge.verb(case.near_verb)
    if isinstance(case.unit, MailData):
        # Who asked for the message found the transaction in order.
        likely = frozenset(likely) - {UNKNOWN}
    for row in record.alternatives if record is not None else ():
        if not all(holds(condition, case, stand, likely) for condition in row.when):
            continue
        proposal = _proposal(row)
        # The very line that was refused is an alternative only where a cause says so.
        if not _is_again(case, proposal, stand):
            yield proposal


def _is_again(case: Case, proposal: Proposal, stand: Situation) -> bool:
    then = case.before
    if (stand.tls, stand.hello, stand.authenticated) != (then.tls, then.hello, then.authenticated):
        return False
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


def holds(
    condition: str, case: Case, stand: Situation, likely: Collection[str] = frozenset()
) -> bool:
    """Whether one condition of an alternative's ``when`` holds, with these causes likely. Raises
    ValueError for a word outside the vocabulary, which the loader does not let through."""
    word, _, argument = condition.partition(":")
    if word in {"cause", "unlikely"}:
        is_likely = any(cause in likely for cause in argument.split("|"))
        return is_likely if word == "cause" else not is_likely
    answer = _ANSWERS.get(word)
    if answer is None:
        raise ValueError(f"unknown condition {condition!r}")
    return answer(case, stand, argument)


def is_doubtful(case: Case) -> bool:
    """Whether the server may not know the verb: it need not, or says something of that kind."""
    return case.verb not in REQUIRED or case.code in _NOT_KNOWN


def _may_be_sender(case: Case) -> bool:
    """Whether it may be the reverse-path that was refused: nothing clearer was said."""
    words = case.words
    if words is None or words.vague:
        return True
    is_of_sender = words.cause in {"policy", "syntax-address"}
    return is_of_sender and words.matter not in _NOT_OF_SENDER


def is_in_form(case: Case) -> bool:
    """Whether the refused line has the form that the standard gives its verb."""
    command = case.command
    return command is None or not problem_of_line(command.verb, command.argument)


def _is_word(case: Case) -> bool:
    """Whether the line begins with something like a verb; a star or an empty line does not, and
    what a server says to a word tells nothing of them."""
    return case.command is not None and any(map(str.isalpha, case.verb))


_NOT_KNOWN = frozenset({421, 500, 501, 502, 503, 504})
"""Codes that a server gives when it does not know a verb, or takes it at another time."""

_NOT_OF_SENDER = frozenset({"account", "hello-name", "content", "message-form"})
"""Matters of a rule that another reverse-path would not change."""

_IN_MAIL = frozenset({State.MAIL, State.RCPT, State.BDAT})
_ANSWERS: dict[str, Callable[[Case, Situation, str], bool]] = {
    "tls": lambda case, stand, _: stand.tls,
    "no-tls": lambda case, stand, _: not stand.tls,
    "greeted": lambda case, stand, _: stand.hello is not State.GREETED,
    "not-greeted": lambda case, stand, _: stand.hello is State.GREETED,
    "esmtp": lambda case, stand, _: stand.hello is State.EHLO,
    "not-esmtp": lambda case, stand, _: stand.hello is not State.EHLO,
    "offers-unknown": lambda case, stand, _: stand.capabilities is None,
    "in-mail": lambda case, stand, _: stand.state in _IN_MAIL,
    "in-rcpt": lambda case, stand, _: stand.state is State.RCPT,
    "not-in-mail": lambda case, stand, _: stand.state not in _IN_MAIL,
    "authenticated": lambda case, stand, _: stand.authenticated,
    "not-authenticated": lambda case, stand, _: not stand.authenticated,
    "not-submission": lambda case, stand, _: stand.port not in SUBMISSION_PORTS,
    "a-command": lambda case, stand, _: case.command is not None,
    "a-word": lambda case, stand, _: _is_word(case),
    "in-form": lambda case, stand, _: is_in_form(case),
    "has-argument": lambda case, stand, _: bool(own_argument(case)),
    "has-parameters": lambda case, stand, _: bool(case.command and case.command.parameters),
    "harmless": lambda case, stand, _: is_harmless(case),
    "transient": lambda case, stand, _: case.code < 500,
    "permanent": lambda case, stand, _: case.code >= 500,
    "unexplained": lambda case, stand, _: case.words is None or case.words.vague,
    "may-be-sender": lambda case, stand, _: _may_be_sender(case),
    "doubtful-verb": lambda case, stand, _: is_doubtful(case),
    "offered": lambda case, stand, keyword: stand.offers(keyword),
    "not-offered": lambda case, stand, keyword: not stand.offers(keyword),
    "helped": lambda case, stand, verb: verb in stand.helped,
}
"""Whether each condition holds in a case from a standpoint, with what stands behind its colon."""


def _identity(alternative: Alternative) -> tuple[object, ...]:
    if alternative.action == "other":
        return ("other", alternative.what)
    return (alternative.action, alternative.commands, alternative.port, alternative.security)
