"""Composed messages, read back by the standard library."""

from __future__ import annotations

from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from smtpdebugger.protocol.compose import Attachment, Draft, compose
from smtpdebugger.protocol.message_facts import MessageScan, remarks_on

WHOLE = Draft(
    sender="a@x.test",
    recipients=("b@x.test", "c@x.test"),
    subject="Grüße",
    date="Mon, 23 Nov 2026 10:00:00 +0000",
    text="Hallo\n.Welt\nü\n",
    html="<p>ü</p>",
    attachments=(Attachment("a b.txt", b"text"), Attachment("x.bin", bytes(range(256)) * 20)),
    headers=(("X-Test", "yes"), ("From", "Jürgen <a@x.test>")),
)


def read(octets: bytes) -> EmailMessage:
    message = message_from_bytes(octets, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def test_everything_is_in_it() -> None:
    message = read(compose(WHOLE))
    assert message["Subject"] == "Grüße"
    assert message["From"] == "Jürgen <a@x.test>"
    assert message["To"] == "b@x.test, c@x.test"
    assert message["X-Test"] == "yes"
    plain = message.get_body(("plain",))
    assert plain is not None
    assert plain.get_content().splitlines() == ["Hallo", ".Welt", "ü"]
    html = message.get_body(("html",))
    assert html is not None
    assert html.get_content().strip() == "<p>ü</p>"
    assert [part.get_filename() for part in message.iter_attachments()] == ["a b.txt", "x.bin"]
    last = list(message.iter_attachments())[-1]
    assert last.get_content() == bytes(range(256)) * 20


@pytest.mark.parametrize("encoding", ["quoted-printable", "base64"])
def test_encoded_it_is_seven_bits_and_nothing_is_to_be_remarked(encoding: str) -> None:
    draft = Draft("a@x.test", ("b@x.test",), "ü", "", "ü" * 3000 + "\n", encoding=encoding)  # type: ignore[arg-type]
    octets = compose(draft)
    scan = MessageScan()
    scan.feed(octets)
    assert octets.isascii()
    assert list(remarks_on(scan.end())) == []


def test_eight_bits_and_utf_8_headers_where_wanted() -> None:
    octets = compose(Draft("ä@x.test", (), "ü", "", "ö\n", encoding="8bit", smtputf8=True))
    for character in "äöü":
        assert character.encode() in octets


def test_an_address_without_smtputf8_or_a_broken_header_is_told() -> None:
    for draft in (
        Draft("no address <"),
        Draft("nobody"),
        Draft("ä@x.test"),
        Draft("a@x.test", headers=(("Bad Name", "x\r\ny"),)),
        Draft("a@x.test", subject="two\r\nlines"),
    ):
        with pytest.raises(ValueError, match="cannot be written so"):
            compose(draft)


def test_a_message_attached_is_encoded_whatever_it_holds() -> None:
    octets = compose(Draft("a@x.test", attachments=(Attachment("a.eml", b"\xff\0\r"),)))
    assert octets.isascii()
    [part] = read(octets).iter_attachments()
    assert part.get_content() == b"\xff\0\r"
