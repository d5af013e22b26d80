"""The words without which a pattern cannot be found."""

import pytest

from smtpdebugger.knowledge.needles import MOST, needles_of


@pytest.mark.parametrize(
    ("pattern", "needles"),
    [
        ("relay access", ("relay access",)),
        ("Relay", ("relay",)),
        ("too (big|large)", ("too ",)),
        ("(big|large)", ("big", "large")),
        ("(big|large|.)", ()),
        ("(very )?big", ("big",)),
        ("(very )+big", ("very ",)),
        ("(very ){0,3}", ()),
        ("x(?=long words)ab", ("ab",)),
        ("(?<!never)ab", ("ab",)),
        ("[ab]+", ()),
        ("a", ()),
        ("fran\u00e7ais", ("fran",)),
        ("(", ()),
    ],
)
def test_needles(pattern: str, needles: tuple[str, ...]) -> None:
    assert needles_of(pattern) == needles


def test_too_many_words_are_none() -> None:
    assert needles_of("|".join(f"{number:03}" for number in range(MOST + 1))) == ()
