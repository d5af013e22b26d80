"""TLS: every setting comes back as it was shown."""

import pytest
from PySide6.QtWidgets import QCheckBox, QLineEdit
from pytestqt.qtbot import QtBot

from smtpdebugger.gui.connecting.tls_page import TlsPage
from smtpdebugger.transport.settings import ConnectionSettings, TlsChoices, Trust


@pytest.mark.parametrize(
    "settings",
    [
        ConnectionSettings("mx.test"),
        ConnectionSettings("mx.test", tls=TlsChoices(server_name="a.test", verify_name="b.test")),
        ConnectionSettings("mx.test", tls=TlsChoices(server_name=None)),
        ConnectionSettings("mx.test", tls=TlsChoices(minimum="1.0", maximum="1.2")),
        ConnectionSettings(
            "mx.test",
            tls=TlsChoices(
                certificate_file="c.pem", key_file="k.pem", key_password="x", key_log_file="l"
            ),
        ),
        ConnectionSettings("mx.test", trust=Trust(ca_file="ca.pem")),
        ConnectionSettings("mx.test", trust=Trust(verify=False)),
    ],
)
def test_settings_come_back(qtbot: QtBot, settings: ConnectionSettings) -> None:
    page = TlsPage()
    qtbot.addWidget(page)
    page.show_settings(settings)
    assert page.changed(ConnectionSettings("mx.test")) == settings


def test_who_asks_for_no_name_cannot_write_one(qtbot: QtBot) -> None:
    page = TlsPage()
    qtbot.addWidget(page)
    page.show_settings(ConnectionSettings("mx.test"))
    name = next(
        each for each in page.findChildren(QLineEdit) if each.accessibleName().startswith("Server")
    )
    box = next(
        each for each in page.findChildren(QCheckBox) if each.accessibleName() == "Ask for no name"
    )
    assert name.isEnabled()
    box.setChecked(True)
    assert not name.isEnabled()
