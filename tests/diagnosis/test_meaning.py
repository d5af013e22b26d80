"""What codes mean, with tables and without."""

import pytest

from smtpdebugger.diagnosis.meaning import meaning_of
from smtpdebugger.knowledge.tables import Knowledge
from smtpdebugger.protocol.reply import Reply, read_line
from tests.diagnosis.cases import knowledge


def reply(line: bytes) -> Reply:
    return Reply((read_line(line + b"\r\n"),))


def test_502_is_permanent_and_about_syntax() -> None:
    meaning = meaning_of(reply(b"502 5.5.1 no"), knowledge())

    assert meaning.is_permanent
    assert meaning.severity == "permanent negative"
    assert meaning.category == "syntax"
    assert "implement" in meaning.title.lower()
    assert meaning.action
    assert meaning.enhanced_title


def test_451_may_be_tried_again() -> None:
    meaning = meaning_of(reply(b"451 later"), knowledge())

    assert not meaning.is_permanent
    assert meaning.category == "mail system"
    assert meaning.enhanced_title == ""


@pytest.mark.parametrize(
    ("line", "severity"),
    [
        (b"299 hm", "positive completion"),
        (b"399 hm", "positive intermediate"),
        (b"499 hm", "transient negative"),
        (b"599 hm", "permanent negative"),
        (b"hm", "no valid reply code"),
        (b"999 hm", "no valid reply code"),
    ],
)
def test_a_code_without_an_entry_is_read_off_its_digits(line: bytes, severity: str) -> None:
    meaning = meaning_of(reply(line), Knowledge())

    assert meaning.severity == severity
    assert meaning.title
    assert meaning.meaning
    assert meaning.action


def test_an_unknown_detail_falls_back_to_its_subject() -> None:
    meaning = meaning_of(reply(b"550 5.7.250 no"), knowledge())

    parts = knowledge().enhanced("5.7.250")
    assert parts is not None
    assert parts.subject is not None
    assert meaning.enhanced_title == parts.subject.title


def test_every_code_of_the_tables_says_what_has_to_happen() -> None:
    for code in knowledge().codes:
        meaning = meaning_of(reply(str(code).encode() + b" x"), knowledge())
        assert meaning.title
        assert meaning.action
