"""Connection settings as options of swaks, the Swiss Army Knife for SMTP, and back.

The options are those of swaks 20240103. What swaks calls a message, a login or an attachment is no
matter of the connection and passed over.
"""

import shlex
from dataclasses import replace

from smtpdebugger.protocol.address import split_host
from smtpdebugger.transport.command_lines import (
    CommandLineError,
    Understood,
    Written,
    file_of,
    number_of,
    options_of,
    words_of,
)
from smtpdebugger.transport.resolve import is_address
from smtpdebugger.transport.settings import (
    MX_PREFIX,
    UNIX_PREFIX,
    ConnectionSettings,
    ProxyHeader,
    Security,
    Timeouts,
    TlsChoices,
    TlsVersion,
    Trust,
)

_VERSIONS: dict[TlsVersion, str] = {
    "1.0": "tlsv1",
    "1.1": "tlsv1_1",
    "1.2": "tlsv1_2",
    "1.3": "tlsv1_3",
}
_FLAGS = frozenset({"4", "6", "tls", "tlso", "tls-optional", "tlsos", "tls-optional-strict", "tlsc",
    "tls-on-connect", "tls-verify", "tls-verify-ca", "tls-verify-host", "pipeline", "prdr", "n",
    "suppress-data", "show-raw-text", "hide-all", "silent", "stl", "show-time-lapse", "support",
    "dump-mail", "no-data-fixup", "force-getpwuid", "protect-prompt"})  # fmt: skip
_PROTOCOLS: dict[str, tuple[int, Security]] = {
    "SMTP": (25, "none"),
    "SSMTP": (465, "tls"),
    "SSMTPA": (465, "tls"),
    "SMTPS": (465, "tls"),
    "ESMTP": (25, "none"),
    "ESMTPA": (25, "none"),
    "ESMTPS": (25, "starttls"),
    "ESMTPSA": (25, "starttls"),
    "LMTP": (24, "none"),
    "LMTPA": (24, "none"),
    "LMTPS": (24, "starttls"),
    "LMTPSA": (24, "starttls"),
}


def to_swaks(settings: ConnectionSettings) -> Written:
    """The command line that makes swaks connect in the same way and stop after EHLO."""
    words = ["swaks", *_where(settings), *_how(settings), *_tls(settings), *_header(settings)]
    words += ["--quit-after", "EHLO" if settings.ehlo else "BANNER"]
    return Written(shlex.join(words), tuple(_left_out(settings)))


def _where(settings: ConnectionSettings) -> list[str]:
    host, port = settings.host, ["--port", str(settings.port)]
    if host.startswith(UNIX_PREFIX):
        return ["--socket", host.removeprefix(UNIX_PREFIX)]
    if settings.address:
        return ["--server", settings.address, *port]
    if host.startswith(MX_PREFIX):
        return ["--copy-routing", host.removeprefix(MX_PREFIX), *port]
    return ["--server", host, *port]


def _how(settings: ConnectionSettings) -> list[str]:
    words = []
    if settings.family != "any":
        words.append("-4" if settings.family == "ipv4" else "-6")
    if settings.source_address:
        host, port = split_host(settings.source_address)
        words += ["--local-interface", host]
        words += ["--local-port", str(port)] if port else []
    if settings.protocol == "lmtp":
        words += ["--protocol", "LMTP"]
    if settings.client_name:
        words += ["--ehlo", settings.client_name]
    if settings.timeouts.command != Timeouts().command:
        words += ["--timeout", f"{settings.timeouts.command:g}"]
    return words


def _tls(settings: ConnectionSettings) -> list[str]:
    if settings.security == "none":
        return []
    tls, trust = settings.tls, settings.trust
    words = ["--tls-on-connect" if settings.security == "tls" else "--tls"]
    name = tls.server_name or ("" if tls.server_name is None else settings.host)
    if name and not _has_no_name(name) and not is_address(name):
        words += ["--tls-sni", name]
    if trust.verify and not trust.fingerprints:
        words.append("--tls-verify")
        target = tls.verify_name or tls.server_name or (settings.address and settings.host)
        words += ["--tls-verify-target", target] if target else []
    words += ["--tls-ca-path", trust.ca_file] if trust.ca_file else []
    if tls.certificate_file:
        key = tls.key_file or tls.certificate_file
        words += ["--tls-cert", tls.certificate_file, "--tls-key", key]
    if tls.minimum or tls.maximum:
        low, high = tls.minimum or "1.2", tls.maximum or "1.3"
        chosen = [swaks for version, swaks in _VERSIONS.items() if low <= version <= high]
        words += ["--tls-protocol", ",".join(chosen)]
    return words


def _header(settings: ConnectionSettings) -> list[str]:
    header = settings.proxy_header
    if header is None:
        return []
    words = ["--proxy-version", str(header.version)]
    if header.is_local:
        return [*words, "--proxy-command", "LOCAL"]
    if not header.source or not header.destination:
        return []
    source, source_port = split_host(header.source)
    target, target_port = split_host(header.destination)
    family = "TCP6" if ":" in source else "TCP4"
    if header.version == 2:
        family = "AF_INET6" if ":" in source else "AF_INET"
        words += ["--proxy-protocol", "STREAM", "--proxy-command", "PROXY"]
    return [*words, "--proxy-family", family, "--proxy-source", source,
            "--proxy-source-port", str(source_port or 0), "--proxy-dest", target,
            "--proxy-dest-port", str(target_port or 0)]  # fmt: skip


def _left_out(settings: ConnectionSettings) -> list[str]:
    header, tls = settings.proxy_header, settings.tls
    is_header_ours = header is not None and not header.is_local and not (
        header.source and header.destination
    )  # fmt: skip
    uses_tls = settings.security != "none"
    reasons = (
        (settings.proxy is not None, "swaks cannot go through a proxy."),
        (is_header_ours, "swaks must be told both addresses of a PROXY header."),
        (bool(settings.name_server), "swaks cannot be told which name server to ask."),
        (uses_tls and bool(settings.trust.fingerprints), "swaks cannot trust one certificate."),
        (uses_tls and bool(settings.trust.ca_pem), "An authority's text needs a file for swaks."),
        (uses_tls and bool(tls.key_password), "swaks has no option for a key's password."),
        (uses_tls and bool(tls.key_log_file), "swaks writes no key log."),
    )
    return [sentence for applies, sentence in reasons if applies]


# And back


def from_swaks(text: str) -> Understood:
    """The settings in a command line of swaks. Raises CommandLineError."""
    reading = _Reading()
    ignored = []
    for name, value in options_of(words_of(text, "swaks"), _FLAGS):
        if not reading.take(name, value):
            ignored.append(f"--{name}" if name else "a word without an option")
    return Understood(reading.settings(), tuple(dict.fromkeys(ignored)))


class _Reading:
    """The options of one line, gathered."""

    def __init__(self) -> None:
        self._found: dict[str, str | None] = {}
        self._aliases = {
            alias: name for name, aliases in _ALIASES.items() for alias in (name, *aliases)
        }

    def take(self, name: str, value: str | None) -> bool:
        """Keep an option; whether it is one of a connection."""
        known = self._aliases.get(name)
        if known is not None:
            self._found[known] = value
        return known is not None

    def settings(self) -> ConnectionSettings:
        """What the options ask for."""
        found = self._found
        protocol = (found.get("protocol") or "ESMTP").upper()
        if protocol not in _PROTOCOLS:
            raise CommandLineError(f"swaks has no protocol {protocol}.")
        port, security = _PROTOCOLS[protocol]
        if "tls-on-connect" in found:
            port, security = 465, "tls"
        elif found.keys() & {"tls", "tls-optional", "tls-optional-strict"}:
            security = "starttls"
        host, told = self._host()
        address = ""
        named = found.get("tls-sni") or ""
        if named and is_address(host) and not is_address(named):
            host, address = named, host
        if "port" in found:
            told = number_of(found["port"], "--port")
        settings = ConnectionSettings(
            host=host,
            port=told or port,
            security=security,
            ehlo=(found.get("quit-after") or "").upper() not in {"BANNER", "CONNECT"},
            client_name=found.get("ehlo") or "",
            protocol="lmtp" if protocol.startswith("LMTP") else "smtp",
            family="ipv4" if "4" in found else "ipv6" if "6" in found else "any",
            address=address,
            source_address=self._source(),
            proxy_header=self._proxy_header(),
        )
        if "timeout" in found:
            settings = replace(settings, timeouts=Timeouts(command=_seconds(found["timeout"])))
        return settings if security == "none" else self._with_tls(settings)

    def _host(self) -> tuple[str, int | None]:
        found = self._found
        if "socket" in found:
            # A socket has no port; 25 stands for that everywhere.
            return f"{UNIX_PREFIX}{file_of(found['socket'], '--socket')}", 25
        if found.get("server"):
            host, slash, port = str(found["server"]).partition("/")
            if slash:
                return host, number_of(port, "--server")
            return split_host(host)
        routing = found.get("copy-routing") or str(found.get("to") or "").rpartition("@")[2]
        if not routing:
            raise CommandLineError("The line names no server: --server HOST does.")
        return f"{MX_PREFIX}{routing}", None

    def _source(self) -> str:
        host, port = split_host(self._found.get("local-interface") or "")
        if "local-port" in self._found:
            port = number_of(self._found["local-port"], "--local-port")
        return _endpoint(host or "0.0.0.0", port) if host or port else ""

    def _with_tls(self, settings: ConnectionSettings) -> ConnectionSettings:
        found, host = self._found, settings.host
        # Unlike us, swaks asks for no name unless it is told one.
        asked = found.get("tls-sni") or ("" if is_address(host) or _has_no_name(host) else None)
        server_name = "" if asked == host else asked
        target = found.get("tls-verify-target") or ""
        is_checked = found.keys() & {"tls-verify", "tls-verify-ca", "tls-verify-host"}
        low, high = _versions(found.get("tls-protocol"))
        certificate, key = found.get("tls-cert"), found.get("tls-key")
        tls = TlsChoices(
            server_name=server_name,
            verify_name="" if target == (server_name or host) else target,
            certificate_file=certificate,
            key_file=None if key == certificate else key,
            minimum=low,
            maximum=high,
        )
        trust = Trust(ca_file=found.get("tls-ca-path"), verify=bool(is_checked))
        return replace(settings, tls=tls, trust=trust)

    def _proxy_header(self) -> ProxyHeader | None:
        found = self._found
        if "proxy-version" not in found:
            return None
        version = number_of(found["proxy-version"], "--proxy-version")
        if version not in {1, 2}:
            raise CommandLineError("The PROXY header has versions 1 and 2.")
        if (found.get("proxy-command") or "").upper() == "LOCAL":
            return ProxyHeader(1 if version == 1 else 2, is_local=True)
        source, destination = (
            _endpoint(found.get(f"proxy-{end}") or "", _port(found.get(f"proxy-{end}-port")))
            for end in ("source", "dest")
        )
        return ProxyHeader(1 if version == 1 else 2, source, destination)


_ALIASES = {
    "server": ("s",), "port": ("p",), "copy-routing": (), "to": ("t",), "socket": (),
    "local-interface": ("li",), "local-port": ("lp", "lport"), "4": (), "6": (),
    "ehlo": ("helo", "lhlo", "h"), "protocol": (), "timeout": (),
    "quit-after": ("q", "quit"), "tls": (), "tls-optional": ("tlso",),
    "tls-optional-strict": ("tlsos",), "tls-on-connect": ("tlsc",), "tls-protocol": ("tlsp",),
    "tls-verify": (), "tls-verify-ca": (), "tls-verify-host": (), "tls-verify-target": (),
    "tls-ca-path": (), "tls-cert": (), "tls-key": (), "tls-sni": (), "proxy-version": (),
    "proxy-command": (), "proxy-protocol": (), "proxy-family": (), "proxy-source": (),
    "proxy-source-port": (), "proxy-dest": (), "proxy-dest-port": (),
}  # fmt: skip


def _has_no_name(host: str) -> bool:
    return host.startswith((MX_PREFIX, UNIX_PREFIX))


def _versions(text: str | None) -> tuple[TlsVersion | None, TlsVersion | None]:
    """The lowest and the highest of a list of versions; None where a list forbids nothing."""
    if not text:
        return None, None
    named = {each.strip() for each in text.split(",")}
    if any(each.startswith("no_") for each in named):
        chosen = [version for version, swaks in _VERSIONS.items() if f"no_{swaks}" not in named]
    else:
        chosen = [version for version, swaks in _VERSIONS.items() if swaks in named]
    if not chosen:
        raise CommandLineError(f"No TLS version is left by --tls-protocol {text}.")
    return chosen[0], chosen[-1]


def _seconds(text: str | None) -> float:
    units = {"s": 1, "m": 60, "h": 3600}
    words = text or ""
    factor = units.get(words[-1:].lower(), 0)
    return float(number_of(words[:-1] if factor else words, "--timeout") * (factor or 1))


def _endpoint(host: str, port: int | None) -> str:
    name = f"[{host}]" if ":" in host else host
    return f"{name}:{port}" if port else host


def _port(text: str | None) -> int | None:
    return number_of(text, "a port") if text else None
