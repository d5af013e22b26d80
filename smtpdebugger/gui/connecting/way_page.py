"""The options for the way to a server: addresses, protocol, proxy, PROXY header."""

from dataclasses import replace
from typing import Literal, cast

from PySide6.QtWidgets import QWidget

from smtpdebugger.gui.connecting.form import Form, choose
from smtpdebugger.protocol.address import split_host
from smtpdebugger.transport.settings import ConnectionSettings, Family, Protocol, Proxy, ProxyHeader

FAMILIES = (("IPv4 and IPv6", "any"), ("IPv4 only", "ipv4"), ("IPv6 only", "ipv6"))
PROTOCOLS = (("SMTP", "smtp"), ("LMTP", "lmtp"))
PROXIES = (("None", ""), ("SOCKS5", "socks5"), ("HTTP CONNECT", "http"))
HEADERS = (
    ("None", ""),
    ("Version 1", "1"),
    ("Version 2", "2"),
    ("Version 1, announcing nobody", "1-"),
    ("Version 2, announcing nobody", "2-"),
)


class WayPage(Form):
    """Where to connect to, and through what."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Way", parent)
        self._protocol = self.choice("&Protocol", PROTOCOLS)
        self._family = self.choice("Address &family", FAMILIES)
        self._address = self.line(
            "&Address to use",
            "all that the name has, in turn",
            "Connect to this address; the certificate must still name the host.",
        )
        self._source = self.line("Connect &from", "any address of this computer")
        self._server = self.line(
            "&Name server", "those of this computer", "ADDRESS or ADDRESS:PORT"
        )
        self.section("Proxy")
        self._proxy = self.choice("&Kind of proxy", PROXIES)
        self._proxy_host = self.line("Prox&y host and port", "proxy.example.test:1080")
        self._user = self.line("Proxy &user")
        self._password = self.secret("Proxy pass&word")
        self.section("PROXY header (HAProxy)")
        self._header = self.choice("PROXY &header", HEADERS)
        self._announced = self.line("Cl&ient to announce", "our own end, as 192.0.2.1:4711")
        self._target = self.line("Announced &target", "the server's end, as 192.0.2.2:25")
        self._proxy.currentIndexChanged.connect(self._enable)
        self._header.currentIndexChanged.connect(self._enable)
        self._enable()

    def show_settings(self, settings: ConnectionSettings) -> None:
        """Write settings into the fields."""
        choose(self._protocol, settings.protocol)
        choose(self._family, settings.family)
        self._address.setText(settings.address)
        self._source.setText(settings.source_address)
        self._server.setText(settings.name_server)
        proxy, header = settings.proxy, settings.proxy_header
        choose(self._proxy, proxy.kind if proxy else "")
        self._proxy_host.setText(_joined(proxy.host, proxy.port) if proxy else "")
        self._user.setText(proxy.username if proxy else "")
        self._password.setText(proxy.password if proxy else "")
        choose(self._header, f"{header.version}{'-' * header.is_local}" if header else "")
        self._announced.setText(header.source if header else "")
        self._target.setText(header.destination if header else "")

    def changed(self, settings: ConnectionSettings) -> ConnectionSettings:
        """The settings as the fields say. Raises ValueError with a sentence."""
        return replace(
            settings,
            protocol=cast("Protocol", self._protocol.currentData()),
            family=cast("Family", self._family.currentData()),
            address=self._address.text().strip(),
            source_address=self._source.text().strip(),
            name_server=self._server.text().strip(),
            proxy=self._read_proxy(),
            proxy_header=self._read_header(),
        )

    def _read_proxy(self) -> Proxy | None:
        kind = self._proxy.currentData()
        if not kind:
            return None
        host, port = split_host(self._proxy_host.text().strip())
        if not host or port is None:
            raise ValueError("A proxy needs a host and a port, as proxy.example.test:1080.")
        user, password = self._user.text(), self._password.text()
        return Proxy(cast("Literal['socks5', 'http']", kind), host, port, user, password)

    def _read_header(self) -> ProxyHeader | None:
        kind = str(self._header.currentData())
        if not kind:
            return None
        version: Literal[1, 2] = 1 if kind[0] == "1" else 2
        if kind.endswith("-"):
            return ProxyHeader(version, is_local=True)
        return ProxyHeader(version, self._announced.text().strip(), self._target.text().strip())

    def _enable(self) -> None:
        for each in (self._proxy_host, self._user, self._password):
            each.setEnabled(bool(self._proxy.currentData()))
        for each in (self._announced, self._target):
            each.setEnabled(self._header.currentData() in {"1", "2"})


def _joined(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
