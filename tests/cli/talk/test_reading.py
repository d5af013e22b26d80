import asyncio
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smtpdebugger.cli.talk.directives import Unreadable
from smtpdebugger.cli.talk.reading import LONGEST_LINE, LineReader, open_script


def reader_of(*blocks: bytes) -> LineReader:
    pieces = iter(blocks)
    return LineReader(lambda: next(pieces, b""), "the script")


def lines_of(reader: LineReader) -> list[bytes]:
    async def read() -> list[bytes]:
        found = []
        while (line := await reader.next()) is not None:
            found.append(line)
        return found

    return asyncio.run(read())


def test_lines_come_without_their_ends_however_they_end() -> None:
    assert lines_of(reader_of(b"EHLO a\r\nNOOP\n\nQUIT")) == [b"EHLO a", b"NOOP", b"", b"QUIT"]
    assert lines_of(reader_of(b"")) == []
    assert lines_of(reader_of(b"\n")) == [b""]
    assert lines_of(reader_of(b"\xef\xbb\xbfNOOP\n")) == [b"NOOP"]


@given(st.lists(st.binary(max_size=8).map(lambda octets: octets.replace(b"\0", b"\n")), max_size=9))
def test_how_it_is_cut_does_not_matter(blocks: list[bytes]) -> None:
    whole = [block for block in blocks if block]
    if whole and b"\xef" in b"".join(whole)[:1]:
        return
    assert lines_of(reader_of(*whole)) == lines_of(reader_of(*filter(None, [b"".join(whole)])))


def test_it_counts_lines() -> None:
    reader = reader_of(b"a\nb\n")

    assert lines_of(reader) == [b"a", b"b"]
    assert reader.number == 2


def test_a_nul_makes_it_binary_and_names_the_line() -> None:
    with pytest.raises(Unreadable, match="is no text: there is a NUL in line 2"):
        lines_of(reader_of(b"a\nb\0\n"))


def test_a_line_that_is_too_long_is_told_and_not_kept() -> None:
    endless = LineReader(lambda: b"x" * 65536, "the script")

    with pytest.raises(Unreadable, match="line 1 of the script is longer than 1 MiB"):
        lines_of(endless)
    assert len(endless._unfinished) <= LONGEST_LINE + 65536


def test_no_more_is_read_than_is_used() -> None:
    asked = 0

    def read() -> bytes:
        nonlocal asked
        asked += 1
        return b"NOOP\n" * 1000

    async def take(count: int) -> None:
        reader = LineReader(read, "the script")
        for _ in range(count):
            assert await reader.next() == b"NOOP"

    asyncio.run(take(1500))
    assert asked == 2


def test_what_is_left_over_counts_if_it_says_something() -> None:
    async def first_of(octets: bytes) -> bool:
        reader = reader_of(octets)
        await reader.next()
        return reader.has_more

    assert asyncio.run(first_of(b"a\nb\n"))
    assert not asyncio.run(first_of(b"a\n\n# remark\n"))


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="No such file"):
        open_script(str(tmp_path / "missing"))
    with pytest.raises(Unreadable, match="is a folder"):
        open_script(str(tmp_path))


def test_a_file_is_read(tmp_path: Path) -> None:
    file = tmp_path / "script.txt"
    file.write_bytes(b"NOOP\n" * 30_000)

    assert len(lines_of(open_script(str(file)))) == 30_000


def test_devices_without_end_are_no_text() -> None:
    if not os.path.exists("/dev/zero"):  # noqa: PTH110
        pytest.skip("has no /dev/zero")
    with pytest.raises(Unreadable, match="is no text"):
        lines_of(open_script("/dev/zero"))


@pytest.mark.parametrize(
    ("script", "greets"),
    [
        (b"EHLO me.test\nNOOP\n", True),
        (b"# first\n\nhelo me.test", True),
        (b"LHLO me.test\r\n", True),
        (b"NOOP\nEHLO me.test\n", False),
        (b":starttls\nEHLO me.test\n", False),
        (b"", False),
    ],
)
def test_a_script_that_begins_with_a_greeting_is_known_by_it(
    tmp_path: Path, script: bytes, greets: bool
) -> None:
    file = tmp_path / "script"
    file.write_bytes(script)

    reader = open_script(str(file))

    assert reader.greets() is greets
    assert lines_of(reader) == script.replace(b"\r", b"").splitlines()


def test_what_is_not_there_yet_is_not_waited_for() -> None:
    reader = LineReader(lambda: b"EHLO too.late\n", "a pipe", lambda: False)

    assert not reader.greets()
