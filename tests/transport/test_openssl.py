"""Settings to a command line of openssl s_client and back; the program itself takes the line."""

from __future__ import annotations

import asyncio
import shlex
import shutil
from typing import Any

import pytest
import trustme
from hypothesis import given
from hypothesis import strategies as st

from smtpdebugger.transport.command_lines import CommandLineError
from smtpdebugger.transport.openssl import from_openssl, to_openssl
from smtpdebugger.transport.settings import ConnectionSettings, Proxy, TlsChoices, Trust
from tests.peers.peer import Peer
from tests.peers.scripts import polite, starts_tls
from tests.transport import profiles
from tests.transport.certificates import server_context
from tests.transport.support import run


@given(st.sampled_from(["starttls", "tls"]).flatmap(lambda each: profiles.settings(security=each)))
def test_the_way_there_and_back(settings: ConnectionSettings) -> None:
    written = to_openssl(settings)
    assert written.left_out == ()
    expected = settings
    if settings.security == "tls":
        # s_client says EHLO only on its way to STARTTLS.
        expected = ConnectionSettings(
            **{
                each: getattr(settings, each)
                for each in settings.__slots__
                if each != "client_name"
            }
        )
    assert from_openssl(written.line).settings == expected


@pytest.mark.parametrize(
    "settings",
    [
        ConnectionSettings("mx.test", 24, "starttls", protocol="lmtp"),
        ConnectionSettings("mx.test", 465, "tls", address="192.0.2.1"),
        ConnectionSettings("mx.test", 465, "tls", proxy=Proxy("http", "192.0.2.3", 3128)),
        ConnectionSettings("mx.test", 465, "tls", tls=TlsChoices(key_log_file="keys.log")),
    ],
)
def test_what_only_openssl_knows_comes_back_too(settings: ConnectionSettings) -> None:
    written = to_openssl(settings)
    assert written.left_out == ()
    assert from_openssl(written.line).settings == settings


def test_what_s_client_cannot_do_is_told_and_no_password_is_written() -> None:
    written = to_openssl(profiles.OUT_OF_REACH)
    assert "hunter2" not in written.line
    assert "-pass env:KEY_PASSWORD" in written.line
    assert len(written.left_out) == 7
    proxy = Proxy("http", "192.0.2.3", 3128, "user", "hunter2")
    through = to_openssl(ConnectionSettings("mx.test", 465, "tls", proxy=proxy))
    assert "-proxy_pass env:PROXY_PASSWORD" in through.line
    assert to_openssl(ConnectionSettings("mx.test")).line == ""


@pytest.mark.parametrize(
    ("line", "host", "port", "security"),
    [
        ("openssl s_client -connect mx.test:465", "mx.test", 465, "tls"),
        ("openssl s_client -starttls smtp -crlf mx.test:587", "mx.test", 587, "starttls"),
        ("openssl s_client -quiet -connect [::1]:465", "::1", 465, "tls"),
        ("openssl s_client -host mx.test -port 465", "mx.test", 465, "tls"),
        ("openssl s_client -unix /run/smtps", "unix:/run/smtps", 25, "tls"),
        ("openssl s_client -connect mx.test", "mx.test", 4433, "tls"),
    ],
)
def test_lines_as_people_write_them(line: str, host: str, port: int, security: str) -> None:
    read = from_openssl(line)
    settings = read.settings
    assert (settings.host, settings.port, settings.security) == (host, port, security)
    assert not settings.trust.verify
    assert read.ignored == ()


def test_single_versions_passwords_and_what_is_passed_over() -> None:
    read = from_openssl(
        "openssl s_client -connect mx.test:465 -tls1_2 -cert c.pem -pass pass:hunter2 -alpn smtp"
    )
    assert (read.settings.tls.minimum, read.settings.tls.maximum) == ("1.2", "1.2")
    assert read.settings.tls.key_password == "hunter2"
    assert read.ignored == ("-alpn",)
    assert "hunter2" not in repr(read)


@pytest.mark.parametrize(
    "line",
    [
        "openssl x509 -in c.pem",
        "openssl s_client",
        "openssl s_client -connect mx.test:smtp",
        "openssl s_client -starttls imap -connect mx.test:143",
        "openssl s_client -connect mx.test:25 -min_protocol SSLv3",
        "openssl s_client -unix",
    ],
)
def test_lines_that_cannot_be_understood(line: str) -> None:
    with pytest.raises(CommandLineError):
        from_openssl(line)


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_openssl_itself_takes_the_line_and_connects(security: Any, tmp_path: Any) -> None:
    async def work() -> bytes:
        authority = trustme.CA()
        file = tmp_path / "authority.pem"
        authority.cert_pem.write_to_path(str(file))
        context = server_context(authority.issue_cert("127.0.0.1"))
        implicit = security == "tls"
        script = polite if implicit else starts_tls(context)
        async with Peer(script, context=context if implicit else None) as peer:
            trust = Trust(ca_file=str(file))
            settings = ConnectionSettings("127.0.0.1", peer.port, security, trust=trust)
            process = await asyncio.create_subprocess_exec(
                *shlex.split(to_openssl(settings).line),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.STDOUT,
            )
            said, _ = await process.communicate()
            return said

    assert b"Verification: OK" in run(work)
