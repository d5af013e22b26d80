import json
from pathlib import Path

import pytest

from tests.cli.talk.support import MAIL, Talk, peer, practice
from tests.peers.peer import Line, free_port
from tests.peers.scripts import hangs_up, polite, resets, says, silent


def test_an_empty_script_greets_and_takes_leave(talk: Talk) -> None:
    with practice() as server:
        told = talk(server.port, "", "--ehlo", "me.test")

    assert told.commands() == ["EHLO me.test", "QUIT"]
    assert (told.code, told.err) == (0, "")
    assert told.lines[0].startswith("# port ")
    assert told.lines[-2] == "# closed server"


def test_a_refusal_makes_1_and_is_explained(talk: Talk) -> None:
    with practice("strict-postfix") as server:
        told = talk(server.port, "VRFY alice\nNOOP\n")

    refusal = told.lines.index("S: 502 5.5.1 VRFY command is disabled")
    assert told.lines[refusal + 1].startswith("#? ")
    assert "command-disabled-by-admin" in told.lines[refusal + 1]
    assert " Instead: MAIL FROM:<>" in told.lines[refusal + 1]
    assert told.commands()[-2:] == ["NOOP", "QUIT"]
    assert told.code == 1


def test_nobody_listens(talk: Talk) -> None:
    told = talk(free_port(), "NOOP\n")

    assert "refused the connection" in told.out
    assert "NOOP" not in told.out
    assert told.code == 3


def test_a_server_without_a_greeting(talk: Talk) -> None:
    with peer(hangs_up) as server:
        assert talk(server.port, "NOOP\n").code == 3
    with peer(silent) as server:
        told = talk(server.port, "NOOP\n", "--timeout", "0.3")
    assert "did not greet" in told.out
    assert "C: NOOP" not in told.lines
    assert told.code == 3


def test_a_refusing_greeting_is_an_answer(talk: Talk) -> None:
    async def denies(line: Line) -> None:
        await line.say("554 5.7.1 go away")
        while verb := await line.hear():
            await line.say("221 bye" if verb == "QUIT" else "503 no")

    with peer(denies) as server:
        told = talk(server.port, "NOOP\n")

    assert told.commands() == ["NOOP", "QUIT"]
    assert told.code == 1


def test_tls_that_was_asked_for_and_not_reached(talk: Talk) -> None:
    with practice("appliance") as server:
        told = talk(server.port, "NOOP\n", "--security", "starttls")

    assert "NOOP" not in told.commands()
    assert "not encrypted as was asked for" in told.err
    assert told.code == 3


def test_an_untrusted_certificate_and_its_cures(talk: Talk) -> None:
    with practice(tls=True) as server:
        refused = talk(server.port, "NOOP\n", "--security", "tls")
        assert "--ca FILE" in refused.err
        assert "--insecure" in refused.err
        assert refused.code == 3
        assert talk(server.port, "NOOP\n", "--security", "tls", "--insecure").code == 0
        authority = talk.folder / "ca.pem"
        authority.write_text(server.ca_pem)
        assert talk(server.port, "NOOP\n", "--security", "tls", "--ca", str(authority)).code == 0
        missing = talk(server.port, "NOOP\n", "--security", "tls", "--ca", "missing.pem")
    assert "missing.pem cannot be read" in missing.out
    assert missing.code == 3


def test_a_server_that_closes_in_the_middle(talk: Talk) -> None:
    async def closes(line: Line) -> None:
        await line.say("220 x")
        await line.hear()
        await line.say("250 x")
        await line.hear()
        await line.say("421 4.3.2 no more")

    with peer(closes) as server:
        told = talk(server.port, "NOOP\nRSET\nVRFY a\n")

    assert told.commands()[:2] == ["EHLO [127.0.0.1]", "NOOP"]
    assert "VRFY a" not in told.commands()
    assert "was not sent" in told.err
    assert told.code == 1


def test_a_reset_is_told(talk: Talk) -> None:
    with peer(resets) as server:
        told = talk(server.port, "NOOP\n")

    assert "reset" in told.out
    assert told.code == 1


def test_a_reply_that_does_not_come_ends_the_script(talk: Talk) -> None:
    async def stalls(line: Line) -> None:
        await line.say("220 x")
        await line.hear()
        await line.say("250 x")
        await line.forever()

    with peer(stalls) as server:
        told = talk(server.port, "NOOP\nRSET\n", "--timeout", "0.3")

    assert "no reply came in time" in told.err
    assert told.commands() == ["EHLO [127.0.0.1]", "NOOP", "QUIT"]
    assert told.code == 1


def test_a_script_that_ends_in_mail_data_completes_nothing(talk: Talk) -> None:
    heard: list[bytes] = []

    async def takes(line: Line) -> None:
        await line.say("220 x")
        while verb := await line.hear():
            await line.say("354 go" if verb == "DATA" else "250 ok")
            if verb == "DATA":
                heard.append(await line.reader.read())

    with peer(takes) as server:
        told = talk(server.port, f"{MAIL}DATA\nSubject: x\n", "--allow-delivery")

    assert heard == [b"Subject: x\r\n"]
    assert "without the dot" in told.err
    assert told.code == 1


def test_too_many_commands(talk: Talk) -> None:
    with practice() as server:
        told = talk(server.port, "NOOP\n" * 20, "--limit", "5")

    assert "5 commands are enough; --limit N" in told.err
    assert told.commands()[-1] == "QUIT"
    assert told.code == 1


@pytest.mark.parametrize("script", [b"NOOP\n\0\n", b"\xff\xfe\0N\0"])
def test_a_binary_script_is_refused(talk: Talk, script: bytes) -> None:
    with practice() as server:
        told = talk(server.port, script)

    assert "is no text" in told.err
    assert "NOOP" not in told.commands()
    assert told.code == 3


def test_a_script_that_is_not_there_connects_to_nobody(
    talk: Talk, capsys: pytest.CaptureFixture[str]
) -> None:
    from smtpdebugger.__main__ import main

    assert main(["talk", "127.0.0.1:1", "--script", str(talk.folder / "missing")]) == 3
    told = capsys.readouterr()
    assert told.out == ""
    assert "missing cannot be read" in told.err


def test_the_file_has_everything_and_no_secret(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    from smtpdebugger.transcript.opening import open_session

    monkeypatch.setenv("PW", "wonderland")
    saved = talk.folder / "session.smtpsession"
    options = ["--insecure", "--security", "starttls", "--user", "alice@modern.test"]
    options += ["--password-env", "PW", "--save", str(saved)]
    with practice() as server:
        told = talk(server.port, "VRFY alice\n", *options)

    session, problems = open_session(saved)
    assert not problems
    assert [each.verb for each in session.exchanges] == [
        "(greeting)", "EHLO", "STARTTLS", "EHLO", "AUTH", "VRFY", "QUIT"
    ]  # fmt: skip
    assert session.situation.authenticated
    assert json.loads(saved.read_text().splitlines()[-1])["type"] == "closed"
    everything = saved.read_bytes() + told.out.encode() + told.err.encode()
    assert b"wonderland" not in everything
    assert b"AGFsaWNl" not in everything
    assert told.code == 0


def test_a_file_that_is_there_is_kept(talk: Talk) -> None:
    saved = talk.folder / "session.smtpsession"
    saved.write_text("precious")
    with practice() as server:
        told = talk(server.port, "", "--save", str(saved))

    assert saved.read_text() == "precious"
    assert "was there already" in told.err
    assert "session-2.smtpsession" in told.err
    assert (talk.folder / "session-2.smtpsession").exists()


def test_a_file_that_cannot_be_written_is_told(talk: Talk) -> None:
    saved = Path("/proc/nowhere/session.smtpsession")
    with practice() as server:
        told = talk(server.port, "NOOP\n", "--save", str(saved))

    assert "cannot be recorded" in told.err
    assert "NOOP" in told.commands()
    assert told.code == 3


def test_login_refused_sends_nothing_more(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PW", "wrong-password")
    options = ["--insecure", "--security", "starttls", "--user", "alice@modern.test"]
    with practice() as server:
        told = talk(server.port, "NOOP\n", *options, "--password-env", "PW")

    assert "not logged in" in told.err
    assert "NOOP" not in told.commands()
    assert told.code == 1


def test_what_a_server_says_in_between_is_shown(talk: Talk) -> None:
    with peer(says("220 x", "250 stray")) as server:
        told = talk(server.port, "", "--no-ehlo", "--timeout", "0.3")

    assert "S: 250 stray" in told.lines


def test_an_honest_server(talk: Talk) -> None:
    with peer(polite) as server:
        assert talk(server.port, f"{MAIL}DATA\nx\n.\n", "--allow-delivery").code == 0
