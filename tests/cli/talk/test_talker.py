import pytest

from tests.cli.talk.support import MAIL, Talk, peer, practice
from tests.peers.peer import Line

CRLF = b"\r\n"


async def strict(line: Line) -> None:
    """Takes whatever has CRLF; tells each octet of a command in its reply."""
    await line.say("220 strict.test ESMTP")
    while octets := await line.reader.readline():
        await line.say(f"250 {octets.hex()}")


def test_lines_are_sent_as_typed_and_remarks_and_empty_lines_are_not(talk: Talk) -> None:
    with practice() as server:
        told = talk(server.port, "# a remark\n\nnoOP  x \nEXPN\t\n", "--no-ehlo")

    assert told.commands() == ["noOP  x ", "EXPN\t", "QUIT"]
    assert told.code == 1


def test_a_group_goes_out_together(talk: Talk) -> None:
    with practice() as server:
        told = talk(server.port, f":group\n{MAIL}# remark\n\nRSET\n:end\n", "--ehlo", "me.test")

    kinds = "".join(line[0] for line in told.lines if line[0] in "CS")
    assert kinds.endswith("CCCSSSCS")
    assert told.code == 0


@pytest.mark.parametrize(
    ("script", "word", "code"),
    [
        (":end\n", "line 1: :end without a :group", 2),
        ("NOOP\n:nonsense\nNOOP\n", "line 2: there is no directive :nonsense", 2),
        (":group\n:raw x\n:end\n", "line 2: :raw cannot stand in a :group", 2),
        (":group\nNOOP\n", "ended in a :group, which was not sent", 2),
        (":ending dos\n", "line 1: :ending needs", 2),
        (":raw \\q\n", "line 1: there is no escape", 2),
        (":message missing.eml\n", "missing.eml cannot be read: No such file", 3),
        (":message\n", "line 1: :message needs a file", 2),
        (":bdat missing.eml 5\n", "missing.eml cannot be read", 3),
        (":auth PLAIN\n", "line 1: there is nobody to log in as", 2),
    ],
)
def test_a_script_that_is_wrong_ends_with_a_sentence(
    talk: Talk, script: str, word: str, code: int
) -> None:
    with practice() as server:
        told = talk(server.port, script)

    assert told.err.startswith("smtpdebugger talk: ")
    assert word in told.err
    assert told.code == code
    assert told.commands()[-1] == "QUIT"


def test_raw_octets_and_endings(talk: Talk) -> None:
    script = (
        ":raw A\\x00B\\r\\n\n:ending lf\nNOOP\n:ending cr\nC\n:ending crlf\nD\n:ending none\nE\n"
    )
    with peer(strict) as server:
        told = talk(server.port, script, "--no-ehlo")

    replies = [line.removeprefix("S: 250 ") for line in told.lines if line.startswith("S: 250")]
    assert [bytes.fromhex(each) for each in replies] == [b"A\0B\r\n", b"NOOP\n", b"C\rD\r\n"]
    assert "C: A‹NUL›B" in told.lines
    assert "C: NOOP‹LF›" in told.lines
    # A line that was not ended cannot be followed by QUIT.
    assert told.lines[-1].startswith("# Connection closed by this program")


def test_nothing_is_delivered_unless_allowed(talk: Talk) -> None:
    script = f"{MAIL}DATA\nRSET\n{MAIL}:message {__file__}\n:bdat {__file__} 9\nBDAT 0 LAST\n"
    with practice() as server:
        told = talk(server.port, script)

    sent = told.commands()
    assert not [each for each in sent if each.startswith(("DATA", "BDAT"))]
    assert "#! send: DATA was not sent: a recipient was accepted" in told.out
    assert "#! send: :message sent nothing" in told.out
    assert "#! send: :bdat sent nothing" in told.out
    assert "RSET" in sent
    assert told.code == 1


async def lures(line: Line) -> None:
    """Answers 354 to DATA though it accepted no recipient."""
    await line.say("220 lure.test ESMTP")
    while verb := await line.hear():
        await line.say("354 go on" if verb == "DATA" else "250 ok")
        if verb == "DATA":
            line.heard_behind = await line.reader.read()  # type: ignore[attr-defined]
            assert line.heard_behind == b""  # type: ignore[attr-defined]


def test_a_server_that_wants_data_without_a_recipient_gets_none(talk: Talk) -> None:
    with peer(lures) as server:
        told = talk(server.port, "DATA\nSubject: x\n.\nNOOP\n")

    assert told.commands() == ["EHLO [127.0.0.1]", "DATA"]
    assert "without --allow-delivery none goes out" in told.out
    assert "the connection was ended without the dot" in told.err
    assert told.code == 1


def test_mail_data_is_stuffed_up_to_the_lone_dot(talk: Talk) -> None:
    heard: list[bytes] = []

    async def takes(line: Line) -> None:
        await line.say("220 x")
        while verb := await line.hear():
            await line.say("354 go" if verb == "DATA" else "250 ok")
            if verb == "DATA":
                heard.append(await line.hear_mail())
                await line.say("250 taken")

    script = f"{MAIL}DATA\nSubject: x\n\n.dot\n..\n# no remark\n:-)\n:raw .raw\\r\\n\n.\nNOOP\n"
    with peer(takes) as server:
        told = talk(server.port, script, "--allow-delivery")

    assert heard == [b"Subject: x\r\n\r\n..dot\r\n...\r\n# no remark\r\n:-)\r\n.raw\r\n.\r\n"]
    assert told.commands()[-2:] == ["NOOP", "QUIT"]
    assert told.code == 0


def test_messages_from_files(talk: Talk) -> None:
    message = talk.folder / "message.eml"
    message.write_bytes(b"Subject: x\n\n.dot\nend")
    script = f"{MAIL}:message {message}\n{MAIL}:bdat {message} 8\n{MAIL}:bdat {message}\n"
    with practice() as server:
        told = talk(server.port, script, "--allow-delivery")

    sent = told.commands()
    assert [each for each in sent if each.startswith("BDAT")] == [
        "BDAT 8", "BDAT 8", "BDAT 4 LAST", "BDAT 20 LAST"
    ]  # fmt: skip
    assert "..dot" in sent
    assert [line for line in told.lines if "accepted as" in line][2:]
    assert told.code == 0


def test_a_refused_transaction_sends_no_message(talk: Talk) -> None:
    message = talk.folder / "message.eml"
    message.write_bytes(b"Subject: x\r\n")
    with practice() as server:
        told = talk(server.port, f":message {message}\n:bdat {message} 4\n", "--allow-delivery")

    assert "Subject: x" not in told.commands()
    assert [each for each in told.commands() if each.startswith("BDAT")] == ["BDAT 4"]
    assert told.code == 1


def test_wait_shows_what_comes_meanwhile(talk: Talk) -> None:
    async def speaks_late(line: Line) -> None:
        await line.say("220 x")
        await line.hear()
        await line.say("250 x")
        await line.say("421 4.3.2 going down")
        await line.forever()

    with peer(speaks_late) as server:
        told = talk(server.port, ":wait 0.3\n", "--timeout", "3")

    assert "S: 421 4.3.2 going down" in told.lines


def test_starttls_and_what_follows_is_marked(talk: Talk) -> None:
    with practice() as server:
        for script in (":starttls\nEHLO me.test\n", "STARTTLS\nEHLO me.test\n"):
            told = talk(server.port, script, "--insecure")
            assert "# tls" in told.lines
            assert "C*: EHLO me.test" in told.lines
            assert told.lines[-3].startswith("S*: 221 ")
            assert told.code == 0


def test_quit_ends_whatever_follows(talk: Talk) -> None:
    with practice() as server:
        told = talk(server.port, "NOOP\n:quit\nNOOP\n")

    assert told.commands()[-2:] == ["NOOP", "QUIT"]
    assert (told.code, told.err) == (0, "")


def test_help_is_told_beside_the_results(talk: Talk) -> None:
    with practice() as server:
        told = talk(server.port, ":help\n")

    assert ":bdat FILE N" in told.err
    assert ":bdat" not in told.out


@pytest.mark.parametrize(
    ("octets", "arrived"),
    [
        (b"A: b\n\n.c\n", "413a20620d0a0d0a2e2e630d0a"),
        (b"A: b\r\n\nc\rd", "413a20620d0a0a630d640d0a"),
    ],
)
def test_files_with_lf_alone_get_crlf_and_others_stay(
    talk: Talk, octets: bytes, arrived: str
) -> None:
    async def takes(line: Line) -> None:
        await line.say("220 x")
        while text := await line.hear():
            if text == "DATA":
                await line.say("354 go on")
                got = await line.hear_mail()
                await line.say(f"250 {got.removesuffix(b'.' + CRLF).hex()}")
            else:
                await line.say("250 x")

    file = talk.folder / "message.eml"
    file.write_bytes(octets)
    with peer(takes) as server:
        told = talk(server.port, f"{MAIL}:message {file}\n", "--allow-delivery")

    assert f"S: 250 {arrived}" in told.lines
    assert ("LF alone" in told.err) is (b"d" in octets)


def test_what_speaks_against_a_message_is_told_before_it_goes(talk: Talk) -> None:
    file = talk.folder / "message.eml"
    file.write_bytes(b"A: b\r\n\r\n\xff\r\n" + b"x" * 1200)
    with practice() as server:
        told = talk(server.port, f"{MAIL}:bdat {file} 500\n", "--allow-delivery")

    assert "line 3 has octets above 127" in told.err.lower()
    assert "1200 octets, and 998 are allowed" in told.err
    assert [each for each in told.commands() if each.startswith("BDAT")][-1].endswith(" LAST")


def test_a_group_has_an_end(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("smtpdebugger.cli.talk.talker.MOST_IN_GROUP", 5)
    with practice() as server:
        told = talk(server.port, ":group\n" + "NOOP\n" * 6 + ":end\n")

    assert "at most 5 commands" in told.err
    assert "NOOP" not in told.commands()
    assert told.code == 2


def test_a_typed_chunk_goes_out_with_its_command(talk: Talk) -> None:
    script = f"{MAIL}BDAT 13\nab\n\n# x:\n:raw c\nBDAT 0 LAST\nNOOP\n"
    with practice() as server:
        told = talk(server.port, script, "--allow-delivery")

    assert told.commands()[-5:] == ["# x:", "c‹no line end›", "BDAT 0 LAST", "NOOP", "QUIT"]
    assert told.code == 0


def test_a_chunk_that_is_never_whole_is_not_sent(talk: Talk) -> None:
    with practice() as server:
        told = talk(server.port, f"{MAIL}BDAT 12\nab\n", "--allow-delivery")
        long = talk(server.port, f"{MAIL}BDAT 99999999\n", "--allow-delivery")

    assert "ended in a BDAT, which was not sent" in told.err
    assert "BDAT 12" not in told.commands()
    assert "above 1 MiB" in long.err
    assert (told.code, long.code) == (2, 2)


def test_a_script_with_an_ehlo_of_its_own_gets_no_second_one(talk: Talk) -> None:
    with practice() as server:
        plain = talk(server.port, "EHLO me.test\nNOOP\n")
        secured = talk(server.port, "EHLO me.test\n", "--security", "starttls", "--insecure")

    assert plain.commands() == ["EHLO me.test", "NOOP", "QUIT"]
    assert [line.split()[0] for line in secured.commands()] == ["EHLO", "STARTTLS", "EHLO", "QUIT"]
    assert secured.commands()[2] == "EHLO me.test"
