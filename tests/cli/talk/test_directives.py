import pytest
from hypothesis import given
from hypothesis import strategies as st

from smtpdebugger.cli.talk.directives import (
    DIRECTIVES,
    IN_MAIL_DATA,
    Directive,
    ScriptError,
    ending,
    file_and_size,
    help_text,
    read_directive,
    seconds,
    unescaped,
)


def test_a_line_with_a_colon_is_a_directive() -> None:
    assert read_directive(b":starttls") == Directive("starttls")
    assert read_directive(b":auth  PLAIN ") == Directive("auth", "PLAIN")
    assert read_directive(b":raw  two blanks ") == Directive("raw", " two blanks ")
    assert read_directive(b"NOOP :raw") is None
    assert read_directive(b"") is None


def test_what_is_no_directive_is_told_with_the_way_to_help() -> None:
    with pytest.raises(ScriptError, match=r":nonsense; :help"):
        read_directive(b":nonsense")


def test_among_mail_data_only_three_act() -> None:
    assert {"raw", "ending", "wait"} == IN_MAIL_DATA
    assert read_directive(b":quit", among_data=True) is None
    assert read_directive(b":-)", among_data=True) is None
    assert read_directive(b":raw x", among_data=True) == Directive("raw", "x")


@pytest.mark.parametrize(
    ("text", "octets"),
    [
        ("NOOP", b"NOOP"),
        (r"NOOP\r\n", b"NOOP\r\n"),
        (r"\0\t\x00\xfF", b"\0\t\0\xff"),
        (r"\\r", rb"\r"),
        (r"\\\\", rb"\\"),
        (r"a\\\r\n", b"a\\\r\n"),
        (r"\x41b", b"Ab"),
        ("ä", "ä".encode()),
        ("", b""),
    ],
)
def test_escapes(text: str, octets: bytes) -> None:
    assert unescaped(text) == octets


@pytest.mark.parametrize("text", [r"\q", r"\x", r"\x4", r"\xg0", r"\x+1", r"\x 1", r"\u0041"])
def test_escapes_that_are_none(text: str) -> None:
    with pytest.raises(ScriptError):
        unescaped(text)


def test_a_lone_backslash_at_the_end_is_kept() -> None:
    assert unescaped("a\\") == b"a\\"


@given(st.binary())
def test_any_octets_can_be_written(octets: bytes) -> None:
    assert unescaped("".join(f"\\x{each:02x}" for each in octets)) == octets


@given(st.text(alphabet=st.characters(exclude_characters="\\", exclude_categories=("Cs",))))
def test_text_without_a_backslash_is_itself(text: str) -> None:
    assert unescaped(text) == text.encode()


def test_seconds_endings_and_files() -> None:
    assert seconds("0.5") == 0.5
    assert (ending("CRLF"), ending("none")) == (b"\r\n", b"")
    assert file_and_size("a message.eml 100") == ("a message.eml", 100)
    assert file_and_size("a message.eml") == ("a message.eml", 0)
    assert file_and_size("100") == ("100", 0)


@pytest.mark.parametrize(
    ("read", "text"),
    [
        (seconds, "soon"),
        (seconds, "-1"),
        (seconds, "nan"),
        (seconds, "1e9"),
        (ending, "dos"),
        (file_and_size, ""),
        (file_and_size, "file 0"),
    ],
)
def test_wrong_arguments_are_told(read: object, text: str) -> None:
    assert callable(read)
    with pytest.raises(ScriptError):
        read(text)


def test_help_tells_every_directive() -> None:
    told = help_text()

    assert all(f":{name}" in told for name in DIRECTIVES)
