"""The options that say where to connect and how: every connection setting of the window has one."""

import argparse
import os
from dataclasses import fields
from typing import Any, Literal

from smtpdebugger.protocol.address import PORT_OF_SECURITY, SECURITY_OF_PORT, split_host
from smtpdebugger.transport.settings import (
    ConnectionSettings,
    Family,
    Proxy,
    ProxyHeader,
    Timeouts,
    TlsChoices,
    Trust,
)

LONGEST = 86_400.0
"""Seconds; nobody waits longer than a day."""

_NOT_A_WAIT_FOR_THE_SERVER = frozenset({"hint", "close"})
_FINGERPRINT = 64
"""Hexadecimal digits of SHA-256."""
_PROXY_PORTS = {"socks5": 1080, "http": 3128}
_TLS_VERSIONS = ("1.0", "1.1", "1.2", "1.3")


def add_connection_options(parser: argparse.ArgumentParser) -> None:
    """Declare them, in groups."""
    _add_way(parser.add_argument_group("connection"))
    _add_tls(parser.add_argument_group("TLS"))


def _add_way(group: "argparse._ArgumentGroup") -> None:
    group.add_argument(
        "--security",
        choices=("none", "starttls", "tls"),
        help="default: tls on port 465, starttls on 587, else none",
    )
    group.add_argument("--ehlo", default="", metavar="NAME", help="the client name to tell")
    group.add_argument("--no-ehlo", action="store_true", help="send nothing by itself")
    group.add_argument("--lmtp", action="store_true", help="LMTP: say LHLO (RFC 2033)")
    group.add_argument(
        "--timeout",
        type=_seconds,
        metavar="SECONDS",
        help="for each step of connecting and each reply (default: those of RFC 5321)",
    )
    group.add_argument("-4", "--ipv4", action="store_true", help="IPv4 addresses only")
    group.add_argument("-6", "--ipv6", action="store_true", help="IPv6 addresses only")
    group.add_argument("--address", default="", metavar="A", help="which of HOST's addresses")
    group.add_argument(
        "--source", default="", metavar="A[:PORT]", help="the address to connect from"
    )
    group.add_argument(
        "--name-server", default="", metavar="A[:PORT]", help="whom to ask for addresses"
    )
    group.add_argument(
        "--proxy",
        type=_proxy,
        metavar="URL",
        help="socks5://[USER@]HOST[:PORT] or http://[USER@]HOST[:PORT]",
    )
    group.add_argument(
        "--proxy-password-env", metavar="VAR", help="the environment variable with its password"
    )
    group.add_argument(
        "--proxy-header",
        choices=("v1", "v2"),
        help="begin with a header of HAProxy's PROXY protocol",
    )
    group.add_argument(
        "--proxy-source", default="", metavar="A:PORT", help="the client the header announces"
    )
    group.add_argument(
        "--proxy-destination", default="", metavar="A:PORT", help="and where it connected to"
    )
    group.add_argument("--proxy-local", action="store_true", help="the header announces nobody")


def _add_tls(group: "argparse._ArgumentGroup") -> None:
    group.add_argument("--ca", metavar="FILE", help="certificates to trust, PEM")
    group.add_argument("--insecure", action="store_true", help="trust any certificate")
    group.add_argument(
        "--pin",
        action="append",
        type=_fingerprint,
        default=[],
        metavar="SHA256",
        help="trust this server certificate and no other; repeatable",
    )
    group.add_argument("--sni", default="", metavar="NAME", help="the server name to ask for")
    group.add_argument("--no-sni", action="store_true", help="ask for no server name")
    group.add_argument(
        "--verify-name", default="", metavar="NAME", help="whom the certificate must be for"
    )
    group.add_argument("--cert", metavar="FILE", help="the client's certificate, PEM")
    group.add_argument("--key", metavar="FILE", help="its key, if not in the same file")
    group.add_argument(
        "--key-password-env", metavar="VAR", help="the environment variable with its password"
    )
    group.add_argument("--tls-min", choices=_TLS_VERSIONS, help="lowest version (1.2)")
    group.add_argument("--tls-max", choices=_TLS_VERSIONS, help="highest version")
    group.add_argument("--key-log", metavar="FILE", help="add the keys here, for Wireshark")


def check_connection(parser: argparse.ArgumentParser, options: argparse.Namespace) -> None:
    """What no single option can tell; ends the program with 2 where something is wrong."""
    for first, second in (
        ("ca", "insecure"),
        ("pin", "insecure"),
        ("ehlo", "no_ehlo"),
        ("sni", "no_sni"),
        ("ipv4", "ipv6"),
    ):
        if getattr(options, first) and getattr(options, second):
            parser.error(f"argument {_option(second)}: not together with {_option(first)}")
    for needing, needed in (
        ("proxy_password_env", "proxy"),
        ("proxy_source", "proxy_header"),
        ("proxy_destination", "proxy_header"),
        ("proxy_local", "proxy_header"),
        ("key", "cert"),
        ("key_password_env", "cert"),
    ):
        if getattr(options, needing) and not getattr(options, needed):
            parser.error(f"argument {_option(needing)}: only with {_option(needed)}")
    if options.tls_min and options.tls_max and options.tls_min > options.tls_max:
        parser.error("argument --tls-max: lower than --tls-min")
    for variable in ("proxy_password_env", "key_password_env"):
        check_variable(parser, options, variable)


def check_variable(parser: argparse.ArgumentParser, options: argparse.Namespace, name: str) -> None:
    """Ends the program with 2 where the option names an environment variable there is not."""
    variable = getattr(options, name)
    if variable is not None and variable not in os.environ:
        parser.error(f"argument {_option(name)}: there is no environment variable {variable}")


def connection_settings(options: argparse.Namespace) -> ConnectionSettings:
    """Where to connect and how, as asked for by ``server`` and the options."""
    host, port = options.server
    security = options.security or SECURITY_OF_PORT.get(port, "none")
    return ConnectionSettings(
        host=host,
        port=port or PORT_OF_SECURITY[security],
        security=security,
        ehlo=not options.no_ehlo,
        client_name=options.ehlo,
        timeouts=_timeouts(options.timeout),
        trust=Trust(
            ca_file=options.ca,
            fingerprints=frozenset(options.pin),
            verify=not options.insecure,
        ),
        tls=TlsChoices(
            server_name=None if options.no_sni else options.sni,
            verify_name=options.verify_name,
            certificate_file=options.cert,
            key_file=options.key,
            key_password=_secret(options.key_password_env),
            minimum=options.tls_min,
            maximum=options.tls_max,
            key_log_file=options.key_log,
        ),
        protocol="lmtp" if options.lmtp else "smtp",
        family=_family(options),
        address=options.address,
        source_address=options.source,
        proxy=_with_password(options.proxy, _secret(options.proxy_password_env)),
        proxy_header=_header(options),
        name_server=options.name_server,
    )


def server_address(text: str) -> tuple[str, int | None]:
    """``HOST[:PORT]``, ``mx:DOMAIN[:PORT]`` or ``unix:/PATH``, for argparse."""
    try:
        host, port = split_host(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
    if not host:
        raise argparse.ArgumentTypeError("there is no host in it")
    return host, port


def _option(name: str) -> str:
    return "--" + name.replace("_", "-")


def _timeouts(seconds: float | None) -> Timeouts:
    if seconds is None:
        return Timeouts()
    names = {field.name for field in fields(Timeouts)} - _NOT_A_WAIT_FOR_THE_SERVER
    waits: dict[str, Any] = dict.fromkeys(names, seconds)
    return Timeouts(**waits)


def _family(options: argparse.Namespace) -> Family:
    if options.ipv4:
        return "ipv4"
    return "ipv6" if options.ipv6 else "any"


def _secret(variable: str | None) -> str:
    return "" if variable is None else os.environ[variable]


def _header(options: argparse.Namespace) -> ProxyHeader | None:
    if options.proxy_header is None:
        return None
    version: Literal[1, 2] = 1 if options.proxy_header == "v1" else 2
    return ProxyHeader(
        version, options.proxy_source, options.proxy_destination, options.proxy_local
    )


def _with_password(proxy: Proxy | None, password: str) -> Proxy | None:
    if proxy is None or not password:
        return proxy
    return Proxy(proxy.kind, proxy.host, proxy.port, proxy.username, password)


def _proxy(text: str) -> Proxy:
    kind, separator, rest = text.partition("://")
    if not separator or kind not in ("socks5", "http"):
        raise argparse.ArgumentTypeError("a proxy looks like socks5://HOST:1080 or http://HOST")
    user, _, place = rest.rstrip("/").rpartition("@")
    if ":" in user:
        raise argparse.ArgumentTypeError(
            "other programs can see arguments; --proxy-password-env VAR is for the password"
        )
    host, port = server_address(place)
    return Proxy("http" if kind == "http" else "socks5", host, port or _PROXY_PORTS[kind], user)


def _fingerprint(text: str) -> str:
    digits = text.replace(":", "").lower()
    if len(digits) != _FINGERPRINT or not set(digits) <= set("0123456789abcdef"):
        raise argparse.ArgumentTypeError("SHA-256 is 64 hexadecimal digits")
    return digits


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    # Neither “nan” nor “inf”, which are numbers to Python.
    if not 0 < seconds <= LONGEST:
        raise argparse.ArgumentTypeError(f"seconds are a number up to {LONGEST:.0f}")
    return seconds
