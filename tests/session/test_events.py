"""Events: facts that never change."""

from dataclasses import FrozenInstanceError

import pytest

from smtpdebugger.session.events import Connected, Received, Sent


def test_events_are_frozen() -> None:
    with pytest.raises(FrozenInstanceError):
        Received(1, b"x").octets = b"y"  # type: ignore[misc]


def test_the_length_of_what_was_sent_counts_what_was_left_out() -> None:
    assert Sent(1, b"abc").length == 3
    assert Sent(1, b"abc", (), 100, b"de").length == 105


@pytest.mark.parametrize(
    ("peer", "port"), [("192.0.2.1:25", 25), ("[::1]:587", 587), ("", None), ("x:y", None)]
)
def test_ports(peer: str, port: int | None) -> None:
    assert Connected(1, "h", peer).port == port
