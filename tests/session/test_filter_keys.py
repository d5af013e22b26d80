"""Keys: each is explained, and completed from what the session has."""

import pytest

from smtpdebugger.session.filter import read_filter
from smtpdebugger.session.filter_keys import HELP, KEYS, completions
from tests.session.wire import converse

SESSION = converse("S: 220 mx", "C: EHLO x", "S: 250 mx", "C: VRFY a", "S: 502 no")


def test_every_key_is_explained_and_every_proposal_can_be_read() -> None:
    for name, key in KEYS.items():
        assert key.help
        for value in key.values:
            assert read_filter(f"{name}:{value}") is not None
    assert read_filter(HELP.split(" — ")[0]) is not None


@pytest.mark.parametrize(
    ("text", "proposed"),
    [
        ("co", ["code:"]),
        ("", []),
        ("verb:E", ["verb:EHLO"]),
        ("verb:", ["verb:EHLO", "verb:VRFY"]),
        ("code:5", ["code:5xx", "code:502"]),
        ("is:refused and fr", ["is:refused and from:"]),
        ("not (from:s", ["not (from:server"]),
        ("-is:od", ["-is:odd"]),
        ("after:S", ["after:STARTTLS"]),
        ("nokey:x", []),
        ("from:server", []),
    ],
)
def test_the_last_word_is_completed(text: str, proposed: list[str]) -> None:
    assert completions(text, SESSION) == proposed
