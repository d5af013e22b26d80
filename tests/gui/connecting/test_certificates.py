"""Certificates on the screen, of live, refused and saved sessions."""

import trustme
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QLineEdit, QListWidget, QPushButton
from pytestqt.qtbot import QtBot

from smtpdebugger.gui.connecting.certificates import CertificatesDialog, presented
from smtpdebugger.session.events import Connected, Failed, TlsEstablished, WireEvent
from smtpdebugger.session.session import Session
from smtpdebugger.transport.policies import Verdict


def chain() -> tuple[bytes, ...]:
    authority = trustme.CA()
    pems = [*authority.issue_cert("mx.example.test").cert_chain_pems, authority.cert_pem]
    return tuple(
        x509.load_pem_x509_certificate(each.bytes()).public_bytes(serialization.Encoding.DER)
        for each in pems
    )


CHAIN = chain()


def session_of(*events: WireEvent) -> Session:
    session = Session()
    session.record(Connected(0, "mx.example.test", "192.0.2.1:465"))
    for each in events:
        session.record(each)
    return session


def shown(qtbot: QtBot, session: Session, *, is_live: bool = True) -> CertificatesDialog:
    dialog = CertificatesDialog()
    qtbot.addWidget(dialog)
    dialog.show_session(session, is_live=is_live)
    dialog.open()
    return dialog


def texts(dialog: CertificatesDialog) -> str:
    return "\n".join(each.text() for each in dialog.findChildren(QLabel))


def test_a_verified_chain(qtbot: QtBot) -> None:
    session = session_of(TlsEstablished(1, "TLSv1.3", "AES", verified=True, chain=CHAIN))
    dialog = shown(qtbot, session)
    assert "Verified. TLSv1.3 AES" in texts(dialog)
    listed = dialog.findChild(QListWidget)
    assert listed is not None
    assert listed.count() == 2
    assert "✓ name: it is for mx.example.test" in dialog.text
    assert "SHA-256:" in dialog.text
    first = dialog.text
    listed.setCurrentRow(1)
    assert dialog.text != first
    assert "vouches for itself" in dialog.text


def test_a_refused_chain_is_shown_as_well(qtbot: QtBot) -> None:
    session = session_of(Failed(1, "certificate", "It is refused.", chain=CHAIN[:1]))
    dialog = shown(qtbot, session, is_live=False)
    assert "It is refused." in texts(dialog)
    assert "Subject:" in dialog.text
    domain = next(
        each for each in dialog.findChildren(QLineEdit) if each.accessibleName() == "Domain"
    )
    assert not domain.isEnabled()


def test_what_came_last_counts() -> None:
    good = TlsEstablished(1, "TLSv1.2", "AES", verified=True, chain=CHAIN)
    bad = Failed(2, "certificate", "Refused.", chain=CHAIN[:1])
    found = presented(session_of(good, bad))
    assert found is not None
    assert not found.is_good
    again = presented(session_of(bad, good))
    assert again is not None
    assert again.is_good
    doubt = presented(session_of(TlsEstablished(1, reason="trusted by you", chain=CHAIN)))
    assert doubt is not None
    assert doubt.verdict.startswith("Not verified: trusted by you")


def test_a_session_without_tls_says_so(qtbot: QtBot) -> None:
    dialog = shown(qtbot, session_of())
    assert "there was no TLS" in texts(dialog)
    assert dialog.text == ""
    assert dialog.pem() == ""


def test_rubbish_for_a_certificate(qtbot: QtBot) -> None:
    dialog = shown(qtbot, session_of(Failed(1, "certificate", "No.", chain=(b"\x1b[2J",))))
    listed = dialog.findChild(QListWidget)
    assert listed is not None
    assert "cannot be read" in listed.item(0).text()


def test_the_chain_is_copied_as_pem(qtbot: QtBot) -> None:
    dialog = shown(qtbot, session_of(TlsEstablished(1, verified=True, chain=CHAIN)))
    button = next(each for each in dialog.findChildren(QPushButton) if each.text() == "Copy as PEM")
    button.click()
    copied = QGuiApplication.clipboard().text().encode()
    found = x509.load_pem_x509_certificates(copied)
    assert tuple(each.public_bytes(serialization.Encoding.DER) for each in found) == CHAIN


def test_what_is_published_is_asked_for_and_shown(qtbot: QtBot) -> None:
    dialog = shown(qtbot, session_of(TlsEstablished(1, verified=True, chain=CHAIN)))
    button = next(each for each in dialog.findChildren(QPushButton) if "MTA-STS" in each.text())
    with qtbot.waitSignal(dialog.published_wanted) as asked:
        button.click()
    assert asked.args == ["example.test"]
    assert dialog.published == "Looking up…"
    dialog.show_published([Verdict("MTA-STS", True, "kept"), Verdict("TLSA", None, "none")])
    assert dialog.published == "✓ MTA-STS: kept.\n– TLSA: none."
