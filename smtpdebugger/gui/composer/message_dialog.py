"""The message dialog: envelope, content and way of sending, with everything that speaks against it.

Nothing is sent before the person has confirmed it, unless they said that this is a test server.
"""

from dataclasses import replace

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QIntValidator
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QProgressBar,
    QVBoxLayout,
    QWidget,
)

from smtpdebugger.gui.composer.content_form import ContentForm
from smtpdebugger.gui.composer.envelope_form import EnvelopeForm
from smtpdebugger.gui.composer.preview import Preview
from smtpdebugger.gui.composer.requests import MessageRequest
from smtpdebugger.gui.widgets.button import EnterButton
from smtpdebugger.gui.widgets.text import WrappedLabel
from smtpdebugger.protocol.compose import compose
from smtpdebugger.protocol.ehlo import Capabilities
from smtpdebugger.protocol.fitness import Objection, objections
from smtpdebugger.protocol.message_facts import MessageFacts, MessageScan

LARGEST_CHUNK = 2_000_000_000
MOST_OBJECTIONS = 6
LOOK_MILLISECONDS = 150
"""After so long without a change the message is composed anew."""


class MessageDialog(QDialog):
    """Writes one message; it sends nothing itself."""

    wanted = Signal(MessageRequest)
    cancelled = Signal()
    """The message that is being sent is to be stopped."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Message")
        self.setAccessibleName("Message")
        self._offered: Capabilities | None = None
        self._tls = self._is_practice = self._is_sending = False
        self._facts: MessageFacts | None = None
        self._asked = False
        self.envelope = EnvelopeForm()
        self.content = ContentForm()
        self.preview = Preview()
        self._by = QComboBox()
        self._by.addItems(["DATA", "BDAT"])
        self._chunk = QLineEdit()
        self._chunk.setPlaceholderText("all in one")
        self._chunk.setValidator(QIntValidator(1, LARGEST_CHUNK, self._chunk))
        self._pipelined = QCheckBox("Pipelined")
        self._crlf = QCheckBox("Line ends as CRLF")
        self._test_server = QCheckBox("This is a test server: nothing is asked before sending")
        self._told = WrappedLabel()
        self._outcome = WrappedLabel()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(LOOK_MILLISECONDS)
        self._timer.timeout.connect(self.look_through)
        self._progress = QProgressBar()
        self._send = EnterButton("Send")
        self._stop = EnterButton("Close")
        self._place()
        self._join()
        self._judge()
        self.look_through()

    @property
    def advice(self) -> str:
        """What is said of the message as it stands."""
        return self._told.text()

    @property
    def outcome(self) -> str:
        """How the last message went."""
        return self._outcome.text()

    def show_server(
        self, offered: Capabilities | None, *, tls: bool, is_practice: bool = False
    ) -> None:
        """What the server of the connection offers."""
        if offered != self._offered:
            self.envelope.size_told.setChecked(offered is not None and "SIZE" in offered)
        self._offered, self._tls, self._is_practice = offered, tls, is_practice
        self._judge()

    def show_facts(self, facts: MessageFacts | None, about: str) -> None:
        """The chosen file was looked through; None: it could not be."""
        self._facts = facts
        self.content.tell(about)
        self._judge()
        self.look_through()

    def show_progress(self, sent: int, total: int) -> None:
        """How far the message has gone."""
        # Qt counts in 32 bits, and messages may have more octets.
        self._progress.setValue(1000 * sent // total if total else 1000)
        self._progress.setFormat(f"{sent} of {total} octets")

    def show_sending(self, is_sending: bool, sentence: str = "") -> None:
        """A message is on its way, or no more; ``sentence`` tells how it went."""
        self._is_sending = is_sending
        self._progress.setVisible(is_sending)
        self._stop.setText("Stop sending" if is_sending else "Close")
        self._stop.setAccessibleName(self._stop.text())
        self._outcome.setText(sentence)
        self._outcome.setVisible(bool(sentence))
        self._judge()

    def objections(self) -> tuple[Objection, ...]:
        """Everything that speaks against the message as it stands."""
        facts = self._known_facts()
        return objections(
            self.envelope.envelope(None if facts is None else facts.octets),
            facts,
            self._offered,
            by_bdat=self._by.currentIndex() == 1,
            tls=self._tls,
        )

    def reject(self) -> None:
        """Close, or Esc: a message on its way is stopped first."""
        if self._is_sending:
            self.cancelled.emit()
        else:
            super().reject()

    def request(self) -> MessageRequest:
        """What is asked for. Raises ValueError where the message cannot be composed."""
        octets = self._composed()
        if octets is None:
            octets = self.content.kept
        facts = self._known_facts()
        return MessageRequest(
            self.envelope.envelope(None if facts is None else facts.octets),
            file=self.content.file,
            octets=octets,
            by="bdat" if self._by.currentIndex() == 1 else "data",
            chunk_size=int(self._chunk.text() or 0),
            pipelined=self._pipelined.isChecked(),
            crlf=self._crlf.isChecked(),
        )

    def _composed(self) -> bytes | None:
        who = self.envelope.envelope(None)
        draft = self.content.draft(who.reverse_path, who.recipients, smtputf8=who.smtputf8)
        return None if draft is None else compose(draft)

    def _known_facts(self) -> MessageFacts | None:
        if self.content.file is not None:
            facts = self._facts
        else:
            try:
                octets = self._composed()
            except ValueError:
                return None
            octets = self.content.kept if octets is None else octets
            facts = None if octets is None else _facts_of(octets)
        if facts is None or not self._crlf.isChecked():
            return facts
        return replace(
            facts, octets=facts.octets + facts.bare_lf + facts.bare_cr, bare_lf=0, bare_cr=0
        )

    def _submit(self) -> None:
        if not self._send.isEnabled():
            return
        certain = self._is_practice or self._test_server.isChecked()
        if not certain and not self._asked:
            self._timer.stop()
            self._asked = True
            people = ", ".join(self.envelope.envelope(None).recipients[:3])
            self._told.setText(f"▲ This can deliver mail to {people}. Press again to send it.")
            self._send.setText("Send it really")
            self._send.setAccessibleName("Send it really")
            return
        try:
            request = self.request()
        except ValueError as error:
            self._told.setText(f"▲ {error}")
            return
        self._judge()
        self._timer.stop()
        self.wanted.emit(request)

    def _judge(self) -> None:
        self._asked = False
        self._send.setText("Send")
        self._send.setAccessibleName("Send message")
        has_content = self.content.file is not None or self.content.kept is not None
        is_composed = self.content.currentIndex() == 1
        self._chunk.setEnabled(self._by.currentIndex() == 1)
        self._send.setEnabled(
            not self._is_sending
            and (has_content or is_composed)
            and bool(self.envelope.envelope(None).recipients)
        )
        self._timer.start()

    def look_through(self) -> None:
        """Compose the message as it stands; show it, and what speaks against it."""
        self._timer.stop()
        problems = [each.sentence for each in self.objections()[:MOST_OBJECTIONS]]
        try:
            octets = self._composed()
        except ValueError as error:
            problems.insert(0, str(error))
            octets = None
        else:
            octets = self.content.kept if octets is None else octets
        self._told.setText("\n".join(f"▲ {each}" for each in problems))
        self.preview.show_message(octets, stuffed=self._by.currentIndex() == 0)

    def _place(self) -> None:
        how = QHBoxLayout()
        for widget, name in (
            (QLabel("By"), ""),
            (self._by, "By"),
            (QLabel("Octets in a chunk"), ""),
            (self._chunk, "Chunk size"),
            (self._pipelined, "Pipelined"),
            (self._crlf, "Line ends as CRLF"),
        ):
            if name:
                widget.setAccessibleName(name)
            how.addWidget(widget)
        how.addStretch(1)
        buttons = QHBoxLayout()
        buttons.addWidget(self._test_server, 1)
        buttons.addWidget(self._send)
        buttons.addWidget(self._stop)
        self._test_server.setAccessibleName("This is a test server")
        self._send.setProperty("role", "primary")
        self._progress.setRange(0, 1000)
        self._progress.setAccessibleName("Progress")
        self._progress.hide()
        self._told.setAccessibleName("Advice")
        self._outcome.setAccessibleName("Result")
        self._outcome.hide()
        layout = QVBoxLayout(self)
        layout.addWidget(self.envelope)
        layout.addWidget(self.content, 3)
        layout.addWidget(self.preview, 1)
        layout.addLayout(how)
        layout.addWidget(self._told)
        layout.addWidget(self._progress)
        layout.addWidget(self._outcome)
        layout.addLayout(buttons)
        # All parts of a message without scrolling, where the screen has room for them.
        self.resize(680, min(700, self.screen().availableGeometry().height() - 80))

    def _join(self) -> None:
        self._send.clicked.connect(self._submit)
        self._stop.clicked.connect(self.reject)
        self.envelope.changed.connect(self._judge)
        self.content.changed.connect(self._judge)
        self.content.problem.connect(self._told.setText)
        self._by.currentIndexChanged.connect(self._judge)
        self._crlf.toggled.connect(self._judge)
        self._test_server.toggled.connect(self._judge)
        self.setWindowModality(Qt.WindowModality.NonModal)


def _facts_of(octets: bytes) -> MessageFacts:
    scan = MessageScan()
    scan.feed(octets)
    return scan.end()
