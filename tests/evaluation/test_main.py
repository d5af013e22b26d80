"""The evaluation's command."""

import pytest

from tests.evaluation.__main__ import main


def test_it_prints_both_figures_and_the_misses(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--server", "hmailserver", "--failures"]) == 0

    told = capsys.readouterr().out
    assert "Everything known: 30 cases" in told
    assert "server left out: 30 cases" in told
    assert "0.8 to 1.0" in told
    assert "-- hmailserver/" in told
    assert "right: " in told
