"""The table: what is counted, and how often."""

from dataclasses import replace

from tests.interop.alternatives.programs import Program
from tests.interop.alternatives.table import checked, distinct, row, tried
from tests.interop.alternatives.trying import Offer, Trial
from tests.interop.alternatives.verifying import Verified

GOOD = Trial("a x: FOO", "500 no", "command-unknown", "HELP", "learn-commands", "good")
WRONG = replace(GOOD, offered="NOOP", outcome="wrong", by_code=True)
REFUSED = replace(GOOD, offered="MAIL FROM:<>", outcome="refused")
NO_DOOR = replace(GOOD, offered="Reconnect", outcome="no-door")
OFFER = Offer("a x: FOO", "500 no", "command-unknown", "learn-commands", True, 1, 1, 1, (GOOD,))
ROUND = Verified("a x: FOO", "500 no", ("noop",), 0, 1, False, "policy", "policy", ("policy",))
PROGRAM = Program(
    "a x: FOO", "500 no", "command-unknown", "HELP", "smtplib", "good", 214, "", (), ""
)


def test_outcomes_are_counted_apart() -> None:
    found = tried([replace(OFFER, trials=(GOOD, WRONG, REFUSED, NO_DOOR))])

    assert (found.tried, found.good, found.refused, found.no_door) == (3, 1, 1, 1)
    assert (found.wrong_by_code, found.wrong_by_cause) == (1, 0)
    assert found.wrong == 1 / 3


def test_the_same_trial_counts_once() -> None:
    assert distinct([OFFER, OFFER]) == [GOOD]
    assert tried([OFFER, OFFER]).tried == 1
    assert tried([OFFER, OFFER]).refusals == 2


def test_only_goals_in_reach_ask_for_an_offer() -> None:
    bare = replace(OFFER, ways=0, advice=0, good=0, trials=())
    advised = replace(bare, advice=1)
    found = tried([OFFER, bare, advised, replace(bare, is_reachable=False)])

    assert (found.reachable, found.offered, found.with_way) == (3, 2, 1)
    assert found.coverage == 2 / 3


def test_verification_is_right_by_its_labels() -> None:
    lost = replace(ROUND, after="command-unknown")
    closed = replace(ROUND, was_closed=True, errors=3, truth=())
    found = checked([ROUND, lost, closed])

    assert (found.refusals, found.steps, found.closed, found.over) == (3, 3, 1, 1)
    assert (found.labelled, found.right_before, found.right_after) == (2, 2, 1)


def test_a_row_has_all_of_it() -> None:
    assert row("exim", [OFFER], [ROUND], [PROGRAM, replace(PROGRAM, outcome="failed")]).split() == [
        "exim", "1", "1", "1", "0/0", "0", "0", "0", "1", "1", "1", "|", "1", "0", "1-1/1",
        "|", "2", "1",
    ]  # fmt: skip
    assert row("none", [], []).split()[0] == "none"
