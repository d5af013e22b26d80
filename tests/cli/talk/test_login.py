from binascii import a2b_base64, b2a_base64

import pytest

from smtpdebugger.cli.talk.directives import ScriptError
from smtpdebugger.cli.talk.login import MECHANISMS, choose
from smtpdebugger.session.session import Session
from smtpdebugger.transcript.dialogue import read_dialogue
from tests.cli.talk.support import Talk, peer, practice
from tests.peers.peer import Line, Script


def offering(line: str) -> Session:
    return read_dialogue(f"S: 220 x\nC: EHLO me\nS: 250-x\nS: 250 {line}\n")


@pytest.mark.parametrize(
    ("line", "mechanism"),
    [
        ("AUTH PLAIN LOGIN", "PLAIN"),
        ("AUTH LOGIN CRAM-MD5", "LOGIN"),
        ("AUTH CRAM-MD5 GSSAPI", "CRAM-MD5"),
        ("AUTH=LOGIN", "LOGIN"),
    ],
)
def test_the_best_that_is_offered(line: str, mechanism: str) -> None:
    assert choose(offering(line), "") == mechanism


@pytest.mark.parametrize("line", ["SIZE", "AUTH GSSAPI NTLM", "AUTH XOAUTH2"])
def test_nothing_that_fits(line: str) -> None:
    with pytest.raises(ScriptError, match="no way to log in"):
        choose(offering(line), "")


def test_what_is_wanted_counts_though_it_was_not_offered() -> None:
    assert choose(offering("SIZE"), "xoauth2") == "XOAUTH2"
    with pytest.raises(ScriptError, match="GSSAPI cannot be done here"):
        choose(offering("AUTH GSSAPI"), "GSSAPI")


def conversation(mechanism: str, *challenges: bytes) -> list[bytes]:
    lines = MECHANISMS[mechanism](b"tim", b"tanstaaftanstaaf")
    found = [next(lines)]
    found += [lines.send(each) for each in challenges]
    return found


def test_the_examples_of_the_standards() -> None:
    assert a2b_base64(conversation("PLAIN")[0].split()[2]) == b"\0tim\0tanstaaftanstaaf"
    challenge = b"<1896.697170952@postoffice.reston.mci.net>"
    first, response = conversation("CRAM-MD5", challenge)
    assert first == b"AUTH CRAM-MD5"
    # RFC 2195 section 2.
    assert a2b_base64(response) == b"tim b913a602c7eda7a495b4e6e7334d3890"
    assert [a2b_base64(each) for each in conversation("LOGIN", b"User:", b"Pass:")[1:]] == [
        b"tim",
        b"tanstaaftanstaaf",
    ]
    assert a2b_base64(conversation("XOAUTH2")[0].split()[2]) == (
        b"user=tim\1auth=Bearer tanstaaftanstaaf\1\1"
    )


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


def test_no_password(talk: Talk) -> None:
    with practice() as server:
        options = ["--security", "starttls", "--insecure", "--user", "alice@modern.test"]
        told = talk(server.port, "NOOP\n", *options)

    assert "--password-env VAR names the variable" in told.err
    assert told.code == 1


def _base64(octets: bytes) -> str:
    return b2a_base64(octets, newline=False).decode()
