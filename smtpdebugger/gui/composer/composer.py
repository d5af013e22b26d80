"""The composer: what is sent next is written here, and judged before it is sent.

It follows what the session expects: a command line, after 334 a hidden SASL response, after 354
mail data; for BDAT it asks for the octets before anything is sent. It sends nothing itself.
"""

from PySide6.QtCore import QDateTime, QEvent, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from smtpdebugger.diagnosis.advice import Advice, advise
from smtpdebugger.gui.composer import facts, payload
from smtpdebugger.gui.composer.asking import Asking
from smtpdebugger.gui.composer.completion import Names, candidates, names_of
from smtpdebugger.gui.composer.editors import Editors, Page
from smtpdebugger.gui.composer.foot import Foot
from smtpdebugger.gui.composer.paste_bar import PasteBar
from smtpdebugger.gui.composer.queued import QueuedCommands
from smtpdebugger.gui.composer.suggestions import Suggestion, suggestions
from smtpdebugger.gui.composer.title import TitleRow
from smtpdebugger.gui.models.explainer import Explainer
from smtpdebugger.gui.models.watcher import SessionWatcher
from smtpdebugger.gui.widgets.button import EnterButton
from smtpdebugger.gui.widgets.text import ElidedLabel
from smtpdebugger.protocol.framing import Mode
from smtpdebugger.session.session import Session

UNBOUNDED = 16_777_215
"""Qt's largest widget, which it does not tell Python."""

NEVER_AGAIN = frozenset({500, 502})
"""Codes after which a verb is not suggested again."""


class Composer(QFrame):
    """Writes one client unit at a time."""

    line_entered = Signal(str)
    lines_entered = Signal(list, bool)
    """Several lines, and whether to send them ahead of their replies."""
    response_entered = Signal(str)
    mail_data_entered = Signal(str)
    """The message as typed; who sends it does the dot-stuffing and ends it."""
    chunk_entered = Signal(str, bytes)
    """A BDAT command and its octets, as many as it tells."""

    def __init__(
        self, watcher: SessionWatcher, explainer: Explainer, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName("Composer")
        self.setProperty("role", "card")
        self._watcher, self._explainer = watcher, explainer
        self._connected = False
        self._chunk_line = ""
        self._sent_at = -1
        self._names = Names()
        self._suggestions: tuple[Suggestion, ...] = ()
        self._queue = QueuedCommands()
        self._title = TitleRow()
        self._paste_bar = PasteBar()
        self._editors = Editors(self._candidates)
        self._send = EnterButton("Send")
        self._send.setAccessibleName("Send")
        self._send.setProperty("role", "primary")
        self._next = ElidedLabel(role="small")
        self._foot = Foot()
        self._asking = Asking()
        self._editors.line.history.known = lambda: watcher.session.secrets
        self._place()
        self._join()
        self.refresh()

    @property
    def advice(self) -> Advice:
        """What is said of the line as it stands."""
        return self._foot.advice.advice

    @property
    def page(self) -> Page:
        """Which editor is shown."""
        return self._editors.page

    def set_connected(self, connected: bool) -> None:
        """Whether there is a connection to send on."""
        self._connected = connected
        if not connected:
            self._editors.sasl.forget()
            self._paste_bar.hide()
        self.refresh()

    def focus_input(self) -> None:
        """Put the keyboard into the editor that is shown."""
        self._editors.current.setFocus()

    def offer(self, commands: tuple[str, ...], missing: tuple[str, ...] = ()) -> None:
        """Put the first command into the line and let the others wait behind it."""
        self._chunk_line = ""
        self._queue.load(commands, missing)
        self.refresh()
        self._load_next()
        self.focus_input()

    def offer_group(self, lines: tuple[str, ...]) -> None:
        """Ask what to do with lines that went out together before."""
        session = self._watcher.session
        self._paste_bar.ask(list(lines), pipelining=session.situation.offers("PIPELINING"))

    def submit(self) -> None:
        """Send what stands in the editor."""
        if not self._send.isEnabled():
            return
        submits = {
            Page.LINE: self._submit_line,
            Page.SASL: self._editors.sasl.submit,
            Page.MAIL_DATA: self._submit_mail_data,
            Page.CHUNK: self._submit_chunk,
        }
        submits[self.page]()

    def refresh(self) -> None:
        """Show what fits the session as it stands."""
        session = self._watcher.session
        # Without a connection nothing is proposed, and a session may be long.
        self._names = names_of(session) if self._connected else Names()
        self._turn_to(self._wanted_page(session))
        self._show_chips(session)
        self._editors.line.refresh()
        self._judge()

    def event(self, event: QEvent) -> bool:
        """Never higher than one line needs; several lines may have all the room there is."""
        handled = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest:
            grows = self.page in {Page.MAIL_DATA, Page.CHUNK}
            self._send.setMinimumHeight(self._editors.line.sizeHint().height())
            self.setMaximumHeight(UNBOUNDED if grows else self.sizeHint().height())
        return handled

    # Sending

    def _submit_line(self) -> None:
        line = self._editors.line.text()
        if not line.strip() or self._select_gap():
            return
        if payload.wants_octets(line):
            self._chunk_line = line.strip()
            self._editors.payload.replace("")
            self._turn_to(Page.CHUNK, focus=True)
            self.refresh()
            return
        after_auth = facts.follows_auth(self._watcher.session)
        self._editors.line.history.add(line, after_auth=after_auth)
        self._queue.sent(line)
        self._load_next()
        self.line_entered.emit(line)

    def _submit_mail_data(self) -> None:
        text = self._editors.payload.toPlainText()
        session = self._watcher.session
        if session.header.origin != "practice" and not self._asking.lets(text):
            recipients = facts.accepted_recipients(session)
            self._foot.advice.show_advice(self._asking.question(recipients))
            return
        self._sent_at = len(self._watcher.session.events)
        self._editors.payload.replace("")
        self.mail_data_entered.emit(text)
        self._judge()

    def _submit_chunk(self) -> None:
        octets = payload.octets_of(self._editors.payload.toPlainText())
        command = payload.chunk_command(self._chunk_line, octets)
        session = self._watcher.session
        recipients = facts.accepted_recipients(session)
        delivers = bool(recipients) and command.endswith("LAST")
        if delivers and session.header.origin != "practice" and not self._asking.lets(command):
            self._foot.advice.show_advice(self._asking.question(recipients))
            return
        self._editors.payload.replace("")
        self._chunk_line = ""
        self._editors.line.history.add(command)
        self._queue.sent(command)
        self._turn_to(Page.LINE, focus=True)
        self._load_next()
        self.chunk_entered.emit(command, octets)

    def _submit_response(self, text: str) -> None:
        self._sent_at = len(self._watcher.session.events)
        self.response_entered.emit(text)
        self._judge()

    def _submit_lines(self, lines: list[str], ahead: bool) -> None:
        for line in lines:
            self._editors.line.history.add(line, after_auth=True)
        self.focus_input()
        self.lines_entered.emit(lines, ahead)

    # What is written

    def _load_next(self) -> None:
        self._editors.line.replace(self._queue.current)
        self._select_gap()
        self._show_queue()

    def _select_gap(self) -> bool:
        """Select what a person still has to fill in; False where nothing is missing."""
        line = self._editors.line.text()
        gap = self._queue.first_gap(line)
        # The number of octets fills itself in when the octets are there.
        if gap is None or payload.wants_octets(line):
            return False
        self._editors.line.setSelection(*gap)
        return True

    def _drop(self) -> None:
        """Esc: away from the octets, or away with the line and what waits behind it."""
        if self.page is Page.CHUNK:
            self._chunk_line = ""
            self._turn_to(Page.LINE, focus=True)
            self.refresh()
        elif self.page is Page.LINE:
            self._queue.clear()
            self._editors.line.replace("")
            self._show_queue()
        self._judge()

    def _typed(self) -> None:
        self._show_queue()
        self._judge()

    def _choose_chip(self, index: int) -> None:
        if index < len(self._suggestions):
            chosen = self._suggestions[index]
            self._editors.line.replace(chosen.line, chosen.cursor)
            self.focus_input()

    def _candidates(self, line: str) -> list[str]:
        situation = self._watcher.session.situation
        return candidates(situation, line, self._explainer.knowledge, self._names)

    # What is shown

    def _wanted_page(self, session: Session) -> Page:
        if not self._connected:
            return Page.LINE
        asked = {Mode.SASL: Page.SASL, Mode.MAIL_DATA: Page.MAIL_DATA}
        return asked.get(session.expects, Page.CHUNK if self._chunk_line else Page.LINE)

    def _turn_to(self, page: Page, *, focus: bool = False) -> None:
        session = self._watcher.session
        is_new = page is not self.page
        if page is Page.SASL and (is_new or facts.challenge(session) != self._editors.sasl.asked):
            self._editors.sasl.ask(*facts.challenge(session))
        if not is_new:
            return
        self._editors.turn_to(page, focus=focus or self._send.hasFocus())
        is_message = page in {Page.MAIL_DATA, Page.CHUNK}
        self._asking.setVisible(is_message and session.header.origin != "practice")
        if page is Page.MAIL_DATA:
            date = QDateTime.currentDateTime().toString(Qt.DateFormat.RFC2822Date)
            recipients = facts.accepted_recipients(session)
            path = session.situation.reverse_path or ""
            self._editors.payload.replace(payload.sample_message(path, recipients, date))
            self._editors.payload.selectAll()

    def _show_chips(self, session: Session) -> None:
        found: tuple[Suggestion, ...] = ()
        if self._connected and self.page is Page.LINE:
            refused = facts.refused_verbs(session)
            never = [verb for verb, code in refused.items() if code in NEVER_AGAIN]
            found = suggestions(session.situation, self._explainer.knowledge, self._names, never)
        self._suggestions = found
        self._foot.chips.show_labels([each.label for each in found])
        self._foot.chips.setVisible(bool(found))

    def _show_queue(self) -> None:
        following = " · ".join(self._queue.following(self._editors.line.text()))
        self._next.setText(f"Next: {following}   (Esc drops it)" if following else "")
        self._next.setVisible(bool(following))

    def _judge(self) -> None:
        waiting = self._sent_at == len(self._watcher.session.events)
        self._editors.set_usable(self._connected)
        self._send.setEnabled(self._connected and not (waiting and self.page is not Page.LINE))
        advice = self._advice_now()
        self._foot.advice.show_advice(advice)
        self._editors.current.setAccessibleDescription(advice.sentence)
        self._title.show_syntax(advice)

    def _advice_now(self) -> Advice:
        session = self._watcher.session
        if not self._connected:
            return Advice("note", "Nothing can be sent without a connection")
        if self.page is Page.SASL:
            return Advice("note", "Hidden, never stored and never in the history")
        if self.page is not Page.LINE:
            octets = len(payload.octets_of(self._editors.payload.toPlainText()))
            if self.page is Page.CHUNK:
                return facts.chunk_advice(self._chunk_line, octets)
            return facts.delivery_advice(session, octets)
        line = self._editors.line.text()
        unfilled = self._queue.unfilled(line)
        if unfilled and not payload.wants_octets(line):
            return Advice("warning", f"Fill in {' and '.join(unfilled)} first")
        if not line.strip():
            return Advice("note", "Tab completes · ↑ brings back · Enter sends")
        refused = facts.refused_verbs(session)
        return advise(session.situation, line, self._explainer.knowledge, refused)

    # How it is put together

    def _place(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._editors, 1)
        row.addWidget(self._send, 0, Qt.AlignmentFlag.AlignTop)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 8, 12, 8)
        layout.setSpacing(6)
        layout.addWidget(self._title)
        layout.addWidget(self._paste_bar)
        layout.addLayout(row, 1)
        layout.addWidget(self._next)
        layout.addWidget(self._foot)
        layout.addWidget(self._asking)
        self._asking.hide()
        self._next.hide()

    def _join(self) -> None:
        editors = self._editors
        self._send.clicked.connect(self.submit)
        editors.line.submitted.connect(self.submit)
        editors.line.dropped.connect(self._drop)
        editors.line.textChanged.connect(self._typed)
        editors.line.lines_pasted.connect(
            lambda lines: self._paste_bar.ask(
                lines, pipelining=self._watcher.session.situation.offers("PIPELINING")
            )
        )
        editors.sasl.submitted.connect(self._submit_response)
        editors.payload.submitted.connect(self.submit)
        editors.payload.dropped.connect(self._drop)
        editors.payload.textChanged.connect(self._judge)
        self._paste_bar.chosen.connect(self._submit_lines)
        self._paste_bar.cancelled.connect(self.focus_input)
        self._foot.chips.chosen.connect(self._choose_chip)
        self._watcher.changed.connect(self.refresh)
        self._watcher.replaced.connect(self._begin)
        self._explainer.ready.connect(self.refresh)

    def _begin(self) -> None:
        """Another session is shown: nothing of the one before belongs to it."""
        self._editors.line.history.clear()
        self._editors.line.replace("")
        self._editors.sasl.forget()
        self._paste_bar.hide()
        self._queue.clear()
        self._chunk_line = ""
        self._sent_at = -1
        self._show_queue()
        self.refresh()
