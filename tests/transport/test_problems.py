"""Failures in words."""

from __future__ import annotations

import errno
import os
import socket
import ssl

import pytest

from smtpdebugger.transport.problems import (
    connect_problem,
    context_problem,
    lookup_problem,
    tls_problem,
)


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


def test_certificates_that_cannot_be_read_name_the_file() -> None:
    missing = context_problem(FileNotFoundError(errno.ENOENT, "No such file"), "/x/ca.pem")
    broken = context_problem(ssl.SSLError("no certificate"), "/x/ca.pem")
    assert "/x/ca.pem cannot be read" in missing.what
    assert "/x/ca.pem holds no certificates" in broken.what
    assert "prepared" in context_problem(ValueError("bad name"), None).what
