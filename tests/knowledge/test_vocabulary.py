import pytest

from smtpdebugger.knowledge import vocabulary


@pytest.mark.parametrize(
    "text",
    ["tls", "not-greeted", "has-argument", "offered:STARTTLS", "not-offered:AUTH", "helped:LHLO"],
)
def test_conditions_that_exist(text: str) -> None:
    assert vocabulary.is_condition(text)


@pytest.mark.parametrize(
    "text", ["", "TLS", "tls:", "offered", "offered:", "offered:starttls", "tls:1", "maybe"]
)
def test_conditions_that_do_not(text: str) -> None:
    assert not vocabulary.is_condition(text)


def test_foreign_placeholders_are_named_in_order() -> None:
    text = "RCPT TO:<{address}> {b} {client} {a}"
    assert vocabulary.foreign_placeholders(text, vocabulary.PLACEHOLDERS) == ("b", "a")


def test_text_without_placeholders_has_none_to_complain_of() -> None:
    assert vocabulary.foreign_placeholders("NOOP", ()) == ()
