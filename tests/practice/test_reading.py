"""Tables of a file: read by kind, and every fault told with its place."""

from __future__ import annotations

from typing import Any

import pytest

from smtpdebugger.practice.reading import Table


def table(**content: Any) -> Table:
    return Table("file.toml", "", content)


def test_values_are_read_by_kind() -> None:
    whole = table(a="text", b=["x", "y"], c=3, d=True, e={"f": "in"}, g=[{"h": "one"}], p="x+")
    assert whole.text("a") == "text"
    assert whole.texts("a") == ("text",)
    assert whole.texts("b") == ("x", "y")
    assert whole.number("c", 0) == 3
    assert whole.flag("d", False)
    assert whole.choice("d") is True
    assert whole.table("e").text("f") == "in"
    assert [each.text("h") for each in whole.tables("g")] == ["one"]
    pattern = whole.pattern("p")
    assert pattern is not None
    assert pattern.search("XX")
    whole.end()


def test_what_is_left_out_has_its_default() -> None:
    empty = table()
    assert empty.text("a", "default") == "default"
    assert empty.texts("a", ()) == ()
    assert empty.number("a", 7) == 7
    assert empty.choice("a") is None
    assert empty.pattern("a") is None
    assert empty.table("t").text("a", "") == ""
    assert empty.tables("t") == []


@pytest.mark.parametrize(
    ("content", "read", "message"),
    [
        ({}, lambda each: each.text("a"), "file.toml: a is missing"),
        ({"a": 1}, lambda each: each.text("a"), "file.toml: a must be a text"),
        ({"a": [1]}, lambda each: each.texts("a"), "file.toml: a must be a text or a list"),
        ({"a": "1"}, lambda each: each.number("a", 0), "file.toml: a must be a whole number"),
        ({"a": 1}, lambda each: each.flag("a", True), "file.toml: a must be true or false"),
        ({"a": "["}, lambda each: each.pattern("a"), "file.toml: a is no regular expression"),
        ({"a": 1}, lambda each: each.table("a"), "file.toml: a must be a table"),
        ({"a": {}}, lambda each: each.tables("a"), "file.toml: a must be an array of tables"),
        ({"a": {"b": 1}}, lambda each: each.table("a").text("b"), "file.toml: a.b must be a text"),
        (
            {"a": [{}, {"b": 1}]},
            lambda each: each.tables("a")[1].text("b"),
            "file.toml: a[2].b must be a text",
        ),
    ],
)
def test_faults_are_told_with_their_place(content: Any, read: Any, message: str) -> None:
    with pytest.raises(ValueError, match=r".+") as caught:
        read(Table("file.toml", "", content))
    assert str(caught.value).startswith(message)


def test_keys_nobody_asked_for_are_told_at_every_depth() -> None:
    whole = table(a={"b": 1, "wrong": 2})
    whole.table("a").number("b", 0)
    with pytest.raises(ValueError, match=r"file\.toml: a\.wrong is not a key"):
        whole.end()
