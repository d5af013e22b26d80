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


def test_it_prints_one_half_of_the_refusals_of_strangers(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["--sources", "development", "--brief"]) == 0

    told = capsys.readouterr().out
    assert "Refusals out of servers' sources, development half: 162 cases" in told
    assert "of the wild" not in told


def test_halves_of_several_sets_are_printed_together(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--strange", "development", "--wild", "held-out", "--brief"]) == 0

    told = capsys.readouterr().out
    assert "Refusals of strange servers and states, development half: 136 cases" in told
    assert "Refusals of the wild, held-out half" in told
    assert "development half: 162" not in told
