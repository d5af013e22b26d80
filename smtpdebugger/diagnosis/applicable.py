"""Which causes can apply to a verb at all; a code alone must not suggest the others."""

from functools import lru_cache
from typing import NamedTuple

from smtpdebugger.diagnosis.case import REQUIRED, Case
from smtpdebugger.protocol.command import MailData, SaslResponse
from smtpdebugger.session.exchange import UNSOLICITED

SURE = 0.6
"""How sure a server must be recognised to speak for its size."""

_FULL = frozenset({"mta", "cloud"})
_OF_RECIPIENTS = frozenset({"relay-denied", "mailbox-unknown"})
_MECHANISM = "auth-mechanism-unsupported"
_NOT_FOR_RESPONSES = frozenset({"extension-not-offered", "command-disabled-by-admin"})
"""What can be said of verbs only, not of a line of a login."""

_HELLOS = frozenset({"EHLO", "HELO", "LHLO"})

_ONLY_FOR: dict[str, frozenset[str]] = {
    "auth-failed": frozenset({"AUTH"}),
    "auth-not-enabled": frozenset({"AUTH"}),
    "auth-mechanism-unsupported": frozenset({"AUTH"}),
    "auth-requires-tls": frozenset({"AUTH"}),
    "tls-unavailable": frozenset({"STARTTLS"}),
    "relay-denied": frozenset({"RCPT", "MAIL", "DATA"}),
    "mailbox-unknown": frozenset({"RCPT", "MAIL", "VRFY", "EXPN", "DATA", "SEND", "SOML", "SAML"}),
    "size-exceeded": frozenset({"MAIL", "DATA", "BDAT", "RCPT"}),
    "param-unsupported": frozenset({"MAIL", "RCPT"}),
    "protocol-mismatch-lmtp": _HELLOS,
    "need-rcpt-first": frozenset({"DATA", "BDAT", "BURL"}),
    "need-mail-first": frozenset({"RCPT", "DATA", "BDAT", "BURL"}),
    "syntax-address": frozenset({"MAIL", "RCPT", "VRFY", "EXPN", "SEND", "SOML", "SAML"}),
    "already-done": _HELLOS | {"STARTTLS", "AUTH"},
    "in-transaction": frozenset(
        {"MAIL", "STARTTLS", "AUTH", "ETRN", "ATRN", "XCLIENT", "XFORWARD"}
    ),
}
_BY_CODE_FOR: dict[str, frozenset[str]] = {"tls-temporary": frozenset({"STARTTLS"})}
"""Causes that words may name for any verb, and a code for these alone."""

_NEVER_FOR: dict[str, frozenset[str]] = {
    "need-ehlo-first": _HELLOS,
    "helo-used-not-ehlo": _HELLOS,
    "auth-required": _HELLOS | {"STARTTLS", "AUTH", "QUIT", "NOOP"},
    "tls-required-first": _HELLOS | {"STARTTLS", "QUIT", "NOOP"},
    "command-disabled-by-admin": REQUIRED | {"BDAT", ""},
    "protocol-mismatch-http": REQUIRED,
}
_BEFORE_CONTENT = frozenset(
    {"auth-required", "need-mail-first", "need-rcpt-first", "relay-denied", "tls-required-first"}
)
"""What a server that accepted sender and recipients no longer finds lacking."""

_NOT_OF_CONTENT = frozenset(
    {
        "command-not-implemented",
        "command-unknown",
        "minimal-server",
        "misspelled-command",
        "not-a-command",
    }
)
"""What can be wrong with a verb: a message that was asked for is none, whatever the code."""

_OF_DIALECT = frozenset({"command-newer-than-server", "old-server"})

RESTRICTED = frozenset({"bad-sequence", "extension-not-offered", "minimal-server"}).union(
    _OF_RECIPIENTS,
    _NOT_FOR_RESPONSES,
    _ONLY_FOR,
    _BY_CODE_FOR,
    _NEVER_FOR,
    _NOT_OF_CONTENT,
    _OF_DIALECT,
)
"""All other causes apply to every verb."""


_ANY = "?"
"""Stands for every verb that no table here names."""

_NAMED = frozenset({""}).union(*_ONLY_FOR.values(), *_BY_CODE_FOR.values(), *_NEVER_FOR.values())


class Standing(NamedTuple):
    """All of a case that decides which causes can apply to it. A session holds few kinds."""

    verb: str
    is_verb: bool
    """Whether the tables know the verb, or there is none."""
    may_be_offered: bool
    """Whether the verb may be one that EHLO has to offer."""
    is_message: bool
    has_envelope: bool
    """Whether sender and recipients were accepted: only the message is left to be refused."""
    is_response: bool
    names_no_mechanism: bool
    is_full: bool
    """Whether the server is recognised as one that is anything but small."""
    named: str
    """The cause that the words name where the command itself is missing."""


def standing(case: Case) -> Standing:
    """Where a case stands."""
    return case.derived(_standing)


def _standing(case: Case) -> Standing:
    unit, record = case.unit, case.record
    return Standing(
        verb=case.verb if case.verb in _NAMED else _ANY,
        is_verb=not case.verb or record is not None,
        may_be_offered=record is None or bool(record.keyword) or record.status == "vendor",
        is_message=isinstance(unit, MailData),
        has_envelope=_has_envelope(case),
        is_response=isinstance(unit, SaslResponse),
        names_no_mechanism=case.command is not None and not case.command.argument.strip(),
        is_full=_is_full(case),
        named=_named(case),
    )


def applies(case: Case, cause: str) -> bool:
    """Whether a cause makes sense for the verb of a case."""
    return cause not in RESTRICTED or cause not in excluded(standing(case)).by_code


def _has_envelope(case: Case) -> bool:
    if isinstance(case.unit, MailData):
        return True
    return case.verb in {"DATA", "BDAT"} and case.before.recipients > 0


def can_mean(case: Case, cause: str) -> bool:
    """Whether a reply's words may name a cause for this verb, unlikely as it may be: a server
    can put every command behind STARTTLS or a login, even NOOP."""
    return cause not in RESTRICTED or cause not in excluded(standing(case)).by_words


class Excluded(NamedTuple):
    """The causes that make no sense."""

    by_code: frozenset[str]
    """Where a code alone would suggest them."""
    by_words: frozenset[str]
    """Where words would name them."""


@lru_cache(maxsize=512)
def excluded(stand: Standing) -> Excluded:
    """The causes that can not apply."""
    return Excluded(
        frozenset(cause for cause in RESTRICTED if not _applies(stand, cause)),
        frozenset(cause for cause in RESTRICTED if not _can_mean(stand, cause)),
    )


def _applies(stand: Standing, cause: str) -> bool:
    if cause == "extension-not-offered":
        return stand.may_be_offered
    if cause in _BY_CODE_FOR and stand.verb not in _BY_CODE_FOR[cause]:
        return False
    if stand.is_message and cause in _NOT_OF_CONTENT:
        return False
    if stand.has_envelope and cause in _BEFORE_CONTENT:
        return False  # only words can say that, so late
    return stand.verb not in _NEVER_FOR.get(cause, ()) and _can_mean(stand, cause)


def _can_mean(stand: Standing, cause: str) -> bool:
    if cause == "bad-sequence" and (stand.is_message or not stand.is_verb):
        return False  # who asked for the message (354) found its moment right
    if cause == "minimal-server" and stand.is_full:
        return False
    if cause == "need-ehlo-first" and stand.verb in {"EHLO", "LHLO"}:
        return False  # it is what was sent
    if cause in _OF_DIALECT and stand.is_message:
        return False  # a message is read alike by servers of all ages
    if cause == stand.named:
        # In a trace of one side the command is missing; the words may name its cause all the same.
        return True
    if cause == _MECHANISM and stand.names_no_mechanism:
        return False
    if stand.is_response and cause in _NOT_FOR_RESPONSES:
        return False
    return cause not in _ONLY_FOR or stand.verb in _ONLY_FOR[cause]


def _named(case: Case) -> str:
    is_unsolicited = case.exchange.verb == UNSOLICITED
    is_bare = case.is_alone and not case.verb
    if is_bare and case.words is None:
        return _named_by_code(case)
    if not (is_bare or is_unsolicited) or case.words is None:
        return ""
    cause = case.words.cause
    return cause if is_bare or cause in _OF_RECIPIENTS else ""


def _named_by_code(case: Case) -> str:
    """The cause that the codes of a quoted reply stand for; empty where they stand for several."""
    status = case.reply.enhanced_status
    parts = case.knowledge.enhanced(str(status)) if status else None
    told = parts.detail.typical_causes if parts and parts.detail else ()
    if len(told) == 1:
        return told[0]
    record = case.knowledge.code(case.code)
    is_of_login = record is not None and record.given_for == ("AUTH",)
    return record.typical_causes[0] if record and is_of_login and record.typical_causes else ""


def _is_full(case: Case) -> bool:
    server = case.knowledge.server(case.server.id)
    return server is not None and server.kind in _FULL and case.server.confidence >= SURE
