"""Observations: what was seen, before it is weighed."""

import pytest

from smtpdebugger.diagnosis.observation import Observation


def test_an_observation_is_a_fact() -> None:
    seen = Observation("offered", 2, values={"keyword": "SIZE"})

    assert (seen.rule, seen.exchange, seen.cause, seen.strength) == ("offered", 2, "", 1.0)
    assert not Observation("offered").values
    with pytest.raises(AttributeError):
        seen.rule = "other"  # type: ignore[misc]
