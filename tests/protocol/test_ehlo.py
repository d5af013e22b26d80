"""EHLO replies: keywords and parameters, whatever the server wrote."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smtpdebugger.protocol.ehlo import Capabilities, Offer, read_capabilities
from smtpdebugger.protocol.reply import ReplyParser


def offered(*lines: str) -> Capabilities:
    separators = ["-"] * (len(lines) - 1) + [" "]
    text = "".join(f"250{sep}{line}\r\n" for sep, line in zip(separators, lines, strict=True))
    return read_capabilities(ReplyParser().feed(text.encode("latin-1"))[0])


def test_keywords_and_parameters() -> None:
    found = offered("mx.example.test greets you", "SIZE 10240000", "auth Plain LOGIN", "8BITMIME")
    assert found.domain == "mx.example.test"
    assert found.greeting == "greets you"
    assert found.keywords == {"SIZE", "AUTH", "8BITMIME"}
    assert list(found) == [
        Offer("SIZE", ("10240000",)), Offer("AUTH", ("Plain", "LOGIN")), Offer("8BITMIME", ()),
    ]  # fmt: skip
    assert [each.text for each in found][1] == "AUTH Plain LOGIN"
    assert "size" in found
    assert "STARTTLS" not in found
    assert 7 not in found
    assert found.get("Auth") == Offer("AUTH", ("Plain", "LOGIN"))
    assert found.get("DSN") is None
    assert found.auth_mechanisms == ("PLAIN", "LOGIN")


@pytest.mark.parametrize(
    ("line", "limit"),
    [
        ("SIZE 100", 100),
        ("SIZE", None),
        ("SIZE 0", None),
        ("SIZE many", None),
        ("SIZE -1", None),
        ("SIZE 1 2", 1),
        ("SIZE " + "9" * 5000, int("9" * 20)),
        ("SIZE ²", None),
        ("DSN", None),
    ],
)
def test_size_limits(line: str, limit: int | None) -> None:
    assert offered("mx", line).size_limit == limit


def test_the_old_auth_line_counts_and_each_mechanism_once() -> None:
    found = offered("mx", "AUTH=LOGIN plain", "AUTH PLAIN CRAM-MD5", "AUTH=", "AUTHX Y")
    assert found.auth_mechanisms == ("LOGIN", "PLAIN", "CRAM-MD5")


def test_the_first_telling_counts() -> None:
    found = offered("mx", "SIZE 1", "SIZE 2")
    assert found.size_limit == 1
    assert len(list(found)) == 2


def test_odd_lines() -> None:
    assert offered("").domain == ""
    found = offered("mx", "", "   ", "XXXXXXXA", "\xa0x")
    assert [each.keyword for each in found] == ["XXXXXXXA", "\xa0X"]


def test_only_ascii_letters_have_cases() -> None:
    line = "ſize 5".encode().decode("latin-1")
    assert "SIZE" not in offered("mx", line)


@given(st.lists(st.binary(max_size=30), min_size=1, max_size=6))
def test_any_reply_offers_something_or_nothing(lines: list[bytes]) -> None:
    parser = ReplyParser()
    replies = parser.feed(b"".join(b"250-" + each + b"\r\n" for each in lines))
    for reply in replies + parser.close():
        found = read_capabilities(reply)
        assert found.size_limit is None or found.size_limit > 0
        assert all(each.keyword in found for each in found)
        assert all(isinstance(each, str) for each in found.auth_mechanisms)
