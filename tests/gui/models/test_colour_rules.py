from smtpdebugger.gui.models.colour_rules import COLOURS, ColourRule, read_rules, written
from smtpdebugger.gui.theme.tokens import Tokens
from smtpdebugger.settings import Settings


def test_lines_are_rules_and_rules_are_lines() -> None:
    text = 'red code:5xx\nblue verb:RCPT or text:"a b"'
    rules = read_rules(text + "\n\nmauve code:4xx\n")

    assert rules == [
        ColourRule(COLOURS["red"], "code:5xx"),
        ColourRule(COLOURS["blue"], 'verb:RCPT or text:"a b"'),
    ]
    assert written(rules) == text


def test_a_rule_says_what_is_wrong_with_it() -> None:
    assert ColourRule(COLOURS["red"], "code:5xx").problem == ""
    assert ColourRule(COLOURS["red"], "code:").problem
    assert ColourRule(COLOURS["red"], " ").problem == "A filter is missing."
    assert ColourRule(COLOURS["red"], "code:").filter is None


def test_the_rules_one_begins_with_are_sound() -> None:
    rules = read_rules(Settings().colour_rules)

    assert len(rules) == 4
    assert not any(rule.problem for rule in rules)
    assert written(rules) == Settings().colour_rules


def test_colours_are_tokens_of_every_theme() -> None:
    assert {each for colour in COLOURS.values() for each in colour[1:]} <= set(Tokens._fields)
