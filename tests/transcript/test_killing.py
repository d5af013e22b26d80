"""A recording that is killed: what was written stays, in order, and opens."""

import os
from pathlib import Path

import pytest

from smtpdebugger.transcript.unfinished import claim_unfinished
from tests.transcript.killing import kill_one, kill_window

PATIENCE = 5.0
"""Far more than what is promised: how busy a machine is must not decide a test. The promise itself
is held to by ``python -m tests.transcript.killing``."""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.parametrize("moment", [0.0, 0.01, 0.03, 0.1, 0.4])
def test_a_kill_costs_the_last_moment_at_most(tmp_path: Path, moment: float) -> None:
    found, recorded = kill_one(tmp_path, moment, PATIENCE)
    assert found <= recorded + 1
    files = list(tmp_path.glob("*.smtpsession"))
    assert not claim_unfinished(tmp_path), "it was told of once"
    assert len(files) <= 1


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs the signals of a Unix system")
def test_a_window_that_is_killed_loses_no_more(tmp_path: Path) -> None:
    found, recorded = kill_window(tmp_path, 0.5, PATIENCE)
    assert 0 < found <= recorded + 1
