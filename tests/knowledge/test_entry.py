from collections.abc import Callable

import pytest

from smtpdebugger.knowledge.entry import BadEntry, Entry


def entry(**table: object) -> Entry:
    return Entry("verbs/x.toml verb", table)


@pytest.mark.parametrize(
    ("read", "table", "problem"),
    [
        (lambda e: e.text("title"), {}, "title is missing"),
        (lambda e: e.text("title"), {"title": " "}, "title must not be empty"),
        (lambda e: e.text("title"), {"title": 5}, "title must be a string"),
        (lambda e: e.choice("s", ("a", "b")), {"s": "c"}, "s 'c' is none of a, b"),
        (lambda e: e.number("n"), {"n": -1}, "n must be a whole number"),
        (lambda e: e.number("n"), {"n": True}, "n must be a whole number"),
        (lambda e: e.weight("w"), {"w": 0}, "w must be a number above 0"),
        (lambda e: e.weight("w"), {"w": "1"}, "w must be a number above 0"),
        (lambda e: e.flag("f"), {"f": 1}, "f must be true or false"),
        (lambda e: e.texts("t"), {"t": "one"}, "t must be a list of strings"),
        (lambda e: e.texts("t"), {"t": ["", "a"]}, "t must be a list of strings"),
        (lambda e: e.texts("t", required=True), {"t": []}, "t must not be empty"),
        (lambda e: e.texts("t", required=True), {}, "t is missing"),
        (lambda e: e.numbers("n"), {"n": [1, "2"]}, "n must be a list of whole numbers"),
        (lambda e: e.table("t"), {"t": [1]}, "a table was expected"),
        (lambda e: list(e.tables("t")), {"t": {}}, "t must be a list of tables"),
        (lambda e: list(e.tables("t")), {"t": [1]}, "a table was expected"),
    ],
)
def test_a_wrong_value_names_file_and_key(
    read: Callable[[Entry], object], table: dict[str, object], problem: str
) -> None:
    with pytest.raises(BadEntry) as caught:
        read(entry(**table))

    assert str(caught.value).startswith("verbs/x.toml verb")
    assert problem in str(caught.value)


def test_defaults_stand_in_for_missing_keys() -> None:
    one = entry()

    assert one.text("a", "") == ""
    assert one.number("b", 0) == 0
    assert one.flag("c") is False
    assert one.texts("d") == ()
    assert one.numbers("e") == ()
    assert one.table("f") is None
    assert list(one.tables("g")) == []


def test_the_entry_is_named_by_its_id() -> None:
    with pytest.raises(BadEntry, match=r"verb \[EHLO\]: goal is missing"):
        entry(verb="EHLO").text("goal")


def test_a_key_nobody_took_is_a_mistake() -> None:
    one = entry(id="a", tilte="b")
    one.text("id")

    with pytest.raises(BadEntry, match="tilte is not a known key"):
        one.finish()


def test_tables_inside_are_named_by_key_and_number() -> None:
    first, second = entry(alternatives=[{"use": "a"}, {}]).tables("alternatives")

    assert first.text("use") == "a"
    with pytest.raises(BadEntry, match="alternatives 2: use is missing"):
        second.text("use")


def test_something_that_is_no_table_is_refused() -> None:
    with pytest.raises(BadEntry, match="a table was expected"):
        Entry("goals/x.toml goal", "text")
