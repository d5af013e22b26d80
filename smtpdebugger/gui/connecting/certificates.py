"""The server's certificates, one by one: what each says, and the checks it passes or fails."""

import base64
import textwrap
from typing import NamedTuple

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from smtpdebugger.gui.widgets.button import EnterButton
from smtpdebugger.gui.widgets.text import WrappedLabel
from smtpdebugger.session.events import Failed, TlsEstablished
from smtpdebugger.session.session import Session
from smtpdebugger.session.visible import visible
from smtpdebugger.transport.chain import ShownCertificate, examine_chain
from smtpdebugger.transport.policies import Verdict
from smtpdebugger.transport.resolve import is_address

_ROWS = 5
"""Certificates shown without scrolling; a chain rarely has more."""


class Presented(NamedTuple):
    """What a server showed of itself, and what came of it."""

    chain: tuple[bytes, ...]
    verdict: str
    is_good: bool


def presented(session: Session) -> Presented | None:
    """The certificates that were shown last in a session, or None where there was no TLS."""
    for event in reversed(session.events):
        if isinstance(event, TlsEstablished) and event.chain:
            how = f"{event.version} {event.cipher}".strip()
            if event.verified:
                return Presented(event.chain, f"Verified. {how}", is_good=True)
            words = f"Not verified: {event.reason}. {how}"
            return Presented(event.chain, words, is_good=False)
        if isinstance(event, Failed) and event.chain:
            return Presented(event.chain, event.what, is_good=False)
    return None


class CertificatesDialog(QDialog):
    """A list of the certificates, the text of the chosen one, and what the domain published."""

    published_wanted = Signal(str)
    """What this domain has published about TLS is to be looked up."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Certificates")
        self.setAccessibleName("Certificates")
        self._chain: tuple[bytes, ...] = ()
        self._shown: list[ShownCertificate] = []
        self._verdict = WrappedLabel()
        self._verdict.setAccessibleName("Verdict")
        self._list = QListWidget()
        self._list.setAccessibleName("Chain")
        self._list.setProperty("role", "card")
        self._list.currentRowChanged.connect(self._show_one)
        self._text = QPlainTextEdit()
        self._text.setReadOnly(True)
        self._text.setProperty("role", "details")
        self._text.setTabChangesFocus(True)
        self._text.setAccessibleName("Certificate")
        self._domain = QLineEdit()
        self._domain.setAccessibleName("Domain")
        self._domain.returnPressed.connect(self._ask)
        self._ask_button = EnterButton("Look up MTA-STS and TLSA")
        self._ask_button.setAutoDefault(False)
        self._ask_button.setAccessibleName("Look up MTA-STS and TLSA")
        self._ask_button.clicked.connect(self._ask)
        self._published = WrappedLabel()
        self._published.setAccessibleName("Published")
        self._place()

    def sizeHint(self) -> QSize:
        """Fits a small screen."""
        return QSize(680, 560)

    def show_session(self, session: Session, *, is_live: bool) -> None:
        """Show what the server of a session presented."""
        found = presented(session)
        self._chain = found.chain if found else ()
        self._shown = examine_chain(self._chain, session.situation.host)
        none = "No certificate was shown: there was no TLS in this session."
        self._verdict.setText(visible(found.verdict) if found else none)
        self._verdict.setProperty("role", "ok" if found and found.is_good else "warning")
        self._verdict.style().polish(self._verdict)
        self._list.clear()
        for number, each in enumerate(self._shown, 1):
            self._list.addItem(_title(number, each))
        height = max(1, self._list.sizeHintForRow(0)) * min(max(len(self._shown), 1), _ROWS)
        self._list.setFixedHeight(height + 2 * self._list.frameWidth() + 2)
        self._text.clear()
        self._list.setCurrentRow(0)
        self._published.setText("")
        host = session.situation.host
        if not self._domain.text() and not is_address(host):
            self._domain.setText(host.partition(".")[2])
        self._domain.setEnabled(is_live)
        self._ask_button.setEnabled(is_live)

    def show_published(self, verdicts: list[Verdict]) -> None:
        """Show what the domain has published, and whether the server keeps to it."""
        marks = {True: "✓", False: "✗", None: "–"}
        lines = [f"{marks[each.is_kept]} {each.subject}: {each.what}." for each in verdicts]
        self._published.setText("\n".join(lines))

    @property
    def text(self) -> str:
        """The text of the chosen certificate."""
        return self._text.toPlainText()

    @property
    def published(self) -> str:
        """What was found published."""
        return self._published.text()

    def pem(self) -> str:
        """The whole chain in PEM form."""
        return "".join(_pem(each) for each in self._chain)

    def _show_one(self, row: int) -> None:
        if 0 <= row < len(self._shown):
            self._text.setPlainText(_described(self._shown[row]))

    def _ask(self) -> None:
        domain = self._domain.text().strip()
        if domain:
            self._published.setText("Looking up…")
            self.published_wanted.emit(domain)

    def _place(self) -> None:
        asking = QHBoxLayout()
        label = QLabel("&Domain")
        label.setBuddy(self._domain)
        asking.addWidget(label)
        asking.addWidget(self._domain, 1)
        asking.addWidget(self._ask_button)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        copy = EnterButton("Copy as PEM")
        copy.setAccessibleName("Copy as PEM")
        copy.setAutoDefault(False)
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.pem()))
        buttons.addButton(copy, QDialogButtonBox.ButtonRole.ActionRole)
        close = buttons.button(QDialogButtonBox.StandardButton.Close)
        close.setAccessibleName("Close")
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(self._verdict)
        layout.addWidget(self._list)
        layout.addWidget(self._text, 1)
        layout.addLayout(asking)
        layout.addWidget(self._published)
        layout.addWidget(buttons)
        self._published.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)


def _title(number: int, certificate: ShownCertificate) -> str:
    whose = visible(certificate.subject) or "cannot be read"
    failed = ", ".join(each.name for each in certificate.failed)
    return f"{number}  {whose}{f'   ✗ {failed}' if failed else '   ✓'}"


def _described(certificate: ShownCertificate) -> str:
    facts = (
        ("Subject", certificate.subject),
        ("Names", ", ".join(certificate.names)),
        ("Issuer", certificate.issuer),
        ("Valid from", certificate.begins),
        ("Valid to", certificate.expires),
        ("Key", certificate.key),
        ("Signature", certificate.signature),
        ("Serial", certificate.serial),
        ("SHA-256", certificate.fingerprint),
        ("Key SHA-256", certificate.key_fingerprint),
    )
    lines = [f"{name + ':':13}{visible(value)}" for name, value in facts if value]
    checks = [
        f"{'✓' if each.is_passed else '✗'} {each.name}: {visible(each.what)}"
        for each in certificate.checks
    ]
    return "\n".join([*checks, "", *lines])


def _pem(der: bytes) -> str:
    body = "\n".join(textwrap.wrap(base64.b64encode(der).decode("ascii"), 64))
    return f"-----BEGIN CERTIFICATE-----\n{body}\n-----END CERTIFICATE-----\n"
