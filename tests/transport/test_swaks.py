"""Settings to options of swaks and back."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given

from smtpdebugger.transport.command_lines import CommandLineError
from smtpdebugger.transport.settings import ConnectionSettings, ProxyHeader, Timeouts
from smtpdebugger.transport.swaks import from_swaks, to_swaks
from tests.transport import profiles


@given(profiles.settings())
def test_the_way_there_and_back(settings: ConnectionSettings) -> None:
    written = to_swaks(settings)
    assert written.left_out == ()
    read = from_swaks(written.line)
    assert read.settings == settings
    assert read.ignored == ()


@pytest.mark.parametrize(
    "settings",
    [
        ConnectionSettings("mx:example.test", 2525),
        ConnectionSettings("mx.test", ehlo=False),
        ConnectionSettings("mx.test", 24, protocol="lmtp"),
        ConnectionSettings("mx.test", 465, "tls", address="192.0.2.1"),
        ConnectionSettings("mx.test", timeouts=Timeouts(command=12)),
        ConnectionSettings("mx.test", proxy_header=ProxyHeader(1, is_local=True)),
        ConnectionSettings(
            "mx.test", proxy_header=ProxyHeader(2, "[2001:db8::1]:5", "[2001:db8::2]:25")
        ),
        ConnectionSettings("mx.test", proxy_header=ProxyHeader(1, "192.0.2.1:5", "192.0.2.2:25")),
    ],
)
def test_what_only_swaks_knows_comes_back_too(settings: ConnectionSettings) -> None:
    written = to_swaks(settings)
    assert written.left_out == ()
    assert from_swaks(written.line).settings == settings


def test_what_swaks_cannot_do_is_told_and_no_password_is_written() -> None:
    written = to_swaks(profiles.OUT_OF_REACH)
    assert "hunter2" not in written.line
    assert len(written.left_out) == 7
    ours = to_swaks(replace(profiles.OUT_OF_REACH, security="none"))
    assert len(ours.left_out) == 3


@pytest.mark.parametrize(
    ("line", "host", "port", "security"),
    [
        ("swaks -s mx.test -p 587 -tls", "mx.test", 587, "starttls"),
        ("swaks --server mx.test:2525", "mx.test", 2525, "none"),
        ("swaks --server mx.test/2525 --port 26", "mx.test", 26, "none"),
        ("swaks --server [2001:db8::1]:25", "2001:db8::1", 25, "none"),
        ("swaks -tlsc -s mx.test", "mx.test", 465, "tls"),
        ("swaks --protocol ssmtpa -s mx.test -a PLAIN", "mx.test", 465, "tls"),
        ("swaks --protocol lmtps -s mx.test", "mx.test", 24, "starttls"),
        ("swaks --to a@example.test --from b@x.test", "mx:example.test", 25, "none"),
        ("swaks -t a@example.test --copy-routing other.test", "mx:other.test", 25, "none"),
        ("swaks --socket /run/lmtp --protocol LMTP", "unix:/run/lmtp", 25, "none"),
    ],
)
def test_lines_as_people_write_them(line: str, host: str, port: int, security: str) -> None:
    settings = from_swaks(line).settings
    assert (settings.host, settings.port, settings.security) == (host, port, security)


def test_swaks_does_not_verify_unless_it_is_told() -> None:
    assert not from_swaks("swaks -s mx.test -tls").settings.trust.verify
    assert from_swaks("swaks -s mx.test -tls --tls-verify").settings.trust.verify


def test_versions_that_are_forbidden() -> None:
    tls = from_swaks("swaks -s mx.test -tls -tlsp no_sslv3,no_tlsv1,no_tlsv1_1").settings.tls
    assert (tls.minimum, tls.maximum) == ("1.2", "1.3")


def test_what_is_no_setting_is_passed_over_without_its_value() -> None:
    read = from_swaks("swaks -s mx.test -au user -ap hunter2 --data 'x' stray --stl --timeout 2m")
    assert read.ignored == ("--au", "--ap", "--data", "a word without an option", "--stl")
    assert "hunter2" not in repr(read)
    assert read.settings.timeouts.command == 120


@pytest.mark.parametrize(
    "line",
    [
        "swaks",
        "swaks -s mx.test -p smtp",
        "swaks -s mx.test:smtp",
        "swaks --socket",
        "swaks -s mx.test --protocol UUCP",
        "swaks -s mx.test -tls -tlsp sslv2",
        "swaks -s mx.test --proxy-version 3",
        "swaks -s mx.test --timeout soon",
    ],
)
def test_lines_that_cannot_be_understood(line: str) -> None:
    with pytest.raises(ValueError, match=r"\.$"):
        from_swaks(line)


def test_errors_have_a_kind_of_their_own() -> None:
    with pytest.raises(CommandLineError):
        from_swaks("telnet mx.test 25")
