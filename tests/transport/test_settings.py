"""Choices of a connection."""

from __future__ import annotations

import subprocess
import sys

import pytest

from smtpdebugger.transport.settings import ConnectionSettings, Proxy, TlsChoices


def test_the_defaults_are_careful() -> None:
    settings = ConnectionSettings("mail.test")
    assert settings.trust.verify
    assert settings.trust.fingerprints == frozenset()
    assert settings.ehlo


def test_they_cannot_change_under_a_connection() -> None:
    settings = ConnectionSettings("mail.test")
    with pytest.raises(AttributeError):
        settings.host = "other.test"  # type: ignore[misc]
    with pytest.raises(AttributeError):
        settings.trust.verify = False  # type: ignore[misc]
    with pytest.raises(AttributeError):
        settings.timeouts.command = 1  # type: ignore[misc]


def test_importing_them_is_cheap() -> None:
    program = (
        "import sys, smtpdebugger.transport.settings\n"
        "heavy = {'aiosmtplib', 'asyncio', 'ssl', 'cryptography'} & set(sys.modules)\n"
        "sys.exit(repr(heavy) if heavy else 0)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=30
    )
    assert done.stderr == ""


def test_the_client_does_without_cryptography_and_qt() -> None:
    program = (
        "import sys, smtpdebugger.transport.client\n"
        "heavy = {'cryptography', 'PySide6', 'msgspec', 'tomllib'} & set(sys.modules)\n"
        "sys.exit(repr(heavy) if heavy else 0)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=30
    )
    assert done.stderr == ""


def test_no_password_is_shown_by_mistake() -> None:
    settings = ConnectionSettings(
        "mail.test",
        tls=TlsChoices(certificate_file="client.pem", key_password="hunter2"),
        proxy=Proxy("socks5", "127.0.0.1", 1080, "user", "hunter2"),
    )
    assert "hunter2" not in repr(settings)


def test_options_that_are_not_the_usual_ones_are_counted() -> None:
    assert ConnectionSettings("mx.test", 587, "starttls", ehlo=False).count_options() == 0
    settings = ConnectionSettings(
        "mx.test",
        family="ipv4",
        proxy=Proxy("http", "p.test", 1),
        tls=TlsChoices(minimum="1.3", maximum="1.3"),
    )
    assert settings.count_options() == 4
