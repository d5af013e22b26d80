"""Failures in words."""

from __future__ import annotations

import errno
import os
import socket
import ssl
from typing import Any

import pytest

from smtpdebugger.transport.problems import (
    connect_problem,
    lookup_problem,
    tls_problem,
)
from smtpdebugger.transport.resolve import LookupFailed


@pytest.mark.parametrize(
    ("error", "word"),
    [
        (errno.ECONNREFUSED, "refused"),
        (errno.ETIMEDOUT, "did not answer"),
        (errno.EHOSTUNREACH, "cannot be reached"),
        (errno.ENETUNREACH, "cannot be reached"),
        (errno.EMFILE, "could not be connected"),
    ],
)
def test_a_failed_address_is_named(error: int, word: str) -> None:
    problem = connect_problem("192.0.2.1:25", OSError(error, os.strerror(error)), 30)
    assert problem.stage == "connect"
    assert "192.0.2.1:25" in problem.what
    assert word in problem.what


def test_a_name_server_that_fails_is_told_from_a_name_that_is_not() -> None:
    again = lookup_problem("m.test", socket.gaierror(socket.EAI_AGAIN, "try again"))
    never = lookup_problem("m.test", socket.gaierror(socket.EAI_NONAME, "unknown"))
    assert "name server" in again.what
    assert "no host" in never.what


def test_tls_errors_without_words_of_ours_keep_their_own() -> None:
    assert "odd thing" in tls_problem(ssl.SSLError(1, "odd thing")).what
    assert tls_problem(ssl.SSLError()).what.startswith("TLS failed")


@pytest.mark.parametrize(
    ("kind", "word"),
    [
        ("nonexistent", "no domain"),
        ("empty", "no such record"),
        ("silent", "in time"),
        ("broken", "failed"),
        ("misspelt", "cannot be a name"),
    ],
)
def test_each_way_a_name_has_no_answer_has_its_words(kind: Any, word: str) -> None:
    problem = lookup_problem("m.test", LookupFailed(kind, "m.test"))
    assert problem.stage == "resolve"
    assert "m.test" in problem.what
    assert word in problem.what
    assert problem.advice
