"""What a server's answer to an alternative means: wrong is what we should have known.

A server may refuse an address, a sender or a client for reasons of its own. It must not answer
what we offer with "unknown", "not implemented", "bad sequence" or "syntax". That is judged twice:
by code and words alone, and by the cause our own diagnosis puts first.
"""

from __future__ import annotations

import re

from smtpdebugger.diagnosis.diagnose import diagnose
from smtpdebugger.knowledge.tables import Knowledge
from smtpdebugger.protocol.reply import Reply
from smtpdebugger.session.exchange import Exchange
from smtpdebugger.session.session import Session

_WRONG_CODES = frozenset({500, 501, 502, 503, 504, 555})
"""Syntax, not implemented, sequence, parameters (RFC 5321 section 4.2.2)."""

_PROTOCOL_STATUS = (5, frozenset({0, 1, 2, 4}))
"""X.5.0, X.5.1, X.5.2 and X.5.4: status of the protocol (RFC 3463 section 3.6)."""

_ABOUT_LOGIN = frozenset({530, 534, 535, 538})
_WRONG_WORDS = re.compile(
    r"(?i)\b(unrecogni[sz]ed|unknown|invalid|bad) (smtp )?(command|verb)|not implemented"
    r"|commands? (is )?(not recogni[sz]ed|unrecogni[sz]ed|unknown|disabled)"
    r"|(bad|wrong|out of|improper) sequence|syntax error|need (mail|rcpt|helo|ehlo)\b"
)
_WRONG_FAMILIES = frozenset(
    {
        "unsupported-command",
        "feature-not-enabled",
        "protocol-version",
        "server-limitations",
        "client-mistake",
        "out-of-sequence",
        "desynchronised",
        "wrong-peer",
    }
)

_HONEST = frozenset({"mailbox-unknown"})
"""Of those families, what a question about an address may well be answered with."""


def is_wrong_by_code(reply: Reply) -> bool:
    """Whether a reply says "unknown", "not implemented", "bad sequence" or "syntax"."""
    code, status = reply.code or 0, reply.enhanced_status
    if code < 500:
        return False
    if code in _WRONG_CODES:
        return True
    subject, details = _PROTOCOL_STATUS
    if code in _ABOUT_LOGIN:
        return False
    if status is not None and status.subject == subject and status.detail in details:
        return True
    return _WRONG_WORDS.search(reply.plain_text) is not None


def leading_cause(session: Session, exchange: Exchange, knowledge: Knowledge) -> tuple[str, bool]:
    """The likeliest cause of a refusal, and whether it means that we should have known better."""
    causes = diagnose(session, exchange, knowledge).causes
    if not causes:
        return "", False
    return causes[0].id, causes[0].family in _WRONG_FAMILIES and causes[0].id not in _HONEST
