"""What people paste: error messages, log lines, bounces and events, and what is read of each.

They are written after the sources of the programs named by them. Behind ``->`` stands each refusal
as it is read, its lines joined by bars; behind ``-!`` a part of the sentence where there is none.
"""

import re
from pathlib import Path
from typing import NamedTuple

from smtpdebugger.session.session import Session

FILE = Path(__file__).parent / "messages.txt"


class Message(NamedTuple):
    """A message and what it tells."""

    name: str
    text: str
    wanted: tuple[str, ...]


def messages() -> list[Message]:
    """All of them."""
    told: list[Message] = []
    for part in re.split(r"(?m)^=== ", FILE.read_text("utf-8"))[1:]:
        name, rest = part.split("\n", 1)
        wanted = tuple(re.findall(r"(?m)^(-[>!] .*)$", rest))
        text = re.sub(r"(?m)^-[>!] .*\n", "", rest)
        told.append(Message(name, text, wanted))
    return told


def told(session: Session) -> tuple[str, ...]:
    """The refusals of a session, in the words of the file."""
    return tuple(
        f"-> {each.command_text or each.verb} => {each.code} "
        + " | ".join(line.text.decode("utf-8", "replace") for line in each.reply.lines)
        for each in session.exchanges
        if each.reply is not None and (each.code or 0) >= 400
    )
