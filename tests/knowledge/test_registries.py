"""Everything that is registered has its entry: extensions, verbs, codes, parameters."""

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import pytest

from smtpdebugger.diagnosis.advice_arguments import parameter_owners
from smtpdebugger.knowledge.load import load_knowledge
from smtpdebugger.knowledge.tables import Knowledge

FOLDER = Path(__file__).resolve().parent / "registries"


@lru_cache(maxsize=1)
def knowledge() -> Knowledge:
    return load_knowledge()


def lines_of(name: str) -> Iterator[str]:
    for line in (FOLDER / f"{name}.txt").read_text().splitlines():
        if line and not line.startswith("#"):
            yield line


def words_of(name: str) -> list[tuple[str, str]]:
    """What stands before the colon of each line, with every word behind it."""
    found = [line.rpartition(":") for line in lines_of(name)]
    return [(head.strip(), word) for head, _, tail in found for word in tail.split()]


@pytest.mark.parametrize("keyword", list(lines_of("extensions")))
def test_every_registered_extension_has_its_entry(keyword: str) -> None:
    extension = knowledge().extension(keyword)
    assert extension is not None
    assert extension.explain
    assert extension.references
    assert extension.behaviour


@pytest.mark.parametrize(("source", "verb"), words_of("verbs"))
def test_every_registered_verb_has_its_entry(source: str, verb: str) -> None:
    record = knowledge().verb(verb)
    assert record is not None
    assert record.syntax.startswith(verb)
    assert record.alternatives
    assert knowledge().goal(record.goal) is not None
    assert record.reference.startswith("RFC ")


@pytest.mark.parametrize(("source", "code"), sorted(set(words_of("replies"))))
def test_every_reply_code_has_its_entry(source: str, code: str) -> None:
    record = knowledge().code(int(code))
    assert record is not None
    assert record.title
    assert record.meaning
    assert record.advice
    assert record.source


@pytest.mark.parametrize(("subject", "detail"), words_of("enhanced"))
def test_every_enhanced_status_code_has_its_entry(subject: str, detail: str) -> None:
    for status_class in "245":
        found = knowledge().enhanced(f"{status_class}.{subject[2:]}.{detail}")
        assert found is not None
        assert found.status_class is not None
        assert found.subject is not None
        assert found.detail is not None
        assert found.detail.meaning


@pytest.mark.parametrize(("keyword", "parameter"), words_of("parameters"))
def test_every_parameter_belongs_to_its_extension(keyword: str, parameter: str) -> None:
    owners = [
        owner
        for verb in ("MAIL", "RCPT")
        for owner, _ in parameter_owners(verb, knowledge()).get(parameter, [])
    ]
    assert keyword in owners


def test_the_registries_are_counted() -> None:
    counts = {
        "extensions": len(list(lines_of("extensions"))),
        "verbs": len(words_of("verbs")),
        "replies": len({code for _, code in words_of("replies")}),
        "enhanced": len(words_of("enhanced")),
        "parameters": len(words_of("parameters")),
    }
    assert counts == {
        "extensions": 35, "verbs": 22, "replies": 38, "enhanced": 81, "parameters": 21,
    }  # fmt: skip
