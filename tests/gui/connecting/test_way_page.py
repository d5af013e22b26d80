"""The way: every setting comes back as it was shown."""

import pytest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from smtpdebugger.gui.connecting.way_page import WayPage
from smtpdebugger.transport.settings import ConnectionSettings, Proxy, ProxyHeader


def field(page: WayPage, name: str) -> QLineEdit:
    return next(each for each in page.findChildren(QLineEdit) if each.accessibleName() == name)


@pytest.mark.parametrize(
    "settings",
    [
        ConnectionSettings("mx.test"),
        ConnectionSettings("mx.test", protocol="lmtp", family="ipv6", address="::1"),
        ConnectionSettings("mx.test", source_address="192.0.2.1:9", name_server="192.0.2.53"),
        ConnectionSettings("mx.test", proxy=Proxy("socks5", "2001:db8::1", 1080, "u", "p w")),
        ConnectionSettings("mx.test", proxy=Proxy("http", "proxy.test", 3128)),
        ConnectionSettings("mx.test", proxy_header=ProxyHeader(1, is_local=True)),
        ConnectionSettings("mx.test", proxy_header=ProxyHeader(2, "192.0.2.1:5", "192.0.2.2:25")),
    ],
)
def test_settings_come_back(qtbot: QtBot, settings: ConnectionSettings) -> None:
    page = WayPage()
    qtbot.addWidget(page)
    page.show_settings(settings)
    assert page.changed(ConnectionSettings("mx.test")) == settings


def test_fields_without_a_meaning_are_disabled(qtbot: QtBot) -> None:
    page = WayPage()
    qtbot.addWidget(page)
    page.show_settings(ConnectionSettings("mx.test"))
    assert not field(page, "Proxy user").isEnabled()
    assert not field(page, "Client to announce").isEnabled()
    page.show_settings(ConnectionSettings("mx.test", proxy=Proxy("http", "p.test", 1)))
    assert field(page, "Proxy user").isEnabled()
    page.show_settings(ConnectionSettings("x", proxy_header=ProxyHeader(1, is_local=True)))
    assert not field(page, "Client to announce").isEnabled()


def test_a_proxy_without_a_port_is_told(qtbot: QtBot) -> None:
    page = WayPage()
    qtbot.addWidget(page)
    page.show_settings(ConnectionSettings("mx.test", proxy=Proxy("http", "p.test", 1)))
    field(page, "Proxy host and port").setText("p.test")
    with pytest.raises(ValueError, match="host and a port"):
        page.changed(ConnectionSettings("mx.test"))


def test_a_password_is_not_shown(qtbot: QtBot) -> None:
    page = WayPage()
    qtbot.addWidget(page)
    assert field(page, "Proxy password").echoMode() is QLineEdit.EchoMode.Password
