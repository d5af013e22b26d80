"""Ways: proposals made concrete, where they are open from the standpoint.

Placeholders are filled, chains are checked step by step, EHLO becomes LHLO where LMTP is spoken,
and what this connection does not allow any more is moved to a new one.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Literal

from smtpdebugger.diagnosis.case import HELLOS, Case
from smtpdebugger.diagnosis.chain import is_possible
from smtpdebugger.diagnosis.manners import greets_once, is_late_for_tls
from smtpdebugger.diagnosis.model import Alternative, RankedCause
from smtpdebugger.diagnosis.offers import SUBMISSION_PORTS
from smtpdebugger.diagnosis.placeholders import fill_line, fill_text, names_missing
from smtpdebugger.diagnosis.proposal import Proposal
from smtpdebugger.diagnosis.standpoint import is_over, new_connection, standpoint, takes_no_users
from smtpdebugger.protocol.state import State

SURE = 0.4
"""A cause at least this likely that stands before everything is a gate for every chain."""

_GATES = frozenset({"tls-required-first", "auth-required"})
_LMTP = re.compile(r"(?i)\b(LMTP|LHLO)\b")
_BRACED = re.compile(r"<?\{(\w+)\}>?")
"""A placeholder, with the angle brackets of a path where it stands in one."""

_CHUNKS = frozenset({"BDAT", "BURL"})
_DELIVERING = frozenset({"DATA", "BDAT"})
_TRANSACTION = frozenset({"MAIL", "RCPT", "DATA", "BDAT"})
_IN_MAIL = frozenset({State.MAIL, State.RCPT, State.DATA, State.BDAT})
_DROPPED = "The open mail transaction is dropped."


class Ways:
    """The ways that are open after one refusal."""

    def __init__(self, case: Case, causes: Sequence[RankedCause]) -> None:
        self._case = case
        self._gates = frozenset(
            each.id for each in causes if each.id in _GATES and each.probability >= SURE
        )
        self.stand = standpoint(case)

    def through(self, proposal: Proposal) -> Iterator[Alternative]:
        """The proposal as an alternative, if it is one here."""
        if is_lmtp(self._case) and any(verb_of(line) == "HELO" for line in proposal.commands):
            return
        alternative = filled(self._case, proposal)
        if alternative.action == "send":
            yield from self._chain(alternative)
        elif alternative.action == "reconnect":
            is_vain = alternative.port in SUBMISSION_PORTS and takes_no_users(self._case)
            if not is_vain and _is_elsewhere(self._case, alternative):
                yield alternative
        else:
            yield alternative

    @cached_property
    def _is_late_for_tls(self) -> bool:
        return is_late_for_tls(self._case, self.stand)

    @cached_property
    def _has_failed_chunk(self) -> bool:
        """Whether a chunk of the transaction at hand was refused."""
        if self._case.verb in _CHUNKS:
            return True
        refused = self._case.last_refused(*_CHUNKS)
        begun = self._case.last_accepted("MAIL", "RSET", *HELLOS)
        return refused is not None and (begun is None or begun.number < refused.number)

    @property
    def _is_in_mail(self) -> bool:
        return self.stand.state in _IN_MAIL

    @cached_property
    def _must_begin_anew(self) -> bool:
        """Whether a second EHLO needs a second connection."""
        return self.stand.hello is not State.GREETED and greets_once(self._case)

    def _chain(self, alternative: Alternative) -> Iterator[Alternative]:
        lines = alternative.commands
        if any(verb_of(line) == "STARTTLS" for line in lines) and self._is_late_for_tls:
            yield from self._with_tls_at_once(alternative)
            return
        if _says_hello_again(lines) and self._must_begin_anew:
            if is_possible(self._case, lines, new_connection(self._case), self._gates):
                yield _after_reconnect(self._case, alternative)
            return
        for beginning in self._beginnings(lines):
            if is_possible(self._case, (*beginning, *lines), self.stand, self._gates):
                possible = _begun(alternative, beginning, is_open=self._is_in_mail)
                over = is_over(self._case)
                yield _after_reconnect(self._case, possible) if over else possible
                return

    def _with_tls_at_once(self, alternative: Alternative) -> Iterator[Alternative]:
        """What is behind STARTTLS in a chain, in a new connection that starts TLS."""
        verbs = [verb_of(line) for line in alternative.commands]
        rest = alternative.commands[verbs.index("STARTTLS") + 1 :]
        inside = new_connection(self._case)._replace(tls=True)
        is_offered = self.stand.offers("STARTTLS")
        if rest and is_offered and is_possible(self._case, rest, inside, self._gates):
            behind = replace(alternative, commands=rest)
            yield _after_reconnect(self._case, behind, starts_tls=True)

    def _beginnings(self, lines: Sequence[str]) -> Iterator[tuple[str, ...]]:
        """What goes before a chain: nothing, or RSET or EHLO where those are missing."""
        # After a refused chunk nothing of the transaction may follow (RFC 3030 section 2).
        has_failed = self.stand.offers("CHUNKING") and self._has_failed_chunk
        if not has_failed or verb_of(lines[0]) not in _TRANSACTION:
            yield ()
        if self.stand.hello is State.GREETED:
            yield (hello_line(self._case),)
        else:
            yield ("RSET",)


def filled(case: Case, proposal: Proposal) -> Alternative:
    """A proposal with what the session shows in place of its placeholders."""
    lines, missing = [], dict[str, None]()
    is_other_port = bool(proposal.port) and proposal.port != case.before.port
    for template in proposal.commands:
        # Another port is another service, and LMTP is hardly ever the same one's.
        spoken = template if is_other_port else in_protocol(case, template)
        line, unknown = fill_line(case, spoken)
        lines.append(line)
        missing.update(dict.fromkeys(unknown))
    last = verb_of(lines[-1]) if lines else ""
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


def security_of(word: str) -> Literal["none", "starttls", "tls"] | None:
    """A protection by its name in the tables; None for any other word."""
    match word:
        case "none" | "starttls" | "tls":
            return word
        case _:
            return None


def verb_of(line: str) -> str:
    """The verb of a command line, in capitals."""
    return line.partition(" ")[0].upper()


def hello_line(case: Case) -> str:
    """EHLO, or LHLO in LMTP, with the client's name as far as it is known."""
    return fill_line(case, in_protocol(case, "EHLO {client}"))[0]


def _begun(
    alternative: Alternative, beginning: tuple[str, ...], *, is_open: bool = True
) -> Alternative:
    """An alternative with what has to go before it."""
    if not beginning:
        return alternative
    missing = names_missing(beginning[0])
    drops = (_DROPPED,) if beginning == ("RSET",) and is_open else ()
    return replace(
        alternative,
        commands=(*beginning, *alternative.commands),
        loses=" ".join((*drops, alternative.loses)).strip(),
        missing=tuple(dict.fromkeys((*missing, *alternative.missing))),
    )


def in_protocol(case: Case, line: str) -> str:
    """A line as it is, or with LHLO for EHLO where LMTP is spoken (RFC 2033 section 4.1)."""
    return f"L{line[1:]}" if verb_of(line) == "EHLO" and is_lmtp(case) else line


def is_lmtp(case: Case) -> bool:
    """Whether the peer speaks LMTP, so far as anybody can tell."""
    if case.verb == "LHLO":
        return False  # whoever refuses that speaks SMTP
    says_so = case.verb in {"EHLO", "HELO"} and _LMTP.search(case.text) is not None
    return case.exchange.after.lmtp or says_so


def _says_hello_again(lines: Sequence[str]) -> bool:
    """Whether a chain says EHLO, and not because TLS began."""
    for line in lines:
        verb = verb_of(line)
        if verb in HELLOS:
            return True
        if verb == "STARTTLS":
            return False
    return False


def _after_reconnect(
    case: Case, alternative: Alternative, *, starts_tls: bool = False
) -> Alternative:
    """The same in a new connection: this one is over, or does not allow it any more."""
    if verb_of(alternative.commands[0]) not in HELLOS:
        alternative = _begun(alternative, (hello_line(case),))
    lines = alternative.commands
    if case.before.port is None:
        told = _BRACED.sub(r"<\1>", " · ".join(lines))
        return replace(
            alternative,
            action="other",
            commands=(),
            missing=(),
            what=f"Connect again{' with STARTTLS' * starts_tls}, then {told}",
        )
    begins_in_clear = starts_tls or case.before.before_tls is not None
    tls = security_of("starttls" if begins_in_clear else "tls")
    return replace(
        alternative,
        action="reconnect",
        port=case.before.port,
        security=tls if case.before.tls or starts_tls else security_of("none"),
    )


def _is_elsewhere(case: Case, alternative: Alternative) -> bool:
    """Whether a reconnection leads to another service than the one at hand."""
    here = case.before
    if alternative.port not in {None, here.port}:
        return True
    if alternative.security == "tls":
        return not here.tls or here.before_tls is not None
    return alternative.security == "starttls" and not here.tls and here.port is None
