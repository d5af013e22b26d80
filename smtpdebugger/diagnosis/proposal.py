"""Proposals: alternatives before their placeholders are filled and their steps are checked."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from smtpdebugger.diagnosis.case import Case
from smtpdebugger.diagnosis.model import Kind


@dataclass(frozen=True, slots=True)
class Proposal:
    """An alternative before its placeholders are filled and its steps are checked."""

    action: Literal["send", "reconnect", "other"] = "send"
    commands: tuple[str, ...] = ()
    port: int = 0
    security: Literal["none", "starttls", "tls"] | None = None
    what: str = ""
    achieves: str = ""
    loses: str = ""
    delivers: bool = False
    reference: str = ""
    goal: str = ""
    """The goal it reaches; empty for the goal of the refused verb."""
    kind: Kind = ""


def other(what: str, achieves: str, reference: str, **more: Any) -> Proposal:
    """A proposal that is no command: what a person may do."""
    return Proposal(action="other", what=what, achieves=achieves, reference=reference, **more)


Repair = Callable[[Case], Iterator[Proposal]]
"""What a likely cause proposes."""
