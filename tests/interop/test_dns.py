"""The lab's name server: what it knows, what it denies, and rubbish."""

from __future__ import annotations

import struct

import pytest

from tests.interop import dns


def query(name: str, kind: int, number: int = 0x1234) -> bytes:
    labels = b"".join(bytes((len(part),)) + part.encode() for part in name.split("."))
    return (
        struct.pack("!HHHHHH", number, 0x0100, 1, 0, 0, 0)
        + labels
        + struct.pack("!BHH", 0, kind, 1)
    )


def asked(name: str, kind: int) -> tuple[int, int, bytes]:
    """Reply code, number of records, and what follows the question."""
    sent = query(name, kind)
    reply = dns.answer(sent)
    assert reply is not None
    number, flags, questions, answers = struct.unpack_from("!HHHH", reply)
    assert (number, flags & 0x8000, questions) == (0x1234, 0x8000, 1)
    assert reply[12:].startswith(sent[12:])
    return flags & 0xF, answers, reply[len(sent) :]


def test_the_lab_has_addresses() -> None:
    code, count, record = asked("MX.Lab.Test", dns.A)
    assert (code, count) == (0, 1)
    assert record.endswith(bytes((127, 0, 0, 1)))


def test_its_domain_has_a_mail_exchanger() -> None:
    code, count, record = asked("lab.test", dns.MX)
    assert (code, count) == (0, 1)
    assert record.endswith(b"\x00\x0a\x02mx\x03lab\x04test\x00")


def test_loopback_addresses_have_names() -> None:
    code, count, record = asked("9.8.7.127.in-addr.arpa", dns.PTR)
    assert (code, count) == (0, 1)
    assert record.endswith(b"\x09localhost\x00")


def test_a_kind_it_lacks_is_empty_but_not_denied() -> None:
    assert asked("lab.test", 16)[:2] == (0, 0)


@pytest.mark.parametrize("name", ["example.org", "1.2.0.192.in-addr.arpa", "x.lab.test"])
def test_everything_else_is_denied(name: str) -> None:
    assert asked(name, dns.A)[:2] == (3, 0)


@pytest.mark.parametrize("cut", range(len(query("lab.test", dns.A))))
def test_a_query_cut_short_never_breaks_it(cut: int) -> None:
    reply = dns.answer(query("lab.test", dns.A)[:cut])
    assert reply is None if cut < 12 else reply is not None and reply[3] & 0xF == 4


def test_a_reply_is_not_answered() -> None:
    assert dns.answer(struct.pack("!HHHHHH", 1, 0x8180, 1, 0, 0, 0)) is None
