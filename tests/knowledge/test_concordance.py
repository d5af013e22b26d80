"""A concordance leaves nothing out that stands in a text."""

from hypothesis import given
from hypothesis import strategies as st

from smtpdebugger.knowledge.concordance import LONGEST, Concordance

_TEXTS = st.text(alphabet="ab é", max_size=12)


def test_only_entries_whose_words_a_text_may_hold_are_told_in_order() -> None:
    words = Concordance([("relay",), ("mailbox", "user"), (), ("no",), ("x",)])

    assert list(words.may_hold("no such user here")) == [1, 2, 3, 4]
    assert list(words.may_hold("relaying x")) == [0, 2, 3, 4]
    assert list(words.may_hold("")) == [2, 3, 4]


@given(st.lists(st.lists(_TEXTS, max_size=3), max_size=6), _TEXTS)
def test_no_entry_with_a_word_in_the_text_is_left_out(entries: list[list[str]], text: str) -> None:
    told = list(Concordance(entries).may_hold(text))

    assert told == sorted(set(told))
    for place, words in enumerate(entries):
        if not words or any(word in text for word in words):
            assert place in told


def test_in_a_long_text_every_entry_may_be_found() -> None:
    assert list(Concordance([("relay",), ("user",)]).may_hold("a" * (LONGEST + 1))) == [0, 1]
