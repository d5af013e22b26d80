"""Patterns of the tables: ignoring case, never a crash, and not tried in vain."""

import json
from pathlib import Path

import pytest

from smtpdebugger.knowledge.load import load_knowledge
from smtpdebugger.knowledge.patterns import compiled, matches, may_match


def test_a_broken_pattern_matches_nothing() -> None:
    assert not matches("(", "(")
    assert compiled("(").search("anything") is None


def test_patterns_ignore_case() -> None:
    assert matches("^502 command", "502 COMMAND not implemented")


def test_letters_that_are_the_same_to_a_pattern_only_are_found() -> None:
    assert matches("smtp", "5\u017fmtp \u017fmtp")


@pytest.mark.parametrize("text", ["no such user", "", "502"])
def test_what_lacks_the_words_is_not_tried(text: str) -> None:
    assert not may_match("relay(ing)? denied", text)


def test_no_pattern_of_the_tables_is_passed_over_where_it_is_found() -> None:
    knowledge = load_knowledge()
    patterns = {rule.pattern for rule in knowledge.rules if rule.pattern}
    for server in knowledge.servers.values():
        patterns.update((*server.banner, *server.ehlo_line))
        patterns.update(row.pattern for row in knowledge.replies_of(server.id))
    lines: set[str] = set()
    for sample in (Path(__file__).parent / "servers.jsonl").read_text("utf-8").splitlines():
        told = json.loads(sample)
        lines.update((*told["greeting"], *told["ehlo"], *told["helped"], *told["replies"]))

    passed = [(p, line) for p in patterns for line in lines if not may_match(p, line)]

    assert len(passed) > 0.8 * len(patterns) * len(lines)
    assert not [(p, line) for p, line in passed if compiled(p).search(line)]
