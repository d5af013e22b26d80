"""A name server that knows the lab and denies everything else, so that nothing leaves the machine.

Pure: `answer()` turns one query (RFC 1035) into one reply; init.py does the listening.
"""

from __future__ import annotations

import struct

from tests.interop import lab

A, PTR, MX = 1, 12, 15
CLASS_IN = 1
SECONDS = 60
REFUSED, NAME_ERROR, NOT_IMPLEMENTED, NO_ERROR = 5, 3, 4, 0

HOSTS = (lab.HOST, lab.DOMAIN, "example.test", "sender.test", "localhost")


def answer(query: bytes) -> bytes | None:
    """The reply to `query`, or None when it is not a query at all."""
    if len(query) < 12:
        return None
    number, flags, questions = struct.unpack_from("!HHH", query)
    if flags & 0x8000:
        return None
    asked = _question(query) if questions == 1 else None
    if asked is None:
        return _reply(number, flags, NOT_IMPLEMENTED, b"", [])
    name, kind, end = asked
    known, records = _look_up(name, kind)
    return _reply(number, flags, NO_ERROR if known else NAME_ERROR, query[12:end], records)


def _question(query: bytes) -> tuple[str, int, int] | None:
    """Name (lower case), type and end of the only question; None when it is cut short."""
    labels: list[str] = []
    at = 12
    while at < len(query) and query[at]:
        length = query[at]
        if length > 63:
            return None
        labels.append(query[at + 1 : at + 1 + length].decode("latin-1").lower())
        at += 1 + length
    if at + 5 > len(query):
        return None
    kind, _class = struct.unpack_from("!HH", query, at + 1)
    return ".".join(labels), kind, at + 5


def _look_up(name: str, kind: int) -> tuple[bool, list[bytes]]:
    """Whether `name` exists, and its records of that kind."""
    if name.endswith(".127.in-addr.arpa"):
        return True, [_record(PTR, _encoded("localhost"))] if kind == PTR else []
    if name not in HOSTS:
        return False, []
    if kind == A:
        return True, [_record(A, bytes((127, 0, 0, 1)))]
    if kind == MX and name not in (lab.HOST, "localhost"):
        return True, [_record(MX, struct.pack("!H", 10) + _encoded(lab.HOST))]
    return True, []


def _encoded(name: str) -> bytes:
    labels = (part.encode("ascii") for part in name.split("."))
    return b"".join(bytes((len(part),)) + part for part in labels) + b"\0"


def _record(kind: int, value: bytes) -> bytes:
    # 0xC00C points back at the question's name.
    return struct.pack("!HHHIH", 0xC00C, kind, CLASS_IN, SECONDS, len(value)) + value


def _reply(number: int, flags: int, code: int, question: bytes, records: list[bytes]) -> bytes:
    # QR and AA set, RD copied, RA set: stub resolvers complain about a server that cannot recurse.
    head = 0x8480 | (flags & 0x0100) | code
    counts = struct.pack("!HHHHHH", number, head, bool(question), len(records), 0, 0)
    return counts + question + b"".join(records)
