"""Types of lines: what the format knows, and how far its numbers go."""

import msgspec
import pytest

from smtpdebugger.transcript.line_types import KNOWN, Line, MarkLine
from smtpdebugger.transcript.lines import decode_event


def test_the_types_are_those_of_the_format() -> None:
    assert {
        "connected", "received", "sent", "tls", "closed", "resolved", "failed", "remark", "mark",
        "titled",
    } <= KNOWN  # fmt: skip
    assert all(
        each.__struct_config__.tag in KNOWN
        for each in Line.__subclasses__()
        if not each.__subclasses__()
    )
    assert MarkLine(1) == MarkLine(1, 0, True)


@pytest.mark.parametrize("us", [2**62 + 1, -(2**63), 10**30])
def test_a_time_beyond_all_sense_is_an_error(us: int) -> None:
    with pytest.raises((msgspec.MsgspecError, ValueError)):
        decode_event(b'{"us":%d,"type":"closed"}' % us)
    assert decode_event(b'{"us":-5,"type":"closed"}').at == -5  # type: ignore[union-attr]
