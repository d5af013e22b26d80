"""Annotations: the line under each negative reply, with its leading cause and a way on."""

import re
from time import perf_counter
from typing import TYPE_CHECKING, NamedTuple

from smtpdebugger.gui.models.explainer import Explainer
from smtpdebugger.session.session import Session

if TYPE_CHECKING:
    from smtpdebugger.diagnosis.model import Alternative, Diagnosis

PENDING = "…"
TURN_SECONDS = 0.006
"""How much of a turn of the event loop may go into explanations."""
_PLACEHOLDER = r"\{\w+\}"


class Annotation(NamedTuple):
    """What stands under a negative reply."""

    exchange: int
    sentence: str
    """The leading cause; ``…`` until the knowledge is loaded."""
    commands: tuple[str, ...] = ()
    """The first alternative as a person reads it, one line each; empty where there is none."""
    alternative: int = -1
    """Its place among the diagnosis's alternatives."""

    @property
    def offer(self) -> str:
        """The alternative as a button's text, or empty."""
        return f"Try {' · '.join(self.commands)}" if self.commands else ""

    @property
    def spoken(self) -> str:
        """The whole annotation as a sentence for screen readers."""
        return f"Explanation: {self.sentence} {self.offer}".strip()

    @property
    def line(self) -> str:
        """The annotation as a line of copied text."""
        return f"#  {self.sentence} {self.offer}".rstrip()


class Annotations:
    """Annotations of one session, made when asked for and kept until they may have changed.

    A burst of refusals would ask for a screenful at every repaint. So between two calls of
    ``begin_turn`` only so much time is spent; then the last known ones stand in.
    """

    def __init__(self, explainer: Explainer) -> None:
        self._explainer = explainer
        self._known: dict[int, tuple[object, Annotation]] = {}
        self._spent = 0.0
        self._is_behind = False
        self._put_off: dict[int, None] = {}

    @property
    def has_worked(self) -> bool:
        """Whether any time was spent, or anything put off, since the last turn began."""
        return self._spent > 0 or self._is_behind

    def begin_turn(self) -> bool:
        """Allow a turn's time anew; whether something was put off in the last one."""
        was_behind = self._is_behind
        self._spent, self._is_behind = 0.0, False
        return was_behind

    def catch_up(self, session: Session, stand: object) -> None:
        """Make those that were put off, as far as a turn's time goes."""
        wanted, self._put_off = self._put_off, {}
        for number in wanted:
            if self._spent < TURN_SECONDS:
                self.of(session, number, stand)

    def forget(self) -> None:
        """Make all of them anew."""
        self._known.clear()
        self._put_off.clear()

    def of(
        self,
        session: Session,
        number: int,
        stand: object,
        *,
        at_once: bool = False,
        later: bool = False,
    ) -> Annotation:
        """The annotation of an exchange; the same one as long as ``stand`` is the same.

        A cause may change with a further refusal, an alternative with the situation. ``at_once``
        makes it even if the turn's time is spent, ``later`` leaves it to ``catch_up``.
        """
        known = self._known.get(number)
        if known is not None and known[0] == stand:
            return known[1]
        if later or (self._spent >= TURN_SECONDS and not at_once):
            self._is_behind = True
            self._put_off[number] = None
            return Annotation(number, PENDING) if known is None else known[1]
        began = perf_counter()
        diagnosis = self._explainer.explain(session, session.exchange(number))
        self._spent += perf_counter() - began
        if diagnosis is None:
            return Annotation(number, PENDING)
        made = annotation(diagnosis)
        self._known[number] = (stand, made)
        return made


def annotation(diagnosis: "Diagnosis") -> Annotation:
    """The line under a diagnosed reply."""
    sentence = diagnosis.causes[0].sentence if diagnosis.causes else diagnosis.summary
    for index, alternative in enumerate(diagnosis.alternatives):
        commands = _commands(alternative)
        if commands:
            return Annotation(diagnosis.exchange, sentence, commands, index)
    return Annotation(diagnosis.exchange, sentence)


def _commands(alternative: "Alternative") -> tuple[str, ...]:
    """What the alternative would do; empty for advice that no button can follow."""
    if alternative.action == "send":
        return tuple(re.sub(_PLACEHOLDER, "…", command) for command in alternative.commands)
    if alternative.action == "reconnect":
        return (_lower_first(alternative.label),)
    return ()


def _lower_first(text: str) -> str:
    return text[:1].lower() + text[1:]
