"""The part of it all that every run of the tests plays: small, and from every corner.

Of each server the first endpoint and those that are set up most differently, in three states,
with the verbs whose refusals have most to offer. Whole runs are for a person's patience.
"""

from __future__ import annotations

from tests.interop.alternatives.refusals import Refusal
from tests.interop.matrix import plan

_ENDPOINTS = frozenset(
    {
        "aiosmtpd",
        "aiosmtpd-lmtp",
        "aiosmtpd-restricted",
        "chasquid",
        "chasquid-submission",
        "cyrus-lmtp",
        "dovecot",
        "dovecot-lmtp",
        "exim",
        "exim-restricted",
        "fakesmtpd",
        "go-smtp",
        "haraka",
        "net-server-mail",
        "nginx-submission",
        "opensmtpd-restricted",
        "postfix",
        "postfix-restricted",
        "postfix-submission",
        "py-smtpd",
        "qpsmtpd",
        "sendmail-submission",
        "simplesmtp-tls",
        "slimta",
        "smtp-server-lmtp",
        "twisted",
    }
)
"""Without Courier's tar pit, postscreen's silence and INetSim's change of mind."""

_STATES = frozenset({plan.CONNECTED, plan.GREETED, plan.RCPT})

_PROBES = frozenset(
    {
        b"HELP",
        b"VRFY alice",
        b"EXPN staff",
        b"ETRN lab.test",
        b"FOO",
        b"8BITMIME",
        b"AUTH PLAIN",
        b"STARTTLS",
        b"BDAT 0 LAST",
        b"RCPT",
        b"DATA foo",
        b"SEND FROM:<alice@lab.test>",
        b"MAIL FROM:<alice@lab.test>",
        b"RCPT TO:<bob@lab.test>",
        "MAIL FROM:<почта@lab.test> SMTPUTF8".encode(),
        b"EHLO client.lab.test",
        b"LHLO client.lab.test",
    }
)

_RUN = frozenset(
    {
        b"VRFY alice",
        b"8BITMIME",
        b"STARTTLS",
        b"BDAT 0 LAST",
        b"MAIL FROM:<alice@lab.test>",
        b"LHLO client.lab.test",
        b"EHLO client.lab.test",
    }
)

SERVERS = (
    "aiosmtpd", "chasquid", "cyrus", "dovecot", "exim", "fakesmtpd", "go-smtp", "haraka",
    "net-server-mail", "nginx", "opensmtpd", "postfix", "py-smtpd", "qpsmtpd", "sendmail",
    "simplesmtp", "slimta", "smtp-server", "twisted",
)  # fmt: skip


def is_run(refusal: Refusal) -> bool:
    """Whether a refusal of the subset has its programs run as well."""
    return refusal.probe[0] in _RUN


def is_chosen(refusal: Refusal) -> bool:
    """Whether a refusal is part of the subset."""
    return (
        refusal.endpoint in _ENDPOINTS and refusal.state in _STATES and refusal.probe[0] in _PROBES
    )
