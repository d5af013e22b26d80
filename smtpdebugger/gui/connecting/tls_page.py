"""The options for TLS: names, whom to trust, our own certificate, versions, key log."""

from dataclasses import replace
from typing import cast

from PySide6.QtWidgets import QWidget

from smtpdebugger.gui.connecting.form import Form, choose
from smtpdebugger.transport.settings import ConnectionSettings, TlsChoices, TlsVersion, Trust

_VERSIONS: tuple[tuple[str, object], ...] = (
    ("TLS 1.0", "1.0"),
    ("TLS 1.1", "1.1"),
    ("TLS 1.2", "1.2"),
    ("TLS 1.3", "1.3"),
)


class TlsPage(Form):
    """What this end brings into TLS, and what it demands."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("TLS", parent)
        self.section("Names")
        self._server_name = self.line(
            "&Server name (SNI)", "the host", "The name asked for in the handshake."
        )
        self._no_name = self.check("Ask for &no name")
        self._verify_name = self.line("Certificate must be f&or", "the server name, or the host")
        self.section("Trust")
        self._verify = self.check("&Verify the server's certificate")
        self._authorities = self.file("Certification &authorities", "those of this computer")
        self.section("Our certificate")
        self._certificate = self.file("Client &certificate", "none")
        self._key = self.file("Its &key", "in the same file")
        self._password = self.secret("Key pass&word")
        self.section("Versions and keys")
        self._minimum = self.choice("&Lowest version", (("TLS 1.2, as usual", None), *_VERSIONS))
        self._maximum = self.choice("&Highest version", (("The newest", None), *_VERSIONS))
        self._log = self.file("Key log for &Wireshark", "none", saves=True)
        self._no_name.toggled.connect(self._server_name.setDisabled)
        self._verify.toggled.connect(self._authorities.setEnabled)

    def show_settings(self, settings: ConnectionSettings) -> None:
        """Write settings into the fields."""
        tls, trust = settings.tls, settings.trust
        self._server_name.setText(tls.server_name or "")
        self._no_name.setChecked(tls.server_name is None)
        self._verify_name.setText(tls.verify_name)
        self._verify.setChecked(trust.verify)
        self._authorities.setText(trust.ca_file or "")
        self._authorities.setEnabled(trust.verify)
        self._certificate.setText(tls.certificate_file or "")
        self._key.setText(tls.key_file or "")
        self._password.setText(tls.key_password)
        choose(self._minimum, tls.minimum)
        choose(self._maximum, tls.maximum)
        self._log.setText(tls.key_log_file or "")

    def changed(self, settings: ConnectionSettings) -> ConnectionSettings:
        """The settings as the fields say."""
        tls = TlsChoices(
            server_name=None if self._no_name.isChecked() else self._server_name.text().strip(),
            verify_name=self._verify_name.text().strip(),
            certificate_file=self._certificate.text() or None,
            key_file=self._key.text() or None,
            key_password=self._password.text(),
            minimum=cast("TlsVersion | None", self._minimum.currentData()),
            maximum=cast("TlsVersion | None", self._maximum.currentData()),
            key_log_file=self._log.text() or None,
        )
        trust = Trust(ca_file=self._authorities.text() or None, verify=self._verify.isChecked())
        return replace(settings, tls=tls, trust=trust)
