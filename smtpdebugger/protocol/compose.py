"""Messages made from their parts: headers, text, HTML and attachments (RFC 5322, RFC 2045)."""

from collections.abc import Sequence
from dataclasses import dataclass
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import make_msgid
from mimetypes import guess_type
from typing import Literal

Encoding = Literal["7bit", "8bit", "quoted-printable", "base64"]


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes along."""

    name: str
    octets: bytes


@dataclass(frozen=True, slots=True)
class Draft:
    """What a person wrote. ``date`` is an RFC 5322 date, and is theirs to give."""

    sender: str = ""
    recipients: tuple[str, ...] = ()
    subject: str = ""
    date: str = ""
    text: str = ""
    html: str = ""
    attachments: Sequence[Attachment] = ()
    headers: tuple[tuple[str, str], ...] = ()
    """Further ones, as they are."""
    encoding: Encoding = "quoted-printable"
    """Of text and HTML, where they are not ASCII; ``8bit`` needs 8BITMIME."""
    smtputf8: bool = False
    """Write headers in UTF-8 instead of encoded words (RFC 6532); needs SMTPUTF8."""
    message_id: str = ""
    """With its angle brackets; empty: one is made up, another one each time."""


def compose(draft: Draft) -> bytes:
    """The message as octets, every line end CRLF. Raises ValueError with a sentence."""
    rules = policy.SMTPUTF8 if draft.smtputf8 else policy.SMTP
    message = EmailMessage(policy=rules)
    try:
        _write_headers(message, draft)
        _write_body(message, draft)
        return message.as_bytes(policy=rules.clone(cte_type="8bit"))
    except (ValueError, IndexError, AttributeError, LookupError) as error:
        raise ValueError(f"The message cannot be written so: {error}") from error


def _write_headers(message: EmailMessage, draft: Draft) -> None:
    if draft.sender:
        message["From"] = _address(draft.sender, utf8=draft.smtputf8)
    if draft.recipients:
        message["To"] = [_address(each, utf8=draft.smtputf8) for each in draft.recipients]
    if draft.date:
        message["Date"] = draft.date
    message["Subject"] = draft.subject
    domain = draft.sender.rpartition("@")[2]
    own = domain if domain.isascii() and domain else "localhost"
    message["Message-ID"] = draft.message_id or make_msgid(domain=own)
    for name, value in draft.headers:
        if name.lower() in {"from", "to", "date", "subject", "message-id"}:
            del message[name]
        message[name] = value


def _address(text: str, *, utf8: bool) -> Address:
    local, at, domain = text.rpartition("@")
    if not at or not local or any(each in text for each in "<>\r\n "):
        raise ValueError(f"“{text}” is no address")
    if not (utf8 or text.isascii()):
        raise ValueError(f"“{text}” needs SMTPUTF8")
    return Address(username=local, domain=domain)


def _write_body(message: EmailMessage, draft: Draft) -> None:
    encoding = None if (draft.text + draft.html).isascii() else draft.encoding
    message.set_content(draft.text, cte=encoding)
    if draft.html:
        message.add_alternative(draft.html, subtype="html", cte=encoding)
    for each in draft.attachments:
        kind, _, subtype = (guess_type(each.name)[0] or "application/octet-stream").partition("/")
        if kind in {"message", "multipart"}:
            # Such parts may not be encoded, and then any octet could stand in them.
            kind, subtype = "application", "octet-stream"
        message.add_attachment(each.octets, maintype=kind, subtype=subtype, filename=each.name)
