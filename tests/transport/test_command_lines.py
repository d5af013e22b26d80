"""What command lines have in common."""

from __future__ import annotations

import pytest

from smtpdebugger.transport.command_lines import (
    CommandLineError,
    file_of,
    number_of,
    options_of,
    words_of,
)


@pytest.mark.parametrize(
    "text",
    [
        "swaks -s mx.test",
        "$ swaks -s mx.test",
        "  swaks \\\n  -s mx.test",
        "SWAKS_HOME=/x /usr/bin/swaks -s mx.test # to see",
        "sudo swaks -s 'mx.test'",
    ],
)
def test_words(text: str) -> None:
    assert words_of(text, "swaks") == ["-s", "mx.test"]


@pytest.mark.parametrize("text", ["", "curl smtp://mx.test", "swaks 'open"])
def test_lines_of_something_else(text: str) -> None:
    with pytest.raises(CommandLineError):
        words_of(text, "swaks")


def test_options() -> None:
    words = ["-a", "x", "--flag", "rest", "-b", "-c", "-", "--last"]
    assert list(options_of(words, frozenset({"flag"}))) == [
        ("a", "x"),
        ("flag", None),
        ("", "rest"),
        ("b", None),
        ("c", "-"),
        ("last", None),
    ]


def test_values() -> None:
    assert number_of("25", "-p") == 25
    assert file_of("x", "-c") == "x"
    for bad in (None, "", "smtp", "-1"):
        with pytest.raises(CommandLineError, match="-p needs a number"):
            number_of(bad, "-p")
    with pytest.raises(CommandLineError, match="-c needs a value"):
        file_of(None, "-c")
