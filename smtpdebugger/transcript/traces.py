"""Traces: the session in what programs print, and what people paste of it.

Read are the debug output of mail programs and libraries, terminals, logs, bounces and error
messages. What a trace leaves out is not made up, but for what must have been there for the next
line to make sense: the end of a message whose text is not shown.
"""

from collections.abc import Sequence

from smtpdebugger.session.one_sided import is_one_sided
from smtpdebugger.session.session import Session
from smtpdebugger.transcript.dialogue import Step, session_of
from smtpdebugger.transcript.foreign import gave_up, other_protocol
from smtpdebugger.transcript.json_text import decoded, log_lines, refusals_in_json
from smtpdebugger.transcript.refusals import Refusal, refusals_in, steps_of_refusals
from smtpdebugger.transcript.trace_marks import best_reading, steps_of
from smtpdebugger.transcript.trace_plain import plain_steps
from smtpdebugger.transcript.trace_text import COMMAND, lines_of

_SINGLE = (
    "It tells single replies and not the session: the command before each is taken from the text"
    " around it."
)
_NO_COMMAND = "It tells single replies and not the session, nor which commands they answer."
_NO_CODE = (
    "It leaves the reply code out: 550 or 450 stands in its place, or what the program that wrote"
    " it would answer."
)
_ONE_SIDE = "It shows the server's side alone: which command each reply answers is not in it."
_SPEAKS = ("client", "server")


def read_trace(text: str, title: str = "") -> tuple[Session, tuple[str, ...]] | None:
    """The session in a pasted text, and what is to be said of how it was read; None for a text
    that holds none."""
    if text.lstrip()[:1] in {"{", "["}:
        values = decoded(text)
        if values is not None:
            found = read_trace(log) if (log := log_lines(values)) else None
            if found is not None and any(each.command_text for each in found[0].exchanges):
                return found
            single = refusals_in_json(values)
            return _singles(single, title) if single else None
    lines = lines_of(text)
    reading = best_reading(lines)
    if reading is not None and reading.score == 1 and (single := refusals_in(text)):
        # One line with an arrow in it is rather an error message.
        return _singles(single, title)
    if reading is not None:
        steps, left_out = steps_of(reading, lines)
        session = session_of(completed(steps), title)
        return session, (*_told(left_out), *_of_client(session, text))
    plain = plain_steps(lines)
    if not any(step.kind == "client" and COMMAND.match(step.text) for step in plain):
        # A session whose client is not shown has replies that are no refusals.
        is_session = any(step.kind == "server" and step.text[0] in "23" for step in plain)
        single = refusals_in(text, anywhere=not is_session)
        if single:
            return _singles(single, title)
    if plain and not other_protocol(text):
        session = session_of(completed(plain), title)
        whole = range(1, len(session.exchanges) + 1)
        notes = (_ONE_SIDE,) if is_one_sided(session, whole) else ()
        return session, (*notes, *_of_client(session, text))
    return None


def _singles(single: Sequence[Refusal], title: str) -> tuple[Session, tuple[str, ...]]:
    notes = [_SINGLE]
    if not any(each.command for each in single):
        notes = [_NO_COMMAND]
    if not all(each.code_is_told for each in single):
        notes.append(_NO_CODE)
    return session_of(steps_of_refusals(single), title), tuple(notes)


def _of_client(session: Session, text: str) -> list[str]:
    """Why the client ended a session in which nothing was refused, where it says so."""
    if any(each.is_negative for each in session.exchanges):
        return []
    return [told] if (told := gave_up(text)) else []


def completed(steps: Sequence[Step]) -> list[Step]:
    """Steps in the order a session has: the port first, a new connection where one must have
    begun, and the end of messages that the trace does not show."""
    whole: list[Step] = []
    last = Step("closed")
    """The last line of either side."""
    is_waiting = False
    """354 was said, and nothing of a message is shown yet."""
    for step in steps:
        if step.kind in {"port", "host"}:
            if not any(each.kind in {*_SPEAKS, step.kind, "tls"} for each in whole):
                whole.insert(0, step)
            continue
        if step.kind == "closed" and last.kind not in _SPEAKS:
            continue
        if step.kind == "server":
            if step.text.startswith("220") and last.kind == "server" and last.text[:3] == "221":
                whole.append(Step("closed", "server"))
            if is_waiting and not step.text.startswith(("354", "421")):
                whole.append(Step("client", "."))
        if step.kind in {*_SPEAKS, "closed"}:
            is_waiting = step.kind == "server" and step.text.startswith("354 ")
            last = step
        whole.append(step)
    return whole


def _told(left_out: int) -> tuple[str, ...]:
    if not left_out:
        return ()
    lines = "1 line is" if left_out == 1 else f"{left_out:,} lines are"
    return (f"{lines} no part of the session and left out.",)
