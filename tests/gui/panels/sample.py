"""Diagnoses made by hand, so that the panel is tested without the engine."""

from dataclasses import replace
from typing import Any

from smtpdebugger.diagnosis.model import (
    Alternative,
    Diagnosis,
    Evidence,
    Fixes,
    GuidePoint,
    Meaning,
    RankedCause,
    ServerGuess,
)

DISABLED = RankedCause(
    id="command-disabled-by-admin",
    family="security-restrictions",
    family_title="Security restrictions",
    title="The administrator switched it off",
    explanation="A setting forbids it.",
    sentence="Postfix has VRFY switched off.",
    probability=0.88,
    evidence=(
        Evidence("The text is Postfix's own (exchange 3)", 3),
        Evidence("EHLO does not list VRFY", 2),
        Evidence("VRFY tells strangers about mailboxes"),
        Evidence("502 in exchange 3 is usual for it", 3),
    ),
    against=(Evidence("HELP names VRFY"),),
    fixes=Fixes(
        sender=("Use RCPT TO.",),
        developer=("Read EHLO first.",),
        administrator=("disable_vrfy_command = no",),
    ),
)
OPEN = RankedCause(
    id="unknown",
    family="unknown",
    family_title="Left open",
    title="Left open",
    explanation="The session does not say enough.",
    sentence="The reason is left open.",
    probability=0.12,
    fixes=Fixes(sender=("Ask the administrator.",)),
)
INSTEAD = (
    Alternative(
        "send",
        ("MAIL FROM:<>", "RCPT TO:<alice@{domain}>", "RSET"),
        achieves="Asks the same question.",
        reference="RFC 5321 3.5",
        missing=("domain",),
    ),
    Alternative("reconnect", port=587, security="starttls", achieves="More may be offered."),
    Alternative("send", ("DATA",), achieves="Sends the message.", delivers=True),
)
PERMANENT = Meaning(
    "Command not implemented",
    "The server will not carry it out.",
    "permanent negative",
    True,
    "syntax",
    "Use another command.",
    "Invalid command",
    "It is not available.",
)
DONE = Meaning(
    "Done", "The command was carried out.", "positive completion", False, "mail system", ""
)


def refused(**changes: Any) -> Diagnosis:
    diagnosis = Diagnosis(
        exchange=3,
        command="VRFY alice",
        code=502,
        enhanced="5.5.1",
        text="VRFY command is disabled",
        closed=False,
        meaning=PERMANENT,
        causes=(DISABLED, OPEN),
        alternatives=INSTEAD,
        server=ServerGuess("postfix", "Postfix", 0.97, ("its greeting",)),
        guide=(GuidePoint("p1", "practice", "Check first", "Read EHLO before you rely on it."),),
        summary="Postfix has VRFY switched off.",
    )
    return replace(diagnosis, **changes)


def accepted(**changes: Any) -> Diagnosis:
    diagnosis = Diagnosis(
        exchange=2,
        command="EHLO me",
        code=250,
        enhanced=None,
        text="hello",
        closed=False,
        meaning=DONE,
        causes=(),
    )
    return replace(diagnosis, **changes)
