"""Which causes can apply to a verb at all; a code alone must not suggest the others."""

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
}
_BEFORE_CONTENT = frozenset(
    {"auth-required", "need-mail-first", "need-rcpt-first", "tls-required-first"}
)
"""What a server that asked for the message (354) no longer finds lacking."""

RESTRICTED = frozenset({"bad-sequence", "extension-not-offered", "minimal-server"}).union(
    _OF_RECIPIENTS, _NOT_FOR_RESPONSES, _ONLY_FOR, _BY_CODE_FOR, _NEVER_FOR
)
"""All other causes apply to every verb."""


def applies(case: Case, cause: str) -> bool:
    """Whether a cause makes sense for the verb of a case."""
    if cause == "extension-not-offered":
        return case.record is None or bool(case.record.keyword) or case.record.status == "vendor"
    if cause in _BY_CODE_FOR and case.verb not in _BY_CODE_FOR[cause]:
        return False
    if isinstance(case.exchange.unit, MailData) and cause in _BEFORE_CONTENT:
        return False
    return case.verb not in _NEVER_FOR.get(cause, ()) and can_mean(case, cause)


def can_mean(case: Case, cause: str) -> bool:
    """Whether a reply's words may name a cause for this verb, unlikely as it may be: a server
    can put every command behind STARTTLS or a login, even NOOP."""
    if cause == "bad-sequence" and case.verb and case.record is None:
        return False
    if cause == "minimal-server" and _is_full(case):
        return False
    is_missing = case.is_alone or (case.exchange.verb == UNSOLICITED and cause in _OF_RECIPIENTS)
    if is_missing and case.words is not None and case.words.cause == cause:
        # In a trace of one side the command is missing; the words may name its cause all the same.
        return True
    if cause == _MECHANISM and case.command is not None and not case.command.argument.strip():
        return False  # none was named
    if isinstance(case.exchange.unit, SaslResponse) and cause in _NOT_FOR_RESPONSES:
        return False
    return cause not in _ONLY_FOR or case.verb in _ONLY_FOR[cause]


def _is_full(case: Case) -> bool:
    """Whether the server is recognised as one that is anything but small."""
    server = case.knowledge.server(case.server.id)
    return server is not None and server.kind in _FULL and case.server.confidence >= SURE
