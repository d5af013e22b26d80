from pathlib import Path

import pytest

from smtpdebugger.cli.talk.directives import Unreadable
from smtpdebugger.cli.talk.messages import open_message
from smtpdebugger.transcript.dialogue import read_dialogue
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
