"""What the chips under the command line offer: the commands that are legal now and offered."""

from collections.abc import Collection
from typing import TYPE_CHECKING, NamedTuple

from smtpdebugger.diagnosis.advice import keyword_of
from smtpdebugger.gui.composer.completion import Names
from smtpdebugger.protocol.state import State
from smtpdebugger.session.situation import Situation

if TYPE_CHECKING:
    from smtpdebugger.knowledge.tables import Knowledge

MAX_MECHANISMS = 3

_ORDER = {
    State.GREETED: ("EHLO", "HELO", "NOOP", "HELP", "QUIT"),
    State.HELO: ("MAIL", "VRFY", "EXPN", "HELP", "NOOP", "QUIT", "EHLO"),
    State.EHLO: (
        "STARTTLS", "AUTH", "MAIL", "VRFY", "EXPN", "ETRN", "HELP", "NOOP", "QUIT", "EHLO",
    ),
    State.MAIL: ("RCPT", "RSET", "VRFY", "NOOP", "HELP", "QUIT"),
    State.RCPT: ("DATA", "BDAT", "RCPT", "RSET", "NOOP", "QUIT"),
    State.BDAT: ("BDAT", "RSET", "NOOP", "QUIT"),
}  # fmt: skip


class Suggestion(NamedTuple):
    """One chip."""

    label: str
    line: str
    """What pressing it puts into the command line."""
    cursor: int
    """Where in the line typing goes on."""


def suggestions(
    situation: Situation,
    knowledge: "Knowledge | None",
    names: Names,
    refused: Collection[str] = (),
) -> tuple[Suggestion, ...]:
    """The commands to suggest now, most useful first; what was refused for good is left out."""
    found: list[Suggestion] = []
    for verb in _ORDER.get(situation.state, ()):
        keyword = keyword_of(verb, knowledge)
        if not situation.permits(verb) or verb in refused:
            continue
        if not keyword or situation.offers(keyword):
            found.extend(_of_verb(verb, situation, names))
    return tuple(found)


def _of_verb(verb: str, situation: Situation, names: Names) -> list[Suggestion]:
    if verb == "AUTH":
        mechanisms = situation.capabilities.auth_mechanisms if situation.capabilities else ()
        return [_plain(f"AUTH {each}") for each in mechanisms[:MAX_MECHANISMS]]
    if verb in {"EHLO", "HELO"}:
        line = f"{verb} {names.client}"
        return [Suggestion(verb, line, len(line))]
    if verb in {"MAIL", "RCPT"}:
        start = "MAIL FROM:<" if verb == "MAIL" else "RCPT TO:<"
        return [Suggestion(f"{start}…>", f"{start}>", len(start))]
    if verb in {"VRFY", "EXPN", "ETRN", "BDAT"}:
        return [Suggestion(verb, f"{verb} ", len(verb) + 1)]
    return [_plain(verb)]


def _plain(line: str) -> Suggestion:
    return Suggestion(line, line, len(line))
