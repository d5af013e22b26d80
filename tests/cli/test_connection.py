"""The options about the connection, by way of ``talk``, which has all of them."""

import pytest

from smtpdebugger.cli.connection import connection_settings
from smtpdebugger.cli.main import parse
from smtpdebugger.transport.settings import (
    ConnectionSettings,
    Proxy,
    ProxyHeader,
    Timeouts,
    TlsChoices,
    Trust,
)

DIGEST = "ab" * 32


def settings(*arguments: str) -> ConnectionSettings:
    return connection_settings(parse(["talk", *arguments]))


@pytest.mark.parametrize(
    ("server", "security", "expected"),
    [
        ("mx.test", None, ("mx.test", 25, "none")),
        ("mx.test", "starttls", ("mx.test", 587, "starttls")),
        ("mx.test", "tls", ("mx.test", 465, "tls")),
        ("mx.test:465", None, ("mx.test", 465, "tls")),
        ("mx.test:587", None, ("mx.test", 587, "starttls")),
        ("mx.test:587", "none", ("mx.test", 587, "none")),
        ("mx.test:2525", None, ("mx.test", 2525, "none")),
        ("[::1]:25", None, ("::1", 25, "none")),
        ("mx:domain.test", None, ("mx:domain.test", 25, "none")),
        ("mx:domain.test:2525", None, ("mx:domain.test", 2525, "none")),
        ("unix:/run/lmtp:1", None, ("unix:/run/lmtp:1", 25, "none")),
    ],
)
def test_host_port_and_protection(
    server: str, security: str | None, expected: tuple[str, int, str]
) -> None:
    options = ["--security", security] if security else []
    found = settings(server, *options)

    assert (found.host, found.port, found.security) == expected


def test_without_options_all_is_as_it_is_in_the_window() -> None:
    assert settings("mx.test") == ConnectionSettings("mx.test")


def test_the_time_out_holds_for_every_step_and_not_for_hints() -> None:
    timeouts = settings("mx.test", "--timeout", "2.5").timeouts

    assert timeouts.connect == timeouts.greeting == timeouts.command == timeouts.data_end == 2.5
    assert (timeouts.hint, timeouts.close) == (Timeouts().hint, Timeouts().close)


def test_everything_about_the_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROXY_PASSWORD", "open sesame")
    found = settings(
        "mx.test", "--ehlo", "me.test", "--lmtp", "-6", "--address", "2001:db8::1",
        "--source", "2001:db8::9", "--name-server", "192.0.2.53",
        "--proxy", "socks5://ali@proxy.test", "--proxy-password-env", "PROXY_PASSWORD",
        "--proxy-header", "v2", "--proxy-source", "192.0.2.1:1", "--proxy-destination",
        "192.0.2.2:25",
    )  # fmt: skip

    assert found == ConnectionSettings(
        "mx.test",
        client_name="me.test",
        protocol="lmtp",
        family="ipv6",
        address="2001:db8::1",
        source_address="2001:db8::9",
        name_server="192.0.2.53",
        proxy=Proxy("socks5", "proxy.test", 1080, "ali", "open sesame"),
        proxy_header=ProxyHeader(2, "192.0.2.1:1", "192.0.2.2:25"),
    )


def test_everything_about_tls(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KEY_PASSWORD", "open sesame")
    found = settings(
        "mx.test", "--ca", "ca.pem", "--sni", "other.test", "--verify-name", "third.test",
        "--cert", "me.pem", "--key", "key.pem", "--key-password-env", "KEY_PASSWORD",
        "--tls-min", "1.2", "--tls-max", "1.3", "--key-log", "keys.txt",
    )  # fmt: skip

    assert found.trust == Trust("ca.pem")
    assert found.tls == TlsChoices(
        "other.test", "third.test", "me.pem", "key.pem", "open sesame", "1.2", "1.3", "keys.txt"
    )


def test_trust() -> None:
    assert settings("mx.test", "--insecure").trust == Trust(verify=False)
    colons = ":".join(["AB"] * 32)
    assert settings("mx.test", "--pin", colons).trust.fingerprints == frozenset({DIGEST})
    assert settings("mx.test", "--no-sni").tls.server_name is None


def test_ipv4_an_http_proxy_and_nobody_to_announce() -> None:
    options = ["-4", "--proxy", "http://p.test:8080/", "--proxy-header", "v1", "--proxy-local"]
    found = settings("mx.test", *options)

    assert found.family == "ipv4"
    assert found.proxy == Proxy("http", "p.test", 8080)
    assert found.proxy_header == ProxyHeader(1, is_local=True)


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        ("mx.test:0", "port"),
        ("mx.test:smtp", "port"),
        (":25", "host"),
        ("mx.test --timeout 0", "seconds"),
        ("mx.test --timeout nan", "seconds"),
        ("mx.test --timeout soon", "seconds"),
        ("mx.test --security ssl", "ssl"),
        ("mx.test --ca x --insecure", "--insecure: not together with --ca"),
        ("mx.test --ehlo x --no-ehlo", "--no-ehlo: not together with --ehlo"),
        ("mx.test --sni x --no-sni", "--no-sni"),
        ("mx.test -4 -6", "--ipv6"),
        ("mx.test --key x", "--key: only with --cert"),
        ("mx.test --proxy-local", "--proxy-local: only with --proxy-header"),
        ("mx.test --proxy ftp://x", "socks5://"),
        ("mx.test --proxy proxy.test:1080", "socks5://"),
        ("mx.test --proxy socks5://ali:secret@proxy.test", "--proxy-password-env"),
        ("mx.test --proxy socks5://x --proxy-password-env NO_SUCH_ONE", "NO_SUCH_ONE"),
        ("mx.test --pin 1234", "64 hexadecimal"),
        ("mx.test --tls-min 1.3 --tls-max 1.2", "lower than --tls-min"),
        ("mx.test --tls-min 2.0", "2.0"),
    ],
)
def test_wrong_usage_is_a_sentence_and_2(
    arguments: str, word: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        parse(["talk", *arguments.split()])

    assert ended.value.code == 2
    assert word in capsys.readouterr().err
