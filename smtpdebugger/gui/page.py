"""The page of one session: places the parts and joins their signals; one tab of the window."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QLabel,
    QSizePolicy,
    QSplitter,
    QStatusBar,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from smtpdebugger.gui.composer.composer import Composer
from smtpdebugger.gui.models.explainer import Explainer
from smtpdebugger.gui.models.findings_feed import FindingsFeed
from smtpdebugger.gui.models.library import Library
from smtpdebugger.gui.models.needs import Needs
from smtpdebugger.gui.models.notable import next_notable
from smtpdebugger.gui.models.standing import Standing, cut_off, standing_of
from smtpdebugger.gui.models.watcher import SessionWatcher
from smtpdebugger.gui.panels.capabilities import CapabilitiesPanel
from smtpdebugger.gui.panels.connection_bar import ConnectionBar
from smtpdebugger.gui.panels.diagnosis import DiagnosisPanel
from smtpdebugger.gui.panels.findings import FindingsPanel
from smtpdebugger.gui.panels.notice_bar import NoticeBar
from smtpdebugger.gui.panels.stage_bar import StageBar
from smtpdebugger.gui.reporting import Reporter
from smtpdebugger.gui.tab import Tab
from smtpdebugger.gui.views.transcript_view import TranscriptView
from smtpdebugger.gui.widgets.tabs import pages_of
from smtpdebugger.gui.widgets.text import ElidedLabel

if TYPE_CHECKING:
    from smtpdebugger.diagnosis.model import Alternative
    from smtpdebugger.gui.panels.requirements import RequirementsPanel


class SessionPage(Tab):
    """Connection bar, stages, transcript, composer, capabilities, diagnosis of one session."""

    is_waiting = False
    copy_wanted = Signal(Path)
    """A copy of the session, as this file."""
    reconnect_wanted = Signal(object)
    """An alternative whose action is another port or protection."""
    login_wanted = Signal()
    message_wanted = Signal()
    octets_wanted = Signal()
    again_wanted = Signal(int)
    """What was sent in this exchange is to be sent again."""
    repeat_wanted = Signal(int)
    """The session is to be repeated up to this exchange."""
    mark_wanted = Signal(int)
    remark_wanted = Signal(int)
    """On an exchange."""
    colours_wanted = Signal()
    """The rules by which rows have colours are to be changed."""
    options_wanted = Signal()
    ports_wanted = Signal()
    certificates_wanted = Signal()

    requirements_shown = Signal()
    """For the first time: ``requirements`` is there from now on."""

    def __init__(self, library: Library, needs: Needs, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._needs = needs
        self.requirements: RequirementsPanel | None = None
        self.watcher = SessionWatcher(self)
        self.explainer = Explainer(self, library)
        self.watcher.replaced.connect(self.explainer.forget)
        # Each part is made where it will stand: whatever is given to another parent later is
        # styled anew with all that is in it.
        self._centre = QWidget(self)
        self._columns = QSplitter(Qt.Orientation.Horizontal, self._centre)
        self._left = QSplitter(Qt.Orientation.Vertical, self._columns)
        self._right = QSplitter(Qt.Orientation.Vertical, self._columns)
        self.connection = ConnectionBar(self._centre)
        self.notice = NoticeBar(self._centre)
        self.stages = StageBar(self.watcher, self._centre)
        self.transcript = TranscriptView(self.watcher, self.explainer, self._left)
        self.composer = Composer(self.watcher, self.explainer, self._left)
        self.side = QTabWidget(self._right)
        sides = pages_of(self.side)
        self.capabilities = CapabilitiesPanel(self.watcher, self.explainer, sides)
        self.diagnosis = DiagnosisPanel(self.watcher, self.explainer, self._right)
        self.feed = FindingsFeed(self.watcher, self.explainer, self)
        self.findings = FindingsPanel(self.feed, sides)
        self._place_of_requirements = QWidget(sides)
        self.reporter = Reporter(
            self.watcher, self.explainer, self.feed, self.diagnosis, self.notice
        )
        self.status = QStatusBar(self)
        self._state = QLabel(self.status)
        self.waiting = QLabel(self.status)
        """What is awaited, and for how long."""
        self._recording = ElidedLabel(parent=self.status)
        # What went wrong stands at the beginning, the file's name at the end.
        self._recording.elide_mode = Qt.TextElideMode.ElideMiddle
        self._is_connected = self._is_busy = False
        self._put_away: list[QDialog] = []
        self._place()
        self._join()
        self.show_connected(False)

    @property
    def is_live(self) -> bool:
        """Whether there is a connection, or one is being made."""
        return self._is_connected or self._is_busy

    @property
    def cut_off(self) -> str:
        """What would be cut off half-way if it were closed now, as a clause; empty: nothing."""
        return cut_off(self.watcher.session) if self._is_connected else ""

    @property
    def standing(self) -> Standing:
        """How its session stands, in a sign and in words."""
        return standing_of(
            self.watcher.session, is_connected=self._is_connected, is_busy=self._is_busy
        )

    def rest(self, is_resting: bool) -> None:
        """Another tab is shown, or this one: nothing is drawn that nobody sees.

        Its dialogs go and come with it: they are about this session and no other.
        """
        self.watcher.rest(is_resting)
        if is_resting:
            dialogs = self.findChildren(QDialog)
            self._put_away = [each for each in dialogs if each.isVisible() and not each.isModal()]
        for dialog in self._put_away:
            dialog.setVisible(not is_resting)
        if not is_resting:
            self._put_away = []

    def show_title(self, title: str, path: Path | None = None) -> None:
        """Tell what is shown from now on: a server, or a file and where it is."""
        self.title, self.path = title, path
        self.restood.emit()

    def show_connected(
        self, connected: bool, busy: bool = False, *, unverified: bool = False
    ) -> None:
        """Show whether there is a connection, and enable what needs one."""
        self._is_connected, self._is_busy = connected, busy
        self.connection.set_connected(connected, busy)
        self.composer.set_connected(connected)
        self.diagnosis.set_live(connected)
        situation = self.watcher.session.situation
        where = f"{situation.host}:{situation.port}" if situation.host else ""
        if connected:
            encrypted = "encrypted" + ", certificate not verified" * unverified
            how = encrypted if situation.tls else "in clear"
            if situation.greeting is None:
                how = "waiting for the greeting"
            text = f"Connected to {where} · {how}"
        elif busy:
            text = "Connecting…"
        else:
            text = "Not connected"
        self._state.setText(text)
        self.restood.emit()

    def show_recording(self, sentence: str) -> None:
        """Tell where the session is being recorded."""
        self._recording.setText(sentence)

    def choose_alternative(self, alternative: "Alternative") -> None:
        """Follow an alternative: into the composer, or as a new connection."""
        if alternative.action == "send" and not self._is_connected:
            self.notice.tell(
                "There is no connection, so these commands cannot be sent now.",
                "Connect, then offer them",
                lambda: self.reconnect_wanted.emit(alternative),
            )
        elif alternative.action == "send":
            self.composer.offer(alternative.commands, alternative.missing)
        elif alternative.action == "reconnect":
            self.reconnect_wanted.emit(alternative)
        else:
            self.notice.mention(alternative.what)

    # What the menus call

    def focus_host(self) -> None:
        """Put the keyboard into Host."""
        self.connection.focus_host()

    def focus_filter(self) -> None:
        """Put the keyboard into Filter."""
        self.transcript.focus_filter()

    def focus_composer(self) -> None:
        """Put the keyboard into Command."""
        self.composer.focus_input()

    def reconnect(self) -> None:
        """Connect again to what the bar says."""
        self.connection.submit()

    def disconnect_now(self) -> None:
        """End the connection."""
        self.connection.disconnect_requested.emit()

    def say_again(self) -> None:
        """Bring what the selected row said back to the composer."""
        self.again_wanted.emit(self.transcript.selected_exchange)

    def repeat_session(self) -> None:
        """Connect again, and send the same commands up to the selected row."""
        self.repeat_wanted.emit(self.transcript.selected_exchange)

    def mark_row(self) -> None:
        """Mark the selected exchange, or take its mark away."""
        self.mark_wanted.emit(self.transcript.selected_exchange)

    def remark_row(self) -> None:
        """Write a remark on the selected exchange."""
        self.remark_wanted.emit(self.transcript.selected_exchange)

    def next_refusal(self) -> None:
        """Select the next negative reply or finding."""
        self._walk(1)

    def previous_refusal(self) -> None:
        """Select the negative reply or finding before."""
        self._walk(-1)

    def focus_findings(self) -> None:
        """Put the keyboard into Findings."""
        self.side.setCurrentWidget(self.findings)
        self.findings.table.setFocus()

    def focus_requirements(self) -> None:
        """Put the keyboard into Requirements."""
        self.side.setCurrentWidget(self._place_of_requirements)
        if self.requirements is not None:
            self.requirements.setFocus()

    def _turn_side(self, index: int) -> None:
        """The requirements are built when somebody looks at them."""
        place = self._place_of_requirements
        if self.requirements is not None or self.side.widget(index) is not place:
            return
        from smtpdebugger.gui.panels.requirements import RequirementsPanel  # noqa: PLC0415 - as told

        panel = RequirementsPanel(self.watcher, self.explainer, self._needs)
        layout = QVBoxLayout(place)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(panel)
        panel.exchange_requested.connect(self.transcript.select_exchange)
        self.requirements = panel
        self.requirements_shown.emit()

    def _place(self) -> None:
        left, right, columns = self._left, self._right, self._columns
        left.addWidget(self.transcript)
        left.addWidget(self.composer)
        left.setStretchFactor(0, 1)
        left.setStretchFactor(1, 0)
        self.side.setDocumentMode(True)
        self.side.tabBar().setDrawBase(False)
        self.side.addTab(self.capabilities, "Capabilities")
        self.side.addTab(self.findings, self.findings.title)
        # The whole word does not fit beside the others where the window is narrow.
        self.side.addTab(self._place_of_requirements, "Needs")
        self.side.tabBar().setAccessibleTabName(2, "Requirements")
        self.side.setTabToolTip(2, "Requirements: what your program needs (Ctrl+Shift+I)")
        self.side.tabBar().setAccessibleName("Capabilities, findings and requirements")
        self.side.currentChanged.connect(self._turn_side)
        right.addWidget(self.side)
        right.addWidget(self.diagnosis)
        right.setStretchFactor(0, 2)
        right.setStretchFactor(1, 3)
        right.setSizes([215, 465])
        columns.addWidget(left)
        columns.addWidget(right)
        columns.setStretchFactor(0, 3)
        columns.setStretchFactor(1, 1)
        columns.setSizes([820, 400])
        for splitter in (left, right, columns):
            splitter.setChildrenCollapsible(False)
            splitter.setHandleWidth(10)
        layout = QVBoxLayout(self._centre)
        layout.setContentsMargins(12, 8, 12, 4)
        layout.setSpacing(8)
        layout.addWidget(self.connection)
        layout.addWidget(self.stages)
        layout.addWidget(self.notice)
        layout.addWidget(columns, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self._centre, 1)
        whole.addWidget(self.status)
        for label in (self._state, self.waiting, self._recording):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setContentsMargins(12, 0, 12, 0)
        self.status.addWidget(self._state)
        self.status.addWidget(self.waiting)
        # Where the file is may be cut off; what is awaited may not.
        self._recording.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._recording.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.status.addPermanentWidget(self._recording, 1)

    def _join(self) -> None:
        self.watcher.changed.connect(self.restood)
        self.watcher.stirred.connect(self.stirred)
        self.connection.problem.connect(self.notice.tell)
        self.connection.options_requested.connect(self.options_wanted)
        self.transcript.table.painted.connect(self.watcher.spent)
        self.transcript.exchange_selected.connect(self.diagnosis.show_exchange)
        self.transcript.exchange_selected.connect(self.findings.select_exchange)
        self.transcript.alternative_chosen.connect(self._choose_from_row)
        self.diagnosis.alternative_chosen.connect(self.choose_alternative)
        self.diagnosis.verify_refused.connect(self.notice.tell)
        self.diagnosis.exchange_requested.connect(self.transcript.select_exchange)
        self.findings.exchange_requested.connect(self.transcript.select_exchange)
        self.transcript.model.findings = self.feed.names_of
        self.feed.settled.connect(self.transcript.model.findings_changed)
        self.findings.counted.connect(lambda title: self.side.setTabText(1, title))
        # Who sends on wants to see what comes of it, not the row selected before.
        composer = self.composer
        for sent in (composer.line_entered, composer.lines_entered, composer.chunk_entered,
                     composer.mail_data_entered, composer.response_entered):  # fmt: skip
            sent.connect(self._show_what_comes)

    def _walk(self, step: int) -> None:
        """To the next thing worth a look: a refusal, or an exchange with a finding."""
        table, rows = self.transcript.table, self.transcript.model.rows
        if table.selectionModel().hasSelection():
            start = table.currentIndex().row()
        else:
            start = -1 if step > 0 else len(rows)
        table.select_position(next_notable(rows, self.feed, start, step))
        table.setFocus()

    def _show_what_comes(self, *_: object) -> None:
        self.transcript.follow()
        self.diagnosis.show_exchange(None)

    def _choose_from_row(self, number: int, index: int) -> None:
        session = self.watcher.session
        diagnosis = self.explainer.explain(session, session.exchange(number))
        if diagnosis is not None and index < len(diagnosis.alternatives):
            self.choose_alternative(diagnosis.alternatives[index])
