"""SASL responses as a person types them, and challenges as a person reads them (RFC 4954 4)."""

import base64
import binascii

from smtpdebugger.session.visible import visible

CANCEL = "*"


def encoded(text: str, mechanism: str) -> str:
    r"""``text`` in Base64. For PLAIN, ``\0`` stands for the NUL between its fields (RFC 4616)."""
    octets = text.encode("utf-8", "surrogateescape")
    if mechanism == "PLAIN":
        octets = octets.replace(rb"\0", b"\0")
    return base64.b64encode(octets).decode("ascii")


def challenge_text(text: str) -> str:
    """What the server asks for: a 334's text out of Base64, or as it came where it is not."""
    words = text.strip()
    try:
        octets = base64.b64decode(words, validate=True)
    except (binascii.Error, ValueError):
        return visible(words, 200)
    return visible(octets.decode("utf-8", "replace").strip("\0"), 200)


def hint(mechanism: str) -> str:
    """What a mechanism wants to be typed."""
    return {
        "PLAIN": r"\0user\0password",
        "LOGIN": "what the server asks for",
    }.get(mechanism, "response")
