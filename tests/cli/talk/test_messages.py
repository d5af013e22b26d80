from pathlib import Path

import pytest

from smtpdebugger.cli.talk import messages
from smtpdebugger.cli.talk.directives import Unreadable
from smtpdebugger.cli.talk.messages import open_message
from smtpdebugger.transcript.dialogue import read_dialogue
from smtpdebugger.transport import source
from tests.transport.support import run

GREETED = "S: 220 x\nC: EHLO me\nS: 250-x\nS: 250 SIZE 10\n"


def opened(path: Path, *, by_bdat: bool = False) -> tuple[bytes, str]:
    """The octets that go out, and what was told."""
    told: list[str] = []

    async def read() -> bytes:
        session = read_dialogue(GREETED)
        source = await open_message(str(path), session, told.append, by_bdat=by_bdat)
        octets = b""
        while piece := await source.read(100):
            octets += piece
        source.close()
        assert len(octets) == source.size
        return octets

    return run(read), "".join(told)


@pytest.mark.parametrize(
    ("octets", "sent"),
    [(b"a\nb\n", b"a\r\nb\r\n"), (b"a\r\nb\nc\rd", b"a\r\nb\nc\rd"), (b"", b"")],
)
def test_files_with_lf_alone_get_crlf_and_others_stay(
    octets: bytes, sent: bytes, tmp_path: Path
) -> None:
    file = tmp_path / "message.eml"
    file.write_bytes(octets)

    assert opened(file)[0] == sent
    assert opened(file, by_bdat=True)[0] == octets


def test_what_speaks_against_it_is_told(tmp_path: Path) -> None:
    file = tmp_path / "message.eml"
    file.write_bytes(b"Subject: x\r\n\r\nlonger than ten\r\n")

    assert "10" in opened(file)[1]
    assert str(file) in opened(file)[1]


def test_files_that_cannot_be_read_are_a_sentence(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "missing"):
        with pytest.raises(Unreadable, match=str(path)):
            opened(path)


def test_of_a_very_long_one_only_the_beginning_is_looked_through(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(messages, "MOST_LOOKED", 1)
    monkeypatch.setattr(source, "SLICE", 1000)
    file = tmp_path / "long.eml"
    file.write_bytes(b"Subject: x\n\n" + b"y" * 87 + b"\n" + (b"z" * 99 + b"\n") * 30)
    told: list[str] = []

    async def read() -> tuple[int, bytes]:
        session = read_dialogue(GREETED)
        opened = await open_message(str(file), session, told.append, by_bdat=False)
        octets = b""
        while piece := await opened.read(1000):
            octets += piece
        opened.close()
        return opened.size, octets

    size, octets = run(read)
    assert "only the first 1000 octets were looked through." in "".join(told)
    assert "The message has 3137 octets, and the server takes 10" in "".join(told)
    assert octets == file.read_bytes().replace(b"\n", b"\r\n")
    assert abs(size - len(octets)) < 40, "how long it will be is reckoned"
