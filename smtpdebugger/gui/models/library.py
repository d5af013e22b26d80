"""Library: what is known, loaded once for all sessions of a window, in slices.

It is loaded after the first paint, so for the first moments there is none.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

if TYPE_CHECKING:
    from smtpdebugger.knowledge.tables import Knowledge

RULES_AT_ONCE = 16
"""Patterns read in one turn of the event loop."""


class Library(QObject):
    """The knowledge, or None while it is not loaded yet."""

    ready = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.knowledge: Knowledge | None = None
        self._loading: Iterator[Knowledge | None] | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._load_slice)

    @property
    def is_busy(self) -> bool:
        """Whether there is still something to load, or to make ready for the first refusal."""
        return self._timer.isActive()

    def load(self) -> None:
        """Begin to load, a slice at each turn of the event loop."""
        self._loading = _load_slices()
        self._timer.start()

    def put(self, knowledge: "Knowledge") -> None:
        """This is what is known from now on."""
        self.knowledge = knowledge
        self.ready.emit()

    def _load_slice(self) -> None:
        if self._loading is None:
            self._timer.stop()
            return
        try:
            knowledge = next(self._loading)
        except StopIteration:
            self._timer.stop()
            return
        if knowledge is not None:
            self.put(knowledge)


def _load_slices() -> "Iterator[Knowledge | None]":
    # Loaded only now: reading every table before the first paint would double the start.
    from smtpdebugger.knowledge.load import iter_load  # noqa: PLC0415

    yield None
    # Not at the first refusal: its explanation is to be on the screen within a twentieth second.
    import smtpdebugger.diagnosis.case  # noqa: PLC0415

    yield None
    import smtpdebugger.diagnosis.diagnose  # noqa: F401, PLC0415

    yield None
    for knowledge in iter_load():
        if knowledge is not None:
            yield from _needle_slices(knowledge)
        yield knowledge
        if knowledge is not None:
            yield from _compile_slices(knowledge)


def _needle_slices(knowledge: "Knowledge") -> Iterator[None]:
    """Find the needles of the patterns that the first diagnosis looks for, whatever it is of."""
    from smtpdebugger.knowledge.needles import needles_of  # noqa: PLC0415

    for server in knowledge.servers.values():
        for pattern in (*server.banner, *server.ehlo_line):
            needles_of(pattern)
        yield None
    for number, rule in enumerate(knowledge.rules):
        needles_of(rule.pattern)
        if number % RULES_AT_ONCE == 0:
            yield None


def _compile_slices(knowledge: "Knowledge") -> Iterator[None]:
    """What the first refusal would wait for else: the lists of words, and each rule's pattern."""
    from smtpdebugger.knowledge.patterns import compiled  # noqa: PLC0415

    yield None
    _ = knowledge.recogniser
    yield None
    knowledge.text_rule("", "", 0)
    for rule in knowledge.rules:
        if rule.pattern:
            yield None
            compiled(rule.pattern)
