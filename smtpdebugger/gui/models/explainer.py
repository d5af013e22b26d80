"""Explainer: diagnoses for the widgets, once the knowledge is loaded.

What is known comes from the library, which all sessions of a window share.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, SignalInstance

from smtpdebugger.gui.models.library import Library
from smtpdebugger.session.exchange import Exchange
from smtpdebugger.session.session import Session

if TYPE_CHECKING:
    from smtpdebugger.diagnosis.model import Alternative, Code, Diagnosis, Finding
    from smtpdebugger.diagnosis.probes import Probe
    from smtpdebugger.diagnosis.report import Style
    from smtpdebugger.knowledge.tables import Knowledge

MOST_KEPT = 256
"""Diagnoses that are kept: more than there are rows on a screen. A session may hold refusals by the
hundred thousand, and each diagnosis takes some ten thousand octets."""


class Explainer(QObject):
    """Gives the diagnosis of any exchange, or None while nothing is known yet."""

    def __init__(self, parent: QObject | None = None, library: Library | None = None) -> None:
        super().__init__(parent)
        self.library = library or Library(self)
        self._known: dict[tuple[int, int], tuple[object, Diagnosis]] = {}
        self._probes: dict[int, tuple[Probe, ...]] = {}
        self._changes: dict[int, tuple[str, ...]] = {}

    @property
    def knowledge(self) -> "Knowledge | None":
        """What is known; None while it is not loaded yet."""
        return self.library.knowledge

    @property
    def ready(self) -> SignalInstance:
        """The signal that it is loaded."""
        return self.library.ready

    def explain(self, session: Session, exchange: Exchange) -> "Diagnosis | None":
        """The diagnosis, as it stands now; alternatives follow the session's situation."""
        if self.knowledge is None or exchange.reply is None:
            return None
        from smtpdebugger.diagnosis.diagnose import diagnose  # noqa: PLC0415

        key = (id(session), exchange.number)
        # Alternatives depend on where the session stands now, causes on what was before.
        probes = self.probes(exchange.number)
        stand = (session.situation, len(session.exchanges), len(probes))
        known = self._known.get(key)
        if known is not None and known[0] == stand:
            return known[1]
        diagnosis = diagnose(session, exchange, self.knowledge, probes)
        if key not in self._known and len(self._known) >= MOST_KEPT:
            # The oldest: what stands on the screen was asked for last.
            del self._known[next(iter(self._known))]
        self._known[key] = (stand, diagnosis)
        return diagnosis

    def verified(self, number: int, probes: "Sequence[Probe]", changes: Sequence[str]) -> None:
        """Steps were taken for an exchange of the session that is shown; what they changed."""
        self._probes[number] = tuple(probes)
        self._changes[number] = tuple(changes)

    def probes(self, number: int) -> "tuple[Probe, ...]":
        """The steps that were taken for an exchange."""
        return self._probes.get(number, ())

    def changes(self, number: int) -> tuple[str, ...]:
        """What verification changed about an exchange."""
        return self._changes.get(number, ())

    def code(self, session: Session, number: int, alternative: "Alternative") -> "Code | None":
        """The developer's version of an alternative."""
        if self.knowledge is None:
            return None
        from smtpdebugger.diagnosis.case import Case  # noqa: PLC0415
        from smtpdebugger.diagnosis.code import code_for  # noqa: PLC0415

        exchange = session.exchange(number)
        diagnosis = self.explain(session, exchange)
        family = diagnosis.causes[0].family if diagnosis is not None and diagnosis.causes else ""
        return code_for(Case(session, exchange, self.knowledge), alternative, family)

    def report(
        self, session: Session, number: int, style: "Style", findings: "Sequence[Finding]"
    ) -> str:
        """The report for the administrator; empty where there is nothing to tell yet."""
        exchange = session.exchange(number)
        diagnosis = self.explain(session, exchange)
        if self.knowledge is None or diagnosis is None:
            return ""
        from smtpdebugger.diagnosis.case import Case  # noqa: PLC0415
        from smtpdebugger.diagnosis.report import report  # noqa: PLC0415

        case = Case(session, exchange, self.knowledge)
        verified = self.changes(number)
        return report(case, diagnosis, style=style, findings=findings, verified=verified)

    def forget(self) -> None:
        """Another session is shown: its exchanges have the same numbers."""
        self._known.clear()
        self._probes.clear()
        self._changes.clear()
