"""``:mail``: what it says, and what it sends."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from smtpdebugger import resources
from smtpdebugger.cli.talk.directives import ScriptError
from smtpdebugger.cli.talk.mail import WORDS, help_text, read_mail
from smtpdebugger.protocol.envelope import Envelope
from tests.cli.talk.support import Talk, peer, practice
from tests.peers.peer import Line

TO = "from=a@client.test to=alice@modern.test"


def test_everything_can_be_said() -> None:
    order = read_mail(
        'file="my message.eml" from=<a@x.test> to=b@x.test to=<"c d"@x.test> by=bdat chunk=500'
        " pipelined size body=8bitmime smtputf8 requiretls ret=hdrs envid='an id'"
        " notify=success,failure orcpt=rfc822;b@y.test with='HOLDFOR=60 BY=9;R'"
    )
    assert order.envelope == Envelope(
        "a@x.test",
        ("b@x.test", "c d@x.test"),
        body="8BITMIME",
        smtputf8=True,
        requiretls=True,
        ret="HDRS",
        envid="an id",
        notify=("SUCCESS", "FAILURE"),
        orcpt="rfc822;b@y.test",
        more="HOLDFOR=60 BY=9;R",
    )
    assert (order.path, order.by, order.chunk_size) == ("my message.eml", "bdat", 500)
    assert order.pipelined
    assert order.tells_size


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("", "needs file=PATH"),
        ("file=x", "needs a recipient"),
        ("file=x to=b@x cc=c@x", "knows no “cc=c@x”; it takes file=PATH"),
        ("file=x to=b@x quickly", "knows no “quickly”"),
        ("file=x to=b@x chunk=0", "chunk size from 1"),
        ("file=x to=b@x by=post", "by to be one of DATA, BDAT"),
        ("file=x to=b@x body=9BIT", "body to be one of 7BIT, 8BITMIME, BINARYMIME"),
        ("file=x to=b@x ret=ALL", "ret to be one of"),
        ("file='x", "cannot be read"),
        ("file=x to='b@x> NOTIFY=NEVER'", "cannot have"),
    ],
)
def test_what_cannot_be_meant_is_told(text: str, word: str) -> None:
    with pytest.raises(ScriptError, match=re.escape(word)):
        read_mail(text)


def test_every_word_is_in_the_help_and_in_the_manual() -> None:
    page = resources.path("manual", "talk.md").read_text("utf-8")
    for word in WORDS:
        assert word in help_text()
        assert f"`{word.partition('=')[0]}" in page


@pytest.fixture
def message(tmp_path: Path) -> Path:
    file = tmp_path / "a message.eml"
    file.write_bytes(b"Subject: x\n\n.dot\n" + b"y" * 40 + b"\n")
    return file


def test_by_data_with_notifications(talk: Talk, message: Path) -> None:
    words = "size notify=SUCCESS,FAILURE ret=HDRS envid=an+id orcpt=alice@old.test"
    with practice() as server:
        told = talk(server.port, f':mail {TO} file="{message}" {words}\n', "--allow-delivery")

    assert told.commands() == [
        "EHLO [127.0.0.1]",
        "MAIL FROM:<a@client.test> SIZE=62 RET=HDRS ENVID=an+2Bid",
        "RCPT TO:<alice@modern.test> NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;alice@old.test",
        "DATA", "Subject: x", "", "..dot", "y" * 40, ".", "QUIT",
    ]  # fmt: skip
    assert told.code == 0


def test_in_chunks_and_pipelined(talk: Talk, message: Path) -> None:
    octets = message.read_bytes().replace(b"\n", b"\r\n")
    message.write_bytes(octets)
    with practice() as server:
        told = talk(
            server.port, f':mail {TO} file="{message}" chunk=40 pipelined\n', "--allow-delivery"
        )

    assert [each for each in told.commands() if each.startswith("BDAT")] == [
        "BDAT 40", f"BDAT {len(octets) - 40} LAST"
    ]  # fmt: skip
    assert told.code == 0


def test_nothing_goes_out_unless_it_is_allowed(talk: Talk, message: Path) -> None:
    with practice() as server:
        told = talk(server.port, f':mail {TO} file="{message}"\n')
        missing = talk(server.port, f':mail {TO} file="{message}x"\n', "--allow-delivery")

    assert [each.split()[0] for each in told.commands()] == ["EHLO", "QUIT"]
    assert ":mail sent nothing" in told.out
    assert told.code == 1
    assert "cannot be read" in missing.err
    assert missing.code == 3


async def old(line: Line) -> None:
    """Offers nothing, and takes one recipient of two."""
    await line.say("220 old.test")
    while text := await line.hear():
        verb = text[:4]
        if verb == "DATA":
            await line.say("354 go")
            while await line.hear() != ".":
                pass
        await line.say("550 nobody" if "nobody" in text else "250 ok")


def test_an_address_beyond_ascii_is_sent_only_where_that_is_offered(
    talk: Talk, message: Path
) -> None:
    words = f'from=a@x.test to=jürgen@bücher.test smtputf8 file="{message}"'
    with peer(old) as server, practice() as modern:
        told = talk(server.port, f":mail {words}\n", "--allow-delivery")
        taken = talk(modern.port, f":mail {words}\n", "--allow-delivery")

    assert [each.split()[0] for each in told.commands()] == ["EHLO", "QUIT"]
    assert "#! send: MAIL was not sent: an address has characters beyond ASCII" in told.out
    assert "SMTPUTF8 was not offered" in told.err
    assert told.code == 1
    assert "MAIL FROM:<a@x.test> SMTPUTF8" in taken.commands()
    assert "RCPT TO:<jürgen@bücher.test>" in taken.commands()


def test_one_recipient_of_two_is_enough(talk: Talk, message: Path) -> None:
    with peer(old) as server:
        told = talk(
            server.port, f':mail to=nobody@x to=b@x file="{message}"\n:quit\n', "--allow-delivery"
        )
        nobody = talk(server.port, f':mail to=nobody@x file="{message}"\n', "--allow-delivery")

    assert told.commands()[-2:] == [".", "QUIT"]
    assert told.code == 1, "one was refused"
    assert "No recipient was accepted" in nobody.out
    assert "DATA" not in nobody.commands()
