"""What speaks against sending, for what was offered; and nothing where nothing does."""

from __future__ import annotations

import pytest

from smtpdebugger.protocol.ehlo import Capabilities, Offer
from smtpdebugger.protocol.envelope import Envelope
from smtpdebugger.protocol.fitness import objections
from smtpdebugger.protocol.message_facts import MessageFacts, MessageScan

TO = ("b@x.test",)


def offering(*lines: str) -> Capabilities:
    offers = (line.split() for line in lines)
    return Capabilities(offers=tuple(Offer(first, tuple(rest)) for first, *rest in offers))


def facts(message: bytes) -> MessageFacts:
    scan = MessageScan()
    scan.feed(message)
    return scan.end()


PLAIN = facts(b"A: b\r\n\r\nc\r\n")
EIGHT = facts(b"A: b\r\n\r\n\xff\r\n")
HEADER = facts("A: ü\r\n\r\nc\r\n".encode())


def test_an_ordinary_message_fits_everywhere() -> None:
    assert objections(Envelope("a@x.test", TO), PLAIN, None) == ()
    rich = offering("SIZE 1000", "8BITMIME", "SMTPUTF8", "CHUNKING", "BINARYMIME", "DSN")
    envelope = Envelope("ä@x.test", TO, 12, "8BITMIME", smtputf8=True, ret="FULL")
    assert objections(envelope, EIGHT, rich, by_bdat=True) == ()
    assert objections(Envelope("a@x.test", TO, body="BINARYMIME"), EIGHT, rich, by_bdat=True) == ()


@pytest.mark.parametrize(
    ("envelope", "content", "offered", "word", "change", "certain"),
    [
        (Envelope("a", TO, size=5), PLAIN, (), "SIZE was not offered", "Leave SIZE=", True),
        (
            Envelope("a", TO),
            PLAIN,
            ("SIZE 9",),
            "11 octets, and the server takes 9",
            "smaller",
            True,
        ),
        (Envelope("a", TO), EIGHT, ("8BITMIME",), "above 127", "Add BODY=8BITMIME", False),
        (Envelope("a", TO), EIGHT, (), "8BITMIME was not offered", "quoted-printable", False),
        (Envelope("a", TO, body="8BITMIME"), EIGHT, (), "8BITMIME was not", "Leave BODY=", True),
        (Envelope("a", TO), HEADER, ("SMTPUTF8",), "header section", "Add SMTPUTF8", False),
        (Envelope("a", TO), HEADER, ("8BITMIME",), "header section", "encoded word", False),
        (Envelope("ä", TO), PLAIN, (), "beyond ASCII, and SMTPUTF8 was not", "xn--", True),
        (Envelope("ä", TO), PLAIN, ("SMTPUTF8",), "MAIL does not say", "Add SMTPUTF8", True),
        (Envelope("a", TO, smtputf8=True), PLAIN, (), "SMTPUTF8 was not", "Leave SMTPUTF8", True),
        (Envelope("a", TO, requiretls=True), PLAIN, (), "REQUIRETLS was not", "Leave", True),
        (
            Envelope("a", TO, requiretls=True),
            PLAIN,
            ("REQUIRETLS",),
            "outside TLS",
            "STARTTLS",
            True,
        ),
        (Envelope("a", TO, notify=("NEVER",)), PLAIN, (), "DSN was not", "Leave RET", True),
        (
            Envelope("a", TO, notify=("NEVER", "DELAY")),
            PLAIN,
            ("DSN",),
            "stands with others",
            "alone",
            True,
        ),
        (Envelope("a"), PLAIN, (), "no recipient", "Name one", True),
        (
            Envelope("a", TO, body="BINARYMIME"),
            PLAIN,
            ("BINARYMIME",),
            "cannot go by DATA",
            "BDAT",
            True,
        ),
        (Envelope("a", TO), facts(b"A: b\n"), (), "LF alone", "CRLF", False),
    ],
)
def test_what_speaks_against_it(
    envelope: Envelope,
    content: MessageFacts,
    offered: tuple[str, ...],
    word: str,
    change: str,
    certain: bool,
) -> None:
    found = objections(envelope, content, offering(*offered))
    fitting = [each for each in found if word in each.what]
    assert len(fitting) == 1, found
    assert change in fitting[0].change
    assert fitting[0].is_certain is certain
    assert fitting[0].sentence.endswith(").")


def test_bdat_wants_chunking() -> None:
    found = objections(Envelope("a", TO), None, offering("SIZE"), by_bdat=True)
    assert [each.change for each in found] == ["Send by DATA"]
