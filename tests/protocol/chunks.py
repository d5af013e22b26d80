"""Cutting octets: what is read may not depend on how it was cut on the way."""

from collections.abc import Iterator
from itertools import pairwise

from hypothesis import strategies as st


def octet_by_octet(octets: bytes) -> list[bytes]:
    """Pieces of one octet each."""
    return [octets[i : i + 1] for i in range(len(octets))]


def in_two(octets: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Every way to cut octets in two."""
    for cut in range(len(octets) + 1):
        yield octets[:cut], octets[cut:]


@st.composite
def cut(draw: st.DrawFn, octets: bytes) -> list[bytes]:
    """Pieces, some of them perhaps empty."""
    places = draw(st.lists(st.integers(0, len(octets)), max_size=6).map(sorted))
    return [octets[a:b] for a, b in pairwise([0, *places, len(octets)])]
