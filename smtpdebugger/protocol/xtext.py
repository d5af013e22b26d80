"""xtext: how ENVID, ORCPT and AUTH= carry any octets in a parameter (RFC 3461 section 4)."""

import re


def to_xtext(text: str) -> str:
    """``text`` as xtext: ``+``, ``=`` and what is not printable ASCII become ``+HH``."""
    octets = text.encode("utf-8", "surrogateescape")
    return "".join(
        chr(octet) if 33 <= octet <= 126 and octet not in b"+=" else f"+{octet:02X}"
        for octet in octets
    )


def from_xtext(text: str) -> str:
    """What xtext stands for; what is no xtext stays as it is."""
    octets = re.sub(
        rb"\+([0-9A-F]{2})",
        lambda match: bytes([int(match[1], 16)]),
        text.encode("utf-8", "surrogateescape"),
    )
    return octets.decode("utf-8", "surrogateescape")
