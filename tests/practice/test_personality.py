"""Personalities: all load, and what is wrong in one is told with file and key."""

from __future__ import annotations

from pathlib import Path

import pytest

from smtpdebugger.practice.personality import (
    list_personalities,
    load_personality,
    read_personality,
)
from smtpdebugger.protocol.state import State

GOOD = """
name = "Test"
about = "For tests."
host = "t.test"
greeting = "220 {host}"
[[rule]]
verb = "*"
reply = "500 no"
"""


def test_the_four_of_the_first_release_are_there() -> None:
    assert set(list_personalities()) >= {"strict-postfix", "legacy", "appliance", "modern"}


@pytest.mark.parametrize("name", list_personalities())
def test_each_loads_and_answers_every_verb(name: str) -> None:
    personality = load_personality(name)
    assert personality.identity == name
    assert personality.name
    assert personality.about.endswith(".")
    last = personality.rules[-1]
    assert last.verbs == {"*"}
    assert not last.states
    assert any("QUIT" in rule.verbs for rule in personality.rules)


def test_an_unknown_one_is_told_with_those_there_are() -> None:
    with pytest.raises(ValueError, match=r"no personality “nobody”; there are .*legacy"):
        load_personality("nobody")


def test_a_name_is_no_path() -> None:
    with pytest.raises(ValueError, match="no personality"):
        load_personality("../extensions/core")


def test_a_small_file_is_enough(tmp_path: Path) -> None:
    path = tmp_path / "small.toml"
    path.write_text(GOOD)
    personality = read_personality(path)
    assert personality.security == "none"
    assert personality.rules[0].reply == ("500 no",)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ('name = "Test"\n', "bad.toml: name is missing"),
        ('host = "t.test"\n', "bad.toml: host is missing"),
        (("220 {host}", "welcome"), "bad.toml: greeting has a line without a reply code: welcome"),
        (('reply = "500 no"', "reply = 500"), "bad.toml: rule[1].reply must be a text or a list"),
        (('reply = "500 no"', ""), "bad.toml: rule[1].reply is missing; only EHLO and AUTH"),
        (('verb = "*"', 'verb = ["*", 1]'), "bad.toml: rule[1].verb must be a text or a list"),
        (("[[rule]]", "[[rule]]\nverbs = 1"), "bad.toml: rule[1].verbs is not a key that is known"),
        (("[[rule]]", "[[rule]]\ndelay_ms = -1"), "bad.toml: rule[1].delay_ms must be a whole"),
        (("[[rule]]", "[[rule]]\ndelay_ms = true"), "bad.toml: rule[1].delay_ms must be a whole"),
        (("[[rule]]", "[[rule]]\nclose = 1"), "bad.toml: rule[1].close must be true or false"),
        (("[[rule]]", '[[rule]]\nargument = "("'), "bad.toml: rule[1].argument is no regular"),
        (
            ("[[rule]]", '[[rule]]\nwhen = { state = "asleep" }'),
            "bad.toml: rule[1].when.state knows no state asleep",
        ),
        (("[[rule]]", '[[rule]]\nwhen = "now"'), "bad.toml: rule[1].when must be a table"),
        (("[[rule]]", "[rule]"), "bad.toml: rule must be an array of tables"),
        (("name =", "security = 'ssl'\nname ="), "bad.toml: security must be none, starttls or"),
        (("name =", "name = = "), "bad.toml: "),
        (("name =", "colour = 1\nname ="), "bad.toml: colour is not a key that is known here"),
        (("[[rule]]", "[ehlo]\nline = 1\n[[rule]]"), "bad.toml: ehlo.line is not a key"),
    ],
)
def test_what_is_wrong_is_told_with_file_and_key(
    change: str | tuple[str, str], message: str, tmp_path: Path
) -> None:
    old, new = (change, "") if isinstance(change, str) else change
    path = tmp_path / "bad.toml"
    path.write_text(GOOD.replace(old, new))
    with pytest.raises(ValueError, match=r".+") as caught:
        read_personality(path)
    assert str(caught.value).startswith(message)


def test_states_are_read(tmp_path: Path) -> None:
    path = tmp_path / "states.toml"
    path.write_text(GOOD.replace("[[rule]]", '[[rule]]\nwhen = { state = ["mail", "rcpt"] }'))
    assert read_personality(path).rules[0].states == {State.MAIL, State.RCPT}


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"gone\.toml"):
        read_personality(tmp_path / "gone.toml")
