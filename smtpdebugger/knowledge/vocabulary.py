"""The fixed words that entries may use, and the check of an alternative's conditions.

Data that a program acts on must not invent words: a condition nobody evaluates would silently
hide an alternative, so the loader refuses it.
"""

import re

STATES = ("connected", "ready", "ready-helo", "mail", "rcpt", "bdat")
VERB_STATUSES = (
    "standard",
    "extension",
    "obsolete",
    "historic",
    "vendor",
    "keyword-not-command",
    "not-smtp",
)
EXTENSION_STATUSES = (
    "standard",
    "experimental",
    "historic",
    "obsolete",
    "vendor",
    "middlebox",
)
ACTIONS = ("send", "reconnect", "other")
SECURITIES = ("", "none", "starttls", "tls")
SEVERITIES = (
    "positive-completion",
    "positive-intermediate",
    "transient-negative",
    "permanent-negative",
)
RETRIES = ("yes", "no", "later", "after-change")
CODE_STATUSES = ("standard", "extension", "experimental", "obsolete", "vendor")
AFTER_STARTTLS = ("same", "must-vanish", "often-appears", "list-may-change")
REPLY_STATES = (*STATES, "data", "auth-exchange", "tls", "any")
# What a server's reply row may name beside verbs.
EVENTS = (
    "unknown-verb",
    "any-verb",
    "connect",
    "idle",
    "empty-line",
    "malformed",
    "tls-handshake",
)
# What a reference demands, and how bad it is not to do so. "requires" stands for grammar and for
# words that older RFCs write small; "nothing" leaves the severity to the entry.
DEMANDS = {
    "MUST": "error",
    "MUST NOT": "error",
    "requires": "error",
    "SHOULD": "warning",
    "SHOULD NOT": "warning",
    "MAY": "note",
    "nothing": "",
}
FINDING_SEVERITIES = ("error", "warning", "note")
GUIDE_PARTS = ("meaning", "cause", "sender", "developer", "scenario", "example", "practice")
GUIDE_PLACES = ("code", "family", "cause", "verb")

# Conditions without an argument, and those that take one after a colon. in-mail: MAIL was accepted
# and the transaction is still open, with or without recipients; in-rcpt: with at least one accepted
# recipient; greeted: EHLO, HELO or LHLO was accepted since the connection or STARTTLS; esmtp: it
# was EHLO or LHLO; not-submission: the port is not one for users; a-command: a command line was
# refused, not a message; has-argument: the refused line held more than its verb; helped: HELP
# named it;
# has-parameters: the refused MAIL or RCPT had some; harmless: the refused line may be sent again
# without any effect; transient and permanent: the refusal was 4yz or 5yz; cause: one of the causes
# behind the colon, parted by a bar, is likely; unlikely: none of them is; unexplained: the words of
# the reply give no reason; doubtful-verb: the server may not know the verb at all; may-be-sender:
# the words do not say that something else than the reverse-path was refused.
CONDITIONS = (
    "tls",
    "no-tls",
    "greeted",
    "not-greeted",
    "esmtp",
    "in-mail",
    "in-rcpt",
    "not-in-mail",
    "authenticated",
    "not-authenticated",
    "not-submission",
    "a-command",
    "a-word",
    "in-form",
    "has-argument",
    "not-esmtp",
    "offers-unknown",
    "has-parameters",
    "harmless",
    "transient",
    "permanent",
    "unexplained",
    "doubtful-verb",
    "may-be-sender",
)
CONDITIONS_WITH_ARGUMENT = ("offered", "not-offered", "helped")

# What no verification step may send: recipients, content, passwords.
NEVER_PROBED = ("RCPT", "DATA", "BDAT", "BURL", "AUTH", "ETRN", "ATRN", "TURN", "QUIT")
STEP_ACTIONS = ("send", "reconnect")

PLACEHOLDERS = ("address", "mailbox", "domain", "client", "argument", "octets")
STEP_PLACEHOLDERS = (*PLACEHOLDERS, "line", "bare", "plain")
CAUSE_PLACEHOLDERS = ("verb", "server", "code", "peer")

_CAUSE = re.compile("[a-z][a-z0-9-]*")
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


def is_condition(text: str) -> bool:
    """Whether ``text`` is one condition of the fixed vocabulary, e.g. ``offered:CHUNKING``."""
    word, colon, argument = text.partition(":")
    if not colon:
        return word in CONDITIONS
    if word in {"cause", "unlikely"}:
        return all(map(_CAUSE.fullmatch, argument.split("|")))
    return word in CONDITIONS_WITH_ARGUMENT and argument != "" and argument == argument.upper()


def foreign_placeholders(text: str, allowed: tuple[str, ...]) -> tuple[str, ...]:
    """The placeholders of ``text`` that are not among ``allowed``, in order."""
    return tuple(name for name in _PLACEHOLDER.findall(text) if name not in allowed)
