"""Policies as RFC 8461 has them."""

from __future__ import annotations

import http.client
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smtpdebugger.transport.mta_sts import (
    Policy,
    PolicyMissing,
    fetch_policy,
    policy_id,
    read_policy,
)

GOOD = b"""\
version: STSv1
mode: enforce
mx: mail.example.test
mx: *.mx.test
max_age: 86400
"""


def test_a_policy() -> None:
    policy = read_policy(GOOD)
    assert policy == Policy("enforce", ("mail.example.test", "*.mx.test"), 86400)


@pytest.mark.parametrize(
    ("host", "allowed"),
    [
        ("mail.example.test", True),
        ("MAIL.Example.test.", True),
        ("a.mx.test", True),
        ("b.a.mx.test", False),
        ("mx.test", False),
        ("evil.test", False),
    ],
)
def test_exchangers_it_names(host: str, allowed: bool) -> None:
    assert read_policy(GOOD).allows(host) is allowed


@pytest.mark.parametrize(
    ("octets", "problem"),
    [
        (GOOD.replace(b"STSv1", b"STSv2"), "version: STSv1"),
        (GOOD.replace(b"enforce", b"strict"), "its mode is strict"),
        (GOOD.replace(b"mode", b"node"), "its mode is missing"),
        (GOOD.replace(b"86400", b"a day"), "no max_age"),
        (b"version: STSv1\nmode: testing\nmax_age: 1\n", "names no mail exchanger"),
        (b"<html>\n" + GOOD, "“<html>” is no line"),
    ],
)
def test_what_is_wrong_with_one(octets: bytes, problem: str) -> None:
    assert any(problem in each for each in read_policy(octets).problems)


def test_a_policy_that_asks_for_nothing_needs_no_exchangers() -> None:
    policy = read_policy(b"version: STSv1\nmode: none\nmax_age: 99999999999\n")
    assert policy == Policy("none", (), 31_557_600)


@given(st.binary())
def test_reading_never_raises(octets: bytes) -> None:
    policy = read_policy(octets)
    assert policy.problems or policy.mode in {"enforce", "testing", "none"}


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        ("v=STSv1; id=20260101T000000;", "20260101T000000"),
        ("v=STSv1;id=7", "7"),
        ("v=STSv1", None),
        ("v=spf1 -all", None),
        ("", None),
    ],
)
def test_records(record: str, expected: str | None) -> None:
    assert policy_id(record) == expected


class Answer:
    """What a web server says."""

    def __init__(self, status: int, octets: bytes) -> None:
        self.status, self.reason, self._octets = status, "because", octets

    def read(self, limit: int) -> bytes:
        return self._octets[:limit]


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (Answer(200, GOOD), ""),
        (Answer(301, b""), "answered 301"),
        (Answer(200, b"x" * 70_000), "too long"),
        (OSError("refused"), "could not be asked: refused"),
        (http.client.BadStatusLine("?"), "could not be asked"),
    ],
)
def test_fetching(monkeypatch: pytest.MonkeyPatch, answer: Any, words: str) -> None:
    asked: list[tuple[str, str]] = []

    def request(self: http.client.HTTPSConnection, method: str, path: str) -> None:
        asked.append((self.host, path))

    def getresponse(self: http.client.HTTPSConnection) -> Answer:
        if isinstance(answer, Exception):
            raise answer
        assert isinstance(answer, Answer)
        return answer

    monkeypatch.setattr(http.client.HTTPSConnection, "request", request)
    monkeypatch.setattr(http.client.HTTPSConnection, "getresponse", getresponse)
    if words:
        with pytest.raises(PolicyMissing, match=words):
            fetch_policy("example.test", 1)
    else:
        assert fetch_policy("example.test", 1) == GOOD
    assert asked == [("mta-sts.example.test", "/.well-known/mta-sts.txt")]
