"""What a certificate says, read from its DER octets (RFC 5280 section 4.1).

For telling people whom a refused or unchecked certificate names and how long it is valid; nothing
is ever verified here. The ssl module only tells this of certificates it verified, and importing a
library for it takes longer than a window may stand still.
"""

import hashlib
import ipaddress
from collections.abc import Iterator
from dataclasses import dataclass

_SEQUENCE, _SET, _OID, _UTC_TIME, _GENERALIZED_TIME = 0x30, 0x31, 0x06, 0x17, 0x18
_VERSION, _EXTENSIONS, _OCTET_STRING = 0xA0, 0xA3, 0x04
_DNS_NAME, _IP_ADDRESS = 0x82, 0x87
_COMMON_NAME, _ORGANIZATION = bytes.fromhex("550403"), bytes.fromhex("55040a")
_SUBJECT_ALT_NAME = bytes.fromhex("551d11")
_BMP_STRING = 0x1E


@dataclass(frozen=True, slots=True)
class Certificate:
    """The parts of a certificate that people ask for; empty where they could not be read."""

    subject: str = ""
    """The common name, or the organisation."""
    issuer: str = ""
    begins: str = ""
    """The first day it is valid, as YYYY-MM-DD."""
    expires: str = ""
    """The last day it is valid, as YYYY-MM-DD."""
    names: tuple[str, ...] = ()
    """Host names and addresses it is for (subjectAltName)."""
    fingerprint: str = ""
    """SHA-256 of the whole, in hex."""


def read_certificate(der: bytes) -> Certificate:
    """A certificate's facts. Never raises: a server may send anything as its certificate."""
    fingerprint = hashlib.sha256(der).hexdigest()
    try:
        certificate = _content(der, _SEQUENCE)
        to_be_signed = _content(certificate, _SEQUENCE)
        parts = list(_elements(to_be_signed))
        if parts and parts[0][0] == _VERSION:
            parts = parts[1:]
        _, _, (_, issuer), (_, validity), (_, subject), *rest = parts
        begins, expires = (_day(tag, content) for tag, content in _elements(validity))
        names = tuple(_alternative_names(rest))
        people = _name(subject), _name(issuer)
    except (ValueError, IndexError):
        return Certificate(fingerprint=fingerprint)
    return Certificate(*people, begins, expires, names, fingerprint)


def _elements(octets: bytes) -> Iterator[tuple[int, bytes]]:
    """Tag and content of each element that stands in ``octets``, one after the other."""
    start = 0
    while start < len(octets):
        tag, length = octets[start], octets[start + 1]
        start += 2
        if length >= 0x80:
            size = length & 0x7F
            length = int.from_bytes(octets[start : start + size], "big")
            start += size
        if start + length > len(octets):
            raise ValueError("an element is longer than what it stands in")
        yield tag, octets[start : start + length]
        start += length


def _content(octets: bytes, wanted: int) -> bytes:
    tag, content = next(_elements(octets), (None, b""))
    if tag != wanted:
        raise ValueError(f"expected an element with the tag {wanted:#x}")
    return content


def _day(tag: int, content: bytes) -> str:
    text = content.decode("ascii")
    if tag == _UTC_TIME:
        # Two digits for the year: 50 and more are of the last century (RFC 5280 4.1.2.5.1).
        text = ("19" if text[:2] >= "50" else "20") + text
    elif tag != _GENERALIZED_TIME:
        raise ValueError("not a time")
    return f"{text[:4]}-{text[4:6]}-{text[6:8]}"


def _name(content: bytes) -> str:
    found: dict[bytes, str] = {}
    for _, relative in _elements(content):
        for _, attribute in _elements(relative):
            (_, kind), (tag, value) = list(_elements(attribute))[:2]
            codec = "utf-16-be" if tag == _BMP_STRING else "utf-8"
            found[kind] = value.decode(codec, "replace")
    return found.get(_COMMON_NAME) or found.get(_ORGANIZATION) or next(iter(found.values()), "")


def _alternative_names(parts: list[tuple[int, bytes]]) -> Iterator[str]:
    extensions = next((content for tag, content in parts if tag == _EXTENSIONS), None)
    if extensions is None:
        return
    for _, extension in _elements(_content(extensions, _SEQUENCE)):
        (_, kind), *others = _elements(extension)
        if kind != _SUBJECT_ALT_NAME:
            continue
        value = next((content for tag, content in others if tag == _OCTET_STRING), b"")
        for tag, content in _elements(_content(value, _SEQUENCE)):
            if tag == _DNS_NAME:
                yield content.decode("ascii", "replace")
            elif tag == _IP_ADDRESS:
                yield str(ipaddress.ip_address(content))
