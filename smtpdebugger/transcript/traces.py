"""Traces: the session in what programs print, and what people paste of it.

Read are the debug output of mail programs and libraries, terminals, logs, bounces and error
messages. What a trace leaves out is not made up, but for what must have been there for the next
line to make sense: the end of a message whose text is not shown.
"""

from collections.abc import Sequence

from smtpdebugger.session.session import Session
from smtpdebugger.transcript.dialogue import Step, session_of
from smtpdebugger.transcript.foreign import other_protocol
from smtpdebugger.transcript.refusals import refusals_in
from smtpdebugger.transcript.trace_marks import best_reading, steps_of
from smtpdebugger.transcript.trace_plain import plain_steps
from smtpdebugger.transcript.trace_text import COMMAND, lines_of

_SINGLE = (
    "It tells single replies and not the session: the command before each is taken from the text"
    " around it."
)
_SPEAKS = ("client", "server")


def read_trace(text: str, title: str = "") -> tuple[Session, tuple[str, ...]] | None:
    """The session in a pasted text, and what is to be said of how it was read; None for a text
    that holds none."""
    lines = lines_of(text)
    reading = best_reading(lines)
    if reading is not None:
        steps, left_out = steps_of(reading, lines)
        return session_of(completed(steps), title), _told(left_out)
    single = refusals_in(text)
    plain = plain_steps(lines)
    if single and not any(step.kind == "client" and COMMAND.match(step.text) for step in plain):
        return session_of(single, title), (_SINGLE,)
    if plain and not other_protocol(text):
        return session_of(completed(plain), title), ()
    return None


def completed(steps: Sequence[Step]) -> list[Step]:
    """Steps in the order a session has: the port first, a new connection where one must have
    begun, and the end of messages that the trace does not show."""
    whole: list[Step] = []
    last = Step("closed")
    """The last line of either side."""
    is_waiting = False
    """354 was said, and nothing of a message is shown yet."""
    for step in steps:
        if step.kind == "port":
            if not any(each.kind in {*_SPEAKS, "port", "tls"} for each in whole):
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
