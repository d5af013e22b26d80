"""SASL messages as people read them: fields with names, of which some are secret.

Input is what Base64 held. Nothing here raises: what cannot be read is shown as it came.
"""

import json
import re
from binascii import a2b_base64
from typing import NamedTuple

from smtpdebugger.protocol.sasl import MASK, MASK_OCTETS


class SaslField(NamedTuple):
    """One part of a SASL message."""

    name: str
    text: str
    is_secret: bool = False


Fields = tuple[SaslField, ...]

_SCRAM = {
    "n": "user",
    "r": "nonce",
    "a": "authorization identity",
    "s": "salt",
    "i": "rounds",
    "c": "channel binding",
    "p": "proof",
    "v": "server's proof",
    "e": "refused",
}
_GS2 = {"n": "none", "y": "possible, not offered"}
_JSON = {
    "status": "status",
    "schemes": "schemes",
    "scope": "scope",
    "openid-configuration": "where tokens come from",
}
_STATUS = {
    "400": "the token is not accepted",
    "401": "the token is not accepted: often it has expired",
    "invalid_token": "the token has expired, was withdrawn, or is not for this server",
    "invalid_request": "the server cannot make sense of the request",
    "insufficient_scope": "the token does not permit SMTP",
}


def from_base64(octets: bytes) -> bytes | None:
    """What Base64 held; ``=`` stands for nothing; None where it is no Base64."""
    if octets.strip() in {b"", b"="}:
        return b""
    try:
        return a2b_base64(octets.strip(), strict_mode=True)
    except ValueError:
        return None


def read_response(mechanism: str, octets: bytes, challenge: bytes = b"") -> Fields:
    """What a client's message says; ``challenge`` is what it answers."""
    if MASK_OCTETS in octets:
        return (SaslField("response", MASK),)
    name = mechanism.upper()
    if not octets:
        return (SaslField("nothing", ""),)
    if name == "PLAIN":
        return _plain(octets)
    if name == "LOGIN":
        # Many clients go on after a refusal: what was not asked for may be the password.
        is_name = b"user" in challenge.lower()
        return (SaslField("user" if is_name else "password", _shown(octets), not is_name),)
    if name == "CRAM-MD5":
        user, _, digest = octets.rpartition(b" ")
        return SaslField("user", _shown(user)), SaslField("proof", _shown(digest), True)
    if name in {"XOAUTH2", "OAUTHBEARER"}:
        return _token(octets)
    if name.startswith("SCRAM-"):
        return _scram(octets)
    if name == "DIGEST-MD5":
        return _digest(octets)
    if name == "EXTERNAL":
        return (SaslField("authorization identity", _shown(octets)),)
    return (SaslField("response", _shown(octets), True),)


def read_challenge(mechanism: str, octets: bytes) -> Fields:
    """What a server's message in a 334 says."""
    if not octets:
        return (SaslField("go on", ""),)
    if MASK_OCTETS in octets:
        proves = mechanism.upper().startswith(("SCRAM-", "DIGEST-"))
        return (SaslField("server's proof" if proves else "asks", MASK, True),)
    if octets.lstrip().startswith(b"{") and (found := _json(octets)):
        return found
    if mechanism.upper().startswith("SCRAM-"):
        return _scram(octets)
    if b"rspauth=" in octets.lower():
        return (SaslField("server's proof", _shown(octets), True),)
    if mechanism.upper() == "CRAM-MD5":
        return (SaslField("to be signed", _shown(octets)),)
    return (SaslField("asks", _shown(octets)),)


def sentence(fields: Fields, *, reveal: bool = False) -> str:
    """Fields in one line, secrets masked unless they are to be revealed."""
    parts = []
    for field in fields:
        text = MASK if field.is_secret and not reveal else field.text
        parts.append(f"{field.name} {text}".rstrip())
    return ", ".join(parts)


def _plain(octets: bytes) -> Fields:
    other, *rest = octets.split(b"\0")
    if len(rest) != 2:
        return (SaslField("malformed, without two NULs", _shown(octets), True),)
    found = [SaslField("user", _shown(rest[0])), SaslField("password", _shown(rest[1]), True)]
    if other:
        found.insert(0, SaslField("authorization identity", _shown(other)))
    return tuple(found)


def _token(octets: bytes) -> Fields:
    if octets == b"\1":
        return (SaslField("heard, go on", ""),)
    found = []
    for pair in octets.strip(b"\1").split(b"\1"):
        name, _, value = pair.partition(b"=")
        if name == b"auth":
            scheme, _, token = value.partition(b" ")
            found.append(SaslField(f"token ({_shown(scheme)})", _shown(token), True))
        elif name.startswith(b"n,"):
            found.append(SaslField("user", _shown(value.rstrip(b","))))
        elif name == b"user" or name in {b"host", b"port"}:
            found.append(SaslField(_shown(name), _shown(value)))
        else:
            found.append(SaslField("malformed", _shown(pair), True))
    return tuple(found)


def _scram(octets: bytes) -> Fields:
    text = octets.decode("utf-8", "replace")
    found = []
    header = re.match(r"(?:([ny])|p=([^,]*)),(?:a=([^,]*))?,", text)
    if header:
        found.append(SaslField("channel binding", _printable(_GS2.get(header[1]) or header[2])))
        text = text[header.end() :]
    for part in text.split(","):
        letter, _, value = part.partition("=")
        if letter in _SCRAM:
            found.append(SaslField(_SCRAM[letter], _printable(value), letter in {"p", "v"}))
        elif part:
            found.append(SaslField("malformed", _printable(part), True))
    return tuple(found)


def _digest(octets: bytes) -> Fields:
    """Its proof stands last but for the character set, and is the one thing that is secret."""
    text = octets.decode("utf-8", "replace")
    before, mark, rest = text.partition("response=")
    proof, comma, behind = rest.partition(",")
    if not mark:
        return (SaslField("malformed, without a response", _printable(text), True),)
    found = [SaslField("says", _printable(before.rstrip(",")))]
    found.append(SaslField("proof", _printable(proof), True))
    return (*found, SaslField("and", _printable(behind))) if comma else tuple(found)


def _json(octets: bytes) -> Fields:
    try:
        told = json.loads(octets)
    except (ValueError, RecursionError):
        return ()
    if not isinstance(told, dict):
        return ()
    found = []
    for key, value in told.items():
        text = value if isinstance(value, str) else json.dumps(value)
        if key == "status" and text in _STATUS:
            text = f"{text} ({_STATUS[text]})"
        found.append(SaslField(_JSON.get(key, _printable(str(key))), _printable(text)))
    return tuple(found)


def _shown(octets: bytes) -> str:
    return _printable(octets.decode("utf-8", "backslashreplace"))


def _printable(text: str) -> str:
    return "".join(each if each.isprintable() else f"\\x{ord(each):02x}" for each in text)
