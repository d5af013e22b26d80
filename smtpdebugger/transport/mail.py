"""Long things in slices: mail data with its dots stuffed, and commands sent ahead."""

from collections.abc import Iterable, Iterator

SEND_SLICE = 8 * 1024
"""Octets written per turn of the loop."""

LINES_PER_SLICE = 200
"""Each line sent ahead is an exchange; so many take some 3 ms."""

_MAIL_SLICE = 64 * 1024
"""Mail data opens no exchanges, so more of it fits into one turn."""


def stuffed(message: bytes) -> Iterator[bytes]:
    """Mail data in slices, dots doubled at the beginning of lines, and its end.

    Line ends stay as they are; a dot after a bare LF is doubled too, so that no message can end
    early at a server that takes LF for a line end (RFC 5321 section 4.5.2).
    """
    is_line_start = True
    for start in range(0, len(message), _MAIL_SLICE):
        piece = message[start : start + _MAIL_SLICE]
        head = b"." if is_line_start and piece.startswith(b".") else b""
        is_line_start = piece.endswith(b"\n")
        yield head + piece.replace(b"\n.", b"\n..")
    ended = not message or message.endswith(b"\r\n")
    yield b".\r\n" if ended else b"\r\n.\r\n"


def slices(lines: Iterable[bytes], ending: bytes) -> Iterator[bytes]:
    """Lines with their endings, as many together as fit into a slice."""
    gathered, count = bytearray(), 0
    for line in lines:
        gathered += line
        gathered += ending
        count += 1
        if count >= LINES_PER_SLICE or len(gathered) >= SEND_SLICE:
            yield bytes(gathered)
            gathered.clear()
            count = 0
    if gathered:
        yield bytes(gathered)
