"""Commands sent ahead, in slices."""

from collections.abc import Iterable, Iterator

SEND_SLICE = 8 * 1024
"""Octets written per turn of the loop."""

LINES_PER_SLICE = 200
"""Each line sent ahead is an exchange; so many take some 3 ms."""


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
