"""Evidence from the reply itself: its words, as known servers use them, and its codes."""

import re
from collections.abc import Iterator

from smtpdebugger.diagnosis.applicable import can_mean
from smtpdebugger.diagnosis.case import REQUIRED, Case
from smtpdebugger.diagnosis.observation import Observation
from smtpdebugger.diagnosis.server import supposed
from smtpdebugger.knowledge.model import ServerReply
from smtpdebugger.knowledge.tables import Knowledge
from smtpdebugger.protocol.command import SaslResponse
from smtpdebugger.protocol.state import State
from smtpdebugger.session.exchange import UNSOLICITED

LIKELY = 0.2
"""A server less likely than this has no say in what its replies mean."""

_ROW_STATES = {
    State.CONNECTED: "connected",
    State.GREETED: "connected",
    State.HELO: "ready",
    State.EHLO: "ready",
    State.MAIL: "mail",
    State.RCPT: "rcpt",
    State.DATA: "data",
    State.BDAT: "bdat",
    State.AUTH: "auth-exchange",
}
_OPENERS = frozenset(
    [
        "A",
        "After",
        "All",
        "An",
        "Delivery",
        "Five",
        "Header",
        "It",
        "Logins",
        "More",
        "No",
        "The",
        "These",
        "This",
        "Too",
        "Two-step",
        "What",
        "Without",
    ]
)
"""The first words of conditions that are no names of programs, verbs or protocols."""

_ANY_VERB = frozenset(
    {
        "access-denied-client",
        "auth-required",
        "encoding-8bit",
        "idle-timeout",
        "line-too-long",
        "local-config-missing",
        "middlebox-rewrite",
        "resource-temporary",
        "tls-required-first",
        "tls-temporary",
        "too-many-errors",
    }
)
"""Causes that have nothing to do with the verb: a table names a few verbs for many."""

_TEMPORARY = "resource-temporary"
_POLICY = "policy"
_IDLE = "idle-timeout"
_UNREADABLE_LOGIN = re.compile(
    r"(?i)bad protocol|\bcancel|(auth\w*|exchange|login) (was )?abort|abort\w* by|base-?64"
    r"|(can ?not|can't|could not|unable to|failed to) decode"
)
_ORDER_CODES = frozenset({421, 454, 500, 501, 502, 503, 554})
"""Codes that servers give for commands at the wrong moment."""

_PRECISE = frozenset({1, 2, 6, 7})
"""Subjects of enhanced codes that servers use with care: addresses, mailboxes, content, security
(RFC 3463 section 3). Those of the mail system and of the protocol stand for much."""

_NO_ROOM = 552
_NO_MECHANISM_RULE = "code-504-AUTH"
_NO_ROOM_RULE = "code-552"
_MAILBOX_FULL = (2, 2)
"""Subject and detail of X.2.2 (RFC 3463 section 3.3): servers give it 552, a code for sizes."""

_PERMANENT = 500
_MAILBOX = 2
"""The subject of enhanced codes for the state of a mailbox (RFC 3463 section 3.3)."""

FOR_NOW = 0.3
"""What such a code still says of a mailbox that is gone where the reply is temporary."""

_OF_SYSTEM = frozenset({3, 4})
"""Subjects of enhanced codes for the mail system and the network (RFC 3463 sections 3.4, 3.5)."""

_SECURITY = 7
"""The subject of enhanced codes for security and policy (RFC 3463 section 3.8)."""

_NOT_ADDRESS = frozenset({3, 4, 5, 6, 7})
"""Subjects of enhanced codes that are about anything but an address or a mailbox."""

_ABOUT_MAILBOX = frozenset({(1, 1), (1, 6), (1, 10), (2, 1)})


def known_replies(case: Case) -> Iterator[Observation]:
    """Rows of the likely servers that match the reply."""
    for guess in case.candidates[:2]:
        if guess.confidence < LIKELY:
            break
        rows = fitting_rows(case, guess.server)
        causes = dict.fromkeys(row.cause for row in rows)
        for cause in causes:
            row = next(each for each in rows if each.cause == cause)
            rule = "known-reply" if len(causes) == 1 else "known-reply-shared"
            if not _is_exact(row, case):
                rule = "known-reply-loose"
            yield Observation(
                rule,
                cause=cause,
                values={
                    "server": supposed(guess.name, guess.confidence),
                    "condition": _as_clause(row.condition),
                },
                strength=guess.confidence,
            )
        if causes:
            break


def fitting_rows(case: Case, server: str) -> tuple[ServerReply, ...]:
    """The rows of a server that match the reply, narrowed to this verb and state where any fit."""
    return case.derived(_fitting_rows, server)


def _fitting_rows(case: Case, server: str) -> tuple[ServerReply, ...]:
    rows: dict[int, ServerReply] = {}
    for line in dict.fromkeys(case.lines[:8]):
        rows.update((id(row), row) for row in case.knowledge.matching_rows(server, line))
    found = [
        row for row in rows.values() if row.cause != "informational" and can_mean(case, row.cause)
    ]
    fit = max((_fit_of_verb(row, case) for row in found), default=0)
    found = [row for row in found if _fit_of_verb(row, case) == fit]
    found = [row for row in found if _fits_state(row, case)] or found
    exact = [row for row in found if not row.generic]
    return tuple(exact or found)


def rules_of_wording(case: Case) -> Iterator[Observation]:
    """The first wording rule that fits, for servers whose replies nobody wrote down."""
    rule = case.words
    if rule is None:
        return
    rows = fitting_rows(case, case.server.id) if case.server.id else ()
    exact = {row.cause for row in rows if _is_exact(row, case)}
    # What a known server's own table says makes the guess from the words superfluous.
    yield Observation(
        "wording" if rule.vague else "wording-clear",
        cause=rule.cause,
        values={"text": case.quoted},
        strength=0.25 if exact else 1.0,
    )
    if rule.vague or (rule.cause == _TEMPORARY and case.code < 500):
        return
    values = {"text": case.quoted}
    yield Observation(
        "words-beyond-code" if case.code < 500 else "words-beyond-verb", values=values
    )
    if rule.cause in _ANY_VERB:
        yield Observation("words-before-any-verb", values=values)
    if rule.cause != _POLICY and _POLICY not in exact:
        yield Observation("words-beyond-policy", values=values)


def what_words_rule_out(case: Case) -> Iterator[Observation]:
    """Words that say more than which cause is likely: that the code stands for something else."""
    values = {"text": case.quoted}
    if case.verb == "AUTH" and case.code >= 400 and _UNREADABLE_LOGIN.search(case.text):
        yield Observation("login-unreadable", values=values)
    rule = case.words
    exact = _causes_in_its_words(case)
    status = case.reply.enhanced_status
    is_full = status is not None and (status.subject, status.detail) == _MAILBOX_FULL
    said = case.code == _NO_ROOM and rule is not None and rule.matter == "mailbox-full"
    if is_full or said:
        yield Observation("mailbox-full-told", values=values)
    if exact == {_IDLE} or (not exact and rule is not None and rule.cause == _IDLE):
        yield Observation("gave-up-waiting", values=values)


def _causes_in_its_words(case: Case) -> set[str]:
    """The causes for which the server named is known to give just this reply."""
    rows = fitting_rows(case, case.server.id) if case.server.id else ()
    return {row.cause for row in rows if _is_exact(row, case)}


def codes(case: Case) -> Iterator[Observation]:
    """The reply code alone and together with the verb."""
    if not case.code:
        return
    if case.code < 500:
        yield Observation("transient-code")
    elif not _passes_by_itself(case):
        yield Observation("permanent-code")
    if case.code not in _ORDER_CODES:
        yield Observation("code-not-of-order")
    for name in case.knowledge.derived(_rules_of_code, case.code, _table_verb(case)):
        if name == _NO_MECHANISM_RULE and isinstance(case.exchange.unit, SaslResponse):
            continue  # the mechanism had begun
        if name != _NO_ROOM_RULE or not _is_clear_policy(case):
            yield Observation(name)
    yield from _subjects(case)


def _subjects(case: Case) -> Iterator[Observation]:
    """What the enhanced status code is about."""
    status = case.reply.enhanced_status
    is_of_system = status is not None and case.code < _PERMANENT and status.subject in _OF_SYSTEM
    if is_of_system and not _causes_in_its_words(case):
        yield Observation("enhanced-system", values={"enhanced": str(status)})
    if status is not None and case.code == _NO_ROOM and status.subject == _SECURITY:
        yield Observation("enhanced-security", values={"enhanced": str(status)})
    if status is not None and (status.subject, status.detail) in _ABOUT_MAILBOX:
        # A mailbox that is closed for now is not gone.
        is_passing = case.code < _PERMANENT and status.subject == _MAILBOX
        strength = FOR_NOW if is_passing else 1.0
        yield Observation("enhanced-mailbox", values={"enhanced": str(status)}, strength=strength)
    elif status is not None and case.verb == "RCPT" and status.subject in _NOT_ADDRESS:
        yield Observation("enhanced-not-mailbox", values={"enhanced": str(status)})


def _is_clear_policy(case: Case) -> bool:
    """Whether the words name a rule: some servers give its refusals the code for sizes."""
    rule = case.words
    return rule is not None and not rule.vague and rule.cause == _POLICY


def _passes_by_itself(case: Case) -> bool:
    """Whether the words name something that will pass, such as a full mailbox: servers give it a
    permanent code as often as a temporary one."""
    rule = case.words
    return rule is not None and rule.cause == _TEMPORARY and bool(rule.matter)


def typical_causes(case: Case) -> Iterator[Observation]:
    """Causes for which the codes are usual: weak, but all there is on some servers."""
    record = case.knowledge.code(case.code)
    told = case.knowledge.derived(_named_by_code, case.code, _table_verb(case))
    for cause in record.typical_causes if record else ():
        if cause not in told:
            yield Observation("typical-code", cause=cause)
    status = case.reply.enhanced_status
    parts = case.knowledge.enhanced(str(status)) if status else None
    detail = parts.detail if parts else None
    named = detail.typical_causes if detail else ()
    # A code that stands for one matter says more than one that servers use for everything;
    # what is only temporary is seldom that matter itself.
    precise = status is not None and status.subject in _PRECISE
    is_telling = precise and len(named) == 1 and case.code >= 500
    rule = "enhanced-names" if is_telling else "typical-enhanced"
    for cause in named:
        yield Observation(rule, cause=cause, values={"enhanced": str(status)})


def _table_verb(case: Case) -> str:
    """The verb, or nothing for a word that no table knows: peers may invent any number of them."""
    return case.verb if case.record is not None else ""


def _rules_of_code(knowledge: Knowledge, code: int, verb: str) -> tuple[str, ...]:
    """The rules of evidence for a code, that for this verb before that for any."""
    names = (f"code-{code}-{verb}", f"code-{code}")
    return tuple(name for name in names if name in knowledge.evidence)


def _named_by_code(knowledge: Knowledge, code: int, verb: str) -> frozenset[str]:
    """The causes that a rule for this very code speaks for already."""
    rules = (knowledge.evidence[name] for name in _rules_of_code(knowledge, code, verb))
    return frozenset(
        cause for rule in rules for cause, weight in rule.weights.items() if weight > 0
    )


def _is_exact(row: ServerReply, case: Case) -> bool:
    """Whether a row tells of this reply to this verb, and not of one that only looks like it."""
    return not row.generic and (row.cause in _ANY_VERB or _fit_of_verb(row, case) > 0)


def _fit_of_verb(row: ServerReply, case: Case) -> int:
    """2 where a row names this verb or the event that stands for it, 1 where it means any such
    verb, 0 where it tells of others."""
    commands = row.commands
    if case.exchange.verb == UNSOLICITED and "idle" in commands:
        return 2
    if case.command is None:
        named = case.verb in commands or (not case.verb and "connect" in commands)
    else:
        named = (case.verb or "empty-line") in commands
    if named:
        return 2
    if not commands or "any-verb" in commands:
        return 1
    return int("unknown-verb" in commands and case.command is not None and _may_lack(case))


def _may_lack(case: Case) -> bool:
    """Whether a server may well not know the verb: every one but those all must have, and those
    that EHLO offered."""
    if not case.is_command or case.record is None:
        return bool(case.verb)
    offered = case.offers is not None and case.record.keyword in case.offers
    return case.verb not in REQUIRED and not offered


def _fits_state(row: ServerReply, case: Case) -> bool:
    if row.state == "any":
        return True
    if row.state == "tls":
        return case.before.tls
    here = _ROW_STATES.get(case.state, "")
    if row.state == "ready-helo":
        return case.state is State.HELO
    return row.state == here


def _as_clause(condition: str) -> str:
    """A condition as the end of a sentence, which goes on in small letters unless with a name."""
    clause = condition.strip().rstrip(".")
    opener, blank, rest = clause.partition(" ")
    return f"{opener.lower()}{blank}{rest}" if opener in _OPENERS else clause
