"""Row colours: what the person's rules say of each row, worked out a block at a time."""

from collections import OrderedDict

from PySide6.QtCore import QObject, Signal

from smtpdebugger.gui.models.colour_rules import Colour, read_rules
from smtpdebugger.gui.models.shown_rows import no_findings
from smtpdebugger.gui.models.watcher import SessionWatcher
from smtpdebugger.session.filter import Filter
from smtpdebugger.session.filter_terms import FindingsOf, Place
from smtpdebugger.session.session import Session
from smtpdebugger.settings import Settings

KEPT_BLOCKS = 32

Colours = dict[int, Colour]


class RowColours(QObject):
    """The colours of one session's rows, made when they are painted."""

    changed = Signal()
    """Rows may have other colours now."""

    def __init__(self, watcher: SessionWatcher, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._watcher = watcher
        self._findings: FindingsOf = no_findings
        self._text = ""
        self._rules: list[tuple[Colour, Filter]] = []
        self._kept: OrderedDict[int, tuple[object, Colours]] = OrderedDict()
        watcher.replaced.connect(self._kept.clear)
        self.use(Settings().colour_rules)

    def use(self, text: str) -> None:
        """Follow these rules; those that cannot be read are passed over."""
        if text == self._text:
            return
        self._text = text
        rules = [(rule.colour, rule.filter) for rule in read_rules(text)]
        self._rules = [(colour, wanted) for colour, wanted in rules if wanted is not None]
        self._begin_anew()

    def take_findings(self, findings: FindingsOf) -> None:
        """More was found: rules may ask for it."""
        self._findings = findings
        if "finding:" in self._text.lower():
            self._begin_anew()

    def of(self, row: int) -> Colour | None:
        """The colour of a row of the session; None where no rule lets it through."""
        session = self._watcher.session
        block = session.blocks.block_of_row(row)
        stand = self._stand(session, block)
        known = self._kept.get(block)
        if known is None or known[0] != stand:
            known = self._kept[block] = (stand, self._colours(session, block))
            if len(self._kept) > KEPT_BLOCKS:
                self._kept.popitem(last=False)
        self._kept.move_to_end(block)
        return known[1].get(row)

    def _begin_anew(self) -> None:
        self._kept.clear()
        self.changed.emit()

    def _stand(self, session: Session, block: int) -> object:
        """What the colours of a block depend on besides its rows; marks, and what may still come.

        A block is settled when all its commands have their replies.
        """
        marked = frozenset(session.marked)
        waiting = session.first_waiting
        is_last = block + 1 == len(session.blocks)
        stop = 0 if is_last else session.blocks.first_rows[block + 1]
        if is_last or (waiting is not None and session.columns.sent_rows[waiting - 1] <= stop):
            return marked, session.blocks.events
        return marked, 0

    def _colours(self, session: Session, block: int) -> Colours:
        blocks = session.blocks
        is_last = block + 1 == len(blocks)
        stop = len(session.columns.marks) if is_last else blocks.first_rows[block + 1]
        rows: list[int] = list(range(blocks.first_rows[block], stop))
        place = Place(session, block, self._findings)
        made: Colours = {}
        for colour, wanted in self._rules:
            for row in wanted.term.select(place, [row for row in rows if row not in made]):
                made[row] = colour
        return made
