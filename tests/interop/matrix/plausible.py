"""Which causes are plausible for a refusal, by what was sent, where, and what the reply says.

Not the one right answer (that is another table's business) but the bounds that no diagnosis of a
real server's refusal may leave: a command nobody knows is not a matter of TLS unless the server
says so.
"""

from __future__ import annotations

import re

from tests.interop.matrix import plan

_UNHEARD_OF = {"command-unknown", "command-not-implemented", "minimal-server"}
_UNOFFERED = _UNHEARD_OF | {"extension-not-offered"}
_FORBIDDEN = {"command-disabled-by-admin", "access-denied-client", "policy"}
_OBSOLETE = _UNHEARD_OF | {"command-obsolete"}
_ARGUMENT = {"syntax-args", "syntax-address"}
_MAILBOX = _ARGUMENT | {"mailbox-unknown", "relay-denied", "greylisted", "resource-temporary"}
_ORDER = {"need-mail-first", "need-rcpt-first", "in-transaction", "bad-sequence"}
_LOGIN = {"auth-failed", "auth-not-enabled", "auth-mechanism-unsupported", "auth-requires-tls"}
_PARAMETER = _ARGUMENT | {"param-unsupported"}
_NO_SUCH_LINE = _UNHEARD_OF | _ARGUMENT | {"encoding-8bit"}
_HTTP = {"protocol-mismatch-http"}

_BY_BEGINNING: dict[str, set[str]] = {
    "": _UNHEARD_OF,
    "(empty line)": _NO_SUCH_LINE,
    "NOOP": _UNHEARD_OF | _ARGUMENT | {"encoding-8bit", "line-too-long", "pipelining-violation"},
    " NOOP": _NO_SUCH_LINE,
    ".": _NO_SUCH_LINE | {"data-desync"},
    "*": _NO_SUCH_LINE | _LOGIN | {"data-desync"},
    "••••••": {"data-desync"},
    "ПОЧТА": _NO_SUCH_LINE,
    "FOO": _UNHEARD_OF | _ARGUMENT | {"pipelining-violation"},
    "HELP": _UNHEARD_OF | _ARGUMENT,
    "RSET": _UNHEARD_OF | _ARGUMENT | {"bad-sequence", "pipelining-violation"},
    "QUIT": _UNHEARD_OF | _ARGUMENT | {"policy", "pipelining-violation"},
    "HELO": _ARGUMENT | _ORDER | {"already-done", "protocol-mismatch-lmtp", "minimal-server"},
    "EHLO": _ARGUMENT
    | _ORDER
    | {"already-done", "protocol-mismatch-lmtp", "minimal-server", "old-server"},
    "LHLO": {"protocol-mismatch-lmtp"},
    "VRFY": _UNHEARD_OF | _FORBIDDEN | _MAILBOX | {"encoding-8bit"},
    "EXPN": _UNHEARD_OF | _FORBIDDEN | _MAILBOX,
    "ETRN": _UNOFFERED | _FORBIDDEN | _ARGUMENT | _ORDER | {"local-config-missing"},
    "ATRN": _UNOFFERED | _FORBIDDEN | _ORDER,
    "TURN": _OBSOLETE,
    "SEND": _OBSOLETE,
    "SOML": _OBSOLETE,
    "SAML": _OBSOLETE,
    "VERB": _OBSOLETE | _UNOFFERED,
    "ONEX": _OBSOLETE | _UNOFFERED,
    "XADR": _OBSOLETE | _UNOFFERED,
    "XEXCH50": _OBSOLETE | _UNOFFERED,
    "XCLIENT": _UNOFFERED | _FORBIDDEN | _ORDER,
    "XFORWARD": _UNOFFERED | _FORBIDDEN | _ORDER,
    "PIPELINING": {"not-a-command"},
    "8BITMIME": {"not-a-command"},
    "SIZE": {"not-a-command"},
    "CHUNKING": {"not-a-command"},
    "GET ": _HTTP,
    "CONNECT ": _HTTP,
    "Subject:": _HTTP | {"data-desync"},
    "MAIL": _ARGUMENT | _ORDER | {"minimal-server", "encoding-8bit"},
    "MAIL FROM:<alice@lab.test> ": _PARAMETER | _ORDER,
    "MAIL FROM:<alice@lab.test> SIZE=9": _PARAMETER | _ORDER | {"size-exceeded"},
    "MAIL FROM:<почта": _PARAMETER | _ORDER | {"encoding-8bit"},
    "RCPT": _MAILBOX | _ORDER | _FORBIDDEN | {"minimal-server"},
    "RCPT TO:<bob@lab.test> ": _PARAMETER | _ORDER,
    "DATA": _ARGUMENT | _ORDER | {"minimal-server"},
    "BDAT": _UNOFFERED | _ARGUMENT | _ORDER,
    "BURL": _UNOFFERED | _ARGUMENT | _ORDER,
    "AUTH": _LOGIN | _ARGUMENT | {"already-done", "in-transaction", "middlebox-rewrite"},
    "STARTTLS": _ARGUMENT
    | {"already-done", "tls-unavailable", "tls-temporary", "in-transaction", "middlebox-rewrite"},
}
_BEGINNINGS = sorted(_BY_BEGINNING, key=len, reverse=True)

_BY_STATE = {
    plan.CONNECTED: {"need-ehlo-first"},
    plan.HELO: {"helo-used-not-ehlo"},
    plan.HANDSHAKEN: {"need-ehlo-first"},
}

_BY_TEXT = (
    (re.compile(r"\bauth|log.?in", re.IGNORECASE), {"auth-required"}),
    (re.compile(r"tls|encrypt|secur", re.IGNORECASE), {"tls-required-first"}),
    (re.compile(r"too many|bye", re.IGNORECASE), {"too-many-errors"}),
    # Postfix goes on counting the size of a refused MAIL in the next ones, until RSET.
    (re.compile(r"size exceeds", re.IGNORECASE), {"size-exceeded"}),
    (re.compile(r"system error", re.IGNORECASE), {"resource-temporary"}),
    # Courier says it with 400, as if it were a matter of time; ProxSMTP means its backend.
    (re.compile(r"^400|local error", re.IGNORECASE), {"resource-temporary", "too-many-errors"}),
    # Cyrus, of credentials that are no base64.
    (re.compile(r"undefined error", re.IGNORECASE), {"unknown"}),
)


def plausible(command: str, state: str, reply: str, *, after: str = "") -> set[str]:
    """The causes that may lead the diagnosis of a refusal, given the command before it."""
    beginning = next(each for each in _BEGINNINGS if command.startswith(each))
    causes = _BY_BEGINNING[beginning] | _BY_STATE.get(state, set())
    if command and after == "QUIT":
        # Sent in one group with QUIT: nothing is served after the end.
        causes = causes | {"bad-sequence"}
    for pattern, named in _BY_TEXT:
        if pattern.search(reply):
            causes = causes | named
    return causes
