from binascii import b2a_base64

import pytest
import trustme

from tests.cli.talk.support import Talk, in_thread, peer, practice
from tests.peers.auth import lets_in
from tests.peers.peer import Line, Peer, Script
from tests.transport.certificates import server_context


def login_server(heard: list[str]) -> Script:
    async def serve(line: Line) -> None:
        await line.say("220 x")
        await line.hear()
        await line.say("250-x", "250 AUTH LOGIN")
        for reply in ("334 VXNlcm5hbWU6", "334 UGFzc3dvcmQ6", "334 more"):
            heard.append(await line.hear())
            await line.say(reply)
        heard.append(await line.hear())
        await line.say("501 5.7.0 cancelled")
        await line.hear()
        await line.say("221 bye")

    return serve


def test_a_server_that_asks_on_and_on_is_told_to_stop(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PW", "open sesame")
    heard: list[str] = []
    options = ["--user", "alice", "--password-env", "PW", "--allow-clear-password"]
    with peer(login_server(heard)) as server:
        told = talk(server.port, "NOOP\n", *options)

    assert heard == ["AUTH LOGIN", _base64(b"alice"), _base64(b"open sesame"), "*"]
    assert _base64(b"open sesame") not in told.out
    assert told.commands()[-1] == "QUIT"
    assert told.code == 1


def test_a_password_goes_in_clear_only_if_that_is_allowed(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PW", "wonderland")
    options = ["--user", "alice@modern.test", "--password-env", "PW", "--mechanism", "PLAIN"]
    with practice() as server:
        told = talk(server.port, "NOOP\n", *options)
        allowed = talk(server.port, "NOOP\n", *options, "--allow-clear-password")

    assert "AUTH PLAIN was not sent" in told.out
    assert "AUTH PLAIN" not in " ".join(told.commands())
    assert told.code == 1
    assert any(each.startswith("AUTH PLAIN") for each in allowed.commands())


def test_auth_as_a_directive(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PW", "wonderland")
    options = ["--security", "starttls", "--insecure", "--user", "alice@modern.test"]
    with practice() as server:
        told = talk(server.port, ":auth\n", *options, "--password-env", "PW")

    # Logged in before the script; once is enough for a server.
    assert "235" in told.out
    assert told.code == 1


@pytest.mark.parametrize("mechanism", ["SCRAM-SHA-256", "CRAM-MD5"])
def test_what_proves_a_password_may_go_in_clear(
    talk: Talk, monkeypatch: pytest.MonkeyPatch, mechanism: str
) -> None:
    monkeypatch.setenv("PW", "wonderland")
    monkeypatch.setenv("WRONG", "nonsense")
    with peer(lets_in(mechanism, "PLAIN")) as server:
        told = talk(server.port, "NOOP\n", "--user", "alice", "--password-env", "PW")
        refused = talk(server.port, "NOOP\n", "--user", "alice", "--password-env", "WRONG")

    assert told.commands()[1].startswith(f"AUTH {mechanism}")
    assert told.code == 0
    assert "NOOP" not in refused.commands()
    assert refused.code == 1


def test_external_needs_neither_user_nor_password(talk: Talk) -> None:
    with peer(lets_in("EXTERNAL")) as server:
        told = talk(server.port, ":auth EXTERNAL\n")

    assert "AUTH EXTERNAL =" in told.commands()
    assert told.code == 0


def test_a_mechanism_that_cannot_be_spoken_is_told(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PW", "wonderland")
    with peer(lets_in("GSSAPI")) as server:
        options = ["--user", "alice", "--password-env", "PW"]
        told = talk(server.port, ":auth GSSAPI\n:auth\n", *options)

    assert "no way to log in: the server offers GSSAPI" in told.out
    assert told.code == 1


def test_no_password(talk: Talk) -> None:
    with practice() as server:
        options = ["--security", "starttls", "--insecure", "--user", "alice@modern.test"]
        told = talk(server.port, "NOOP\n", *options)

    assert "--password-keyring tells where it is" in told.err
    assert told.code == 1


def _base64(octets: bytes) -> str:
    return b2a_base64(octets, newline=False).decode()


def test_the_channel_binding_is_chosen(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PW", "wonderland")
    authority = trustme.CA()
    context = server_context(authority.issue_cert("127.0.0.1"))
    script = lets_in("SCRAM-SHA-256-PLUS", binding="tls-unique")
    options = ["--security", "tls", "--insecure", "--user", "alice", "--password-env", "PW"]
    options += ["--mechanism", "SCRAM-SHA-256-PLUS", "--channel-binding"]
    with in_thread(lambda: Peer(script, context=context)) as server:
        told = talk(server.port, "", *options, "tls-unique", "--tls-max", "1.2")
        other = talk(server.port, "", *options, "tls-server-end-point", "--tls-max", "1.2")
        newer = talk(server.port, "", *options, "tls-unique")
        none = talk(server.port, "", *options, "tls-exporter")

    assert told.code == 0, told.out
    assert "server's proof ••••••" in told.out
    assert other.code == 1
    assert "binds logins to TLS in another way" in other.out
    assert "tls-unique is not defined for TLS 1.3" in newer.out
    assert "tls-exporter (RFC 9266) cannot be had" in none.out
