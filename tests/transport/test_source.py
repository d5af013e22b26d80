"""Messages are read as they are: whole, once, and never more than was announced."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from smtpdebugger.transport.source import (
    Buffered,
    File,
    Octets,
    Source,
    SourceError,
    WithCrlf,
    scan,
)
from tests.transport.support import run


def whole(source: Source, limit: int = 7) -> bytes:
    async def work() -> bytes:
        pieces = []
        while piece := await source.read(limit):
            pieces.append(piece)
        return b"".join(pieces)

    return run(work)


def changed(octets: bytes, limit: int) -> tuple[bytes, int]:
    async def work() -> tuple[bytes, int]:
        facts = await scan(Octets(octets))
        source = WithCrlf(Octets(octets), facts)
        pieces = []
        while piece := await source.read(limit):
            pieces.append(piece)
        return b"".join(pieces), source.size

    return run(work)


def test_a_file_is_read_octet_for_octet(tmp_path: Path) -> None:
    path = tmp_path / "a.eml"
    octets = os.urandom(100_000) + b"\0\r.\r\n"
    path.write_bytes(octets)
    source = File(path)
    assert source.size == len(octets)
    assert whole(source, 4096) == octets
    assert source.close() == ""
    assert source.close() == ""


def test_what_cannot_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"missing.eml cannot be read: No such file"):
        File(tmp_path / "missing.eml")
    with pytest.raises(SourceError, match="no ordinary file"):
        File(tmp_path)
    with pytest.raises(SourceError, match="no ordinary file"):
        File(Path("/dev/zero"))
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(SourceError, match="no ordinary file"):
        File(tmp_path / "pipe")


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is unreadable for root")
def test_an_unreadable_file_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.eml"
    path.touch(0)
    with pytest.raises(SourceError, match="Permission denied"):
        File(path)


def test_a_file_that_grows_gives_what_it_had(tmp_path: Path) -> None:
    path = tmp_path / "a.eml"
    path.write_bytes(b"0123456789")
    source = File(path)
    with path.open("ab") as file:
        file.write(b"more")
    assert whole(source) == b"0123456789"
    assert "has grown by 4 octets" in source.close()


def test_a_file_that_shrinks_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.eml"
    path.write_bytes(b"0123456789")
    source = File(path)
    os.truncate(path, 4)
    with pytest.raises(SourceError, match="became shorter while it was read: 4 octets of 10"):
        whole(source)
    assert source.close() == ""


@pytest.mark.parametrize("limit", [1, 2, 3, 100])
@pytest.mark.parametrize(
    ("octets", "wanted"),
    [
        (b"", b""),
        (b"a\nb\n", b"a\r\nb\r\n"),
        (b"a\r\nb\rc\n\rd", b"a\r\nb\r\nc\r\n\r\nd"),
        (b"\r\r\n\n\r", b"\r\n\r\n\r\n\r\n"),
        (b"a\r", b"a\r\n"),
    ],
)
def test_line_ends_become_crlf_however_it_is_cut(octets: bytes, wanted: bytes, limit: int) -> None:
    assert changed(octets, limit) == (wanted, len(wanted))


def test_as_many_octets_as_asked_for() -> None:
    async def work() -> None:
        buffered = Buffered(Octets(bytes(range(100))))
        assert await buffered.read(3) == b"\0\1\2"
        assert len(await buffered.read(90)) == 90
        assert len(await buffered.read(90)) == 7
        assert await buffered.read(1) == b""

    run(work)
