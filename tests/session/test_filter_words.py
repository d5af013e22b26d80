"""Words: keys in small letters, quotation marks gone, places kept."""

from smtpdebugger.session.filter_words import Word, words_of


def test_words_have_key_value_and_place() -> None:
    assert list(words_of('Code:5xx  "a \\"b\\"" (not x)')) == [
        Word("code", "5xx", 0, 8),
        Word("text", 'a "b"', 10, 19),
        Word("(", "", 20, 21),
        Word("not", "", 21, 24),
        Word("text", "x", 25, 26),
        Word(")", "", 26, 27),
    ]


def test_operators_in_quotation_marks_are_texts() -> None:
    assert [word.key for word in words_of('and "and" text:or')] == ["and", "text", "text"]
    assert [(word.key, word.value) for word in words_of("-x a-b 12:30")] == [
        ("not", ""), ("text", "x"), ("text", "a-b"), ("text", "12:30"),
    ]  # fmt: skip
