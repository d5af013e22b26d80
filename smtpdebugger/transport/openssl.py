"""Connection settings as a command line of ``openssl s_client``, and back.

The options are those of OpenSSL 3.0. ``-nocommands`` is always written: without it s_client takes
a line that begins with R for an order to renegotiate, and RCPT never arrives.
"""

import shlex

from smtpdebugger.protocol.address import split_host
from smtpdebugger.transport.command_lines import (
    CommandLineError,
    Understood,
    Written,
    file_of,
    options_of,
    words_of,
)
from smtpdebugger.transport.resolve import is_address
from smtpdebugger.transport.settings import (
    MX_PREFIX,
    UNIX_PREFIX,
    ConnectionSettings,
    Proxy,
    TlsChoices,
    TlsVersion,
    Trust,
)

_VERSIONS: dict[TlsVersion, tuple[str, str]] = {
    "1.0": ("TLSv1", "tls1"),
    "1.1": ("TLSv1.1", "tls1_1"),
    "1.2": ("TLSv1.2", "tls1_2"),
    "1.3": ("TLSv1.3", "tls1_3"),
}
_KEY_PASSWORD, _PROXY_PASSWORD = "env:KEY_PASSWORD", "env:PROXY_PASSWORD"
_FLAGS = frozenset({"4", "6", "noservername", "crlf", "quiet", "ign_eof", "no_ign_eof", "brief",
    "prexit", "showcerts", "debug", "msg", "state", "trace", "nocommands", "tlsextdebug", "status",
    "tls1", "tls1_1", "tls1_2", "tls1_3", "no_ssl3", "no_tls1", "no_tls1_1", "no_tls1_2",
    "no_tls1_3", "verify_return_error", "no-CAfile", "no-CApath", "no-CAstore", "no_ticket",
    "bugs", "security_debug", "ignore_unexpected_eof", "verify_quiet", "reconnect"})  # fmt: skip


def to_openssl(settings: ConnectionSettings) -> Written:
    """The command line that makes s_client connect in the same way."""
    if settings.security == "none":
        return Written("", ("openssl s_client speaks nothing but TLS.",))
    words = ["openssl", "s_client", *_where(settings)]
    if settings.security == "starttls":
        words += ["-starttls", settings.protocol]
        words += ["-name", settings.client_name] if settings.client_name else []
    words += [*_way(settings), *_names(settings), *_own(settings.tls), *_trust(settings)]
    words += ["-crlf", "-nocommands"]
    return Written(shlex.join(words), tuple(_left_out(settings)))


def _where(settings: ConnectionSettings) -> list[str]:
    host = settings.host
    if host.startswith(UNIX_PREFIX):
        return ["-unix", host.removeprefix(UNIX_PREFIX)]
    bare = settings.address or host.removeprefix(MX_PREFIX)
    name = f"[{bare}]" if ":" in bare else bare
    return ["-connect", f"{name}:{settings.port}"]


def _way(settings: ConnectionSettings) -> list[str]:
    words = []
    if settings.family != "any":
        words.append("-4" if settings.family == "ipv4" else "-6")
    words += ["-bind", settings.source_address] if settings.source_address else []
    proxy = settings.proxy
    if proxy is not None and proxy.kind == "http":
        words += ["-proxy", f"{proxy.host}:{proxy.port}"]
        if proxy.username:
            words += ["-proxy_user", proxy.username, "-proxy_pass", _PROXY_PASSWORD]
    return words


def _names(settings: ConnectionSettings) -> list[str]:
    tls, host = settings.tls, settings.host
    is_name = not host.startswith((MX_PREFIX, UNIX_PREFIX)) and not is_address(host)
    own = host if is_name else ""
    asked = None if tls.server_name is None else tls.server_name or own
    words = ["-noservername"] if asked is None else ["-servername", asked] if asked else []
    if settings.trust.verify and not settings.trust.fingerprints:
        name = tls.verify_name or asked or host
        words.append("-verify_return_error")
        if not name.startswith((MX_PREFIX, UNIX_PREFIX)):
            words += ["-verify_ip" if is_address(name) else "-verify_hostname", name]
    return words


def _own(tls: TlsChoices) -> list[str]:
    words = ["-cert", tls.certificate_file] if tls.certificate_file else []
    words += ["-key", tls.key_file] if tls.key_file else []
    words += ["-pass", _KEY_PASSWORD] if tls.key_password else []
    words += ["-min_protocol", _VERSIONS[tls.minimum][0]] if tls.minimum else []
    words += ["-max_protocol", _VERSIONS[tls.maximum][0]] if tls.maximum else []
    words += ["-keylogfile", tls.key_log_file] if tls.key_log_file else []
    return words


def _trust(settings: ConnectionSettings) -> list[str]:
    file = settings.trust.ca_file
    return ["-CAfile", file] if file else []


def _left_out(settings: ConnectionSettings) -> list[str]:
    proxy, trust = settings.proxy, settings.trust
    reasons = (
        (settings.host.startswith(MX_PREFIX), "s_client looks up no mail exchangers."),
        (proxy is not None and proxy.kind == "socks5", "s_client knows HTTP proxies only."),
        (settings.proxy_header is not None, "s_client sends no PROXY header."),
        (bool(settings.name_server), "s_client cannot be told which name server to ask."),
        (bool(trust.fingerprints), "s_client cannot trust one certificate."),
        (bool(trust.ca_pem), "An authority's text needs a file for s_client."),
        (
            bool(settings.tls.key_password),
            "The key's password is to be in the environment variable KEY_PASSWORD.",
        ),
        (
            proxy is not None and proxy.kind == "http" and bool(proxy.username),
            "The proxy's password is to be in the environment variable PROXY_PASSWORD.",
        ),
    )
    return [sentence for applies, sentence in reasons if applies]


# And back


def from_openssl(text: str) -> Understood:
    """The settings in a command line of ``openssl s_client``. Raises CommandLineError."""
    words = words_of(text, "openssl")
    if words[:1] != ["s_client"]:
        raise CommandLineError("Of openssl's commands, s_client is the one that connects.")
    found: dict[str, str | None] = {}
    ignored = []
    for name, value in options_of(words[1:], _FLAGS):
        if name in _KNOWN or name in _SHORT_VERSIONS:
            found[name or "connect"] = value
        elif name not in _HARMLESS:
            ignored.append(f"-{name}")
    return Understood(_settings(found), tuple(dict.fromkeys(ignored)))


_SHORT_VERSIONS: dict[str, TlsVersion] = {
    short: version for version, (_, short) in _VERSIONS.items()
}
_KNOWN = frozenset({"", "connect", "host", "port", "unix", "starttls", "name", "4", "6", "bind",
    "proxy", "proxy_user", "proxy_pass", "servername", "noservername", "verify_return_error",
    "verify_hostname", "verify_ip", "cert", "key", "pass", "min_protocol", "max_protocol",
    "keylogfile", "CAfile"})  # fmt: skip
_HARMLESS = frozenset({"crlf", "nocommands", "quiet", "brief", "showcerts"})
"""They change what s_client prints and reads, not how it connects."""


def _settings(found: dict[str, str | None]) -> ConnectionSettings:
    starttls = found.get("starttls")
    if starttls not in {None, "smtp", "lmtp"}:
        raise CommandLineError(f"-starttls {starttls} is not of a mail server.")
    host, port = _target(found)
    asked = None if "noservername" in found else found.get("servername") or ""
    checked = found.get("verify_hostname") or found.get("verify_ip") or ""
    address = ""
    if asked and is_address(host):
        host, address = asked, host
    return ConnectionSettings(
        host=host,
        port=port,
        security="tls" if starttls is None else "starttls",
        protocol="lmtp" if starttls == "lmtp" else "smtp",
        client_name=found.get("name") or "",
        family="ipv4" if "4" in found else "ipv6" if "6" in found else "any",
        address=address,
        source_address=found.get("bind") or "",
        proxy=_proxy(found),
        tls=_choices(found, host, asked, checked),
        trust=Trust(ca_file=found.get("CAfile"), verify="verify_return_error" in found),
    )


def _target(found: dict[str, str | None]) -> tuple[str, int]:
    if "unix" in found:
        return f"{UNIX_PREFIX}{file_of(found['unix'], '-unix')}", 25
    if "connect" in found:
        try:
            host, port = split_host(file_of(found["connect"], "-connect"))
        except ValueError as error:
            raise CommandLineError(str(error)) from error
    else:
        host = file_of(found.get("host"), "-connect")
        port = int(found.get("port") or 0) if str(found.get("port")).isdecimal() else None
    return host, port or 4433


def _choices(
    found: dict[str, str | None], host: str, asked: str | None, checked: str
) -> TlsChoices:
    low, high = _version(found.get("min_protocol")), _version(found.get("max_protocol"))
    for short, version in _SHORT_VERSIONS.items():
        if short in found:
            low = high = version
    return TlsChoices(
        server_name=None if asked is None else "" if asked == host else asked,
        verify_name="" if checked in {asked or host, host if asked == host else ""} else checked,
        certificate_file=found.get("cert"),
        key_file=found.get("key"),
        key_password=_password(found.get("pass")),
        minimum=low,
        maximum=high,
        key_log_file=found.get("keylogfile"),
    )


def _version(text: str | None) -> TlsVersion | None:
    if text is None:
        return None
    for version, (name, _) in _VERSIONS.items():
        if text == name:
            return version
    raise CommandLineError(f"{text} is no TLS version that can be chosen here.")


def _proxy(found: dict[str, str | None]) -> Proxy | None:
    if not found.get("proxy"):
        return None
    host, port = split_host(str(found["proxy"]))
    password = _password(found.get("proxy_pass"))
    return Proxy("http", host, port or 3128, found.get("proxy_user") or "", password)


def _password(source: str | None) -> str:
    """A password that stands in the line; one in a file or the environment is not looked up."""
    return (source or "").removeprefix("pass:") if (source or "").startswith("pass:") else ""
