"""Enhanced status codes at the head of a text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smtpdebugger.protocol.status import EnhancedStatus


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (b"5.5.1 no", "5.5.1"),
        (b"2.1.0", "2.1.0"),
        (b"4.7.500\tlater", "4.7.500"),
        (b"3.1.0 no such class", None),
        (b" 5.5.1 not at the head", None),
        (b"5.5.1x", None),
        (b"5.5.1000 x", None),
        (b"5.5 x", None),
        (b"", None),
    ],
)
def test_codes(text: bytes, code: str | None) -> None:
    found = EnhancedStatus.at_head_of(text)
    assert (None if found is None else str(found)) == code


@given(st.sampled_from([2, 4, 5]), st.integers(0, 999), st.integers(0, 999))
def test_what_is_written_is_read(status_class: int, subject: int, detail: int) -> None:
    status = EnhancedStatus(status_class, subject, detail)
    assert EnhancedStatus.at_head_of(f"{status} text".encode()) == status
