"""DIGEST-MD5 (RFC 2831): a proof of the password, as HTTP had it; withdrawn by RFC 6331.

Servers that still offer it are still met, so it can be tried. Only ``auth`` is spoken: nothing is
signed or encrypted, TLS does that.
"""

import hashlib
import hmac
import re
import secrets
from collections.abc import Callable, Generator
from typing import NamedTuple

_FIELD = re.compile(
    r'(?<![A-Za-z0-9-])([A-Za-z0-9-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^,\s]*))\s*(?:,|\Z)'
)
_COUNT = "00000001"


class DigestProblem(ValueError):
    """The login cannot go on; the message is a sentence."""


class Digest(NamedTuple):
    """Who logs in, where, and what was agreed on."""

    user: str
    password: str
    realm: str
    nonce: str
    cnonce: str
    uri: str
    authorization: str = ""

    def response(self, *, verb: str = "AUTHENTICATE") -> str:
        """The proof (RFC 2831 section 2.1.2.1); the server's has no verb."""
        name = f"{self.user}:{self.realm}:{self.password}"
        first = _md5(_old_octets(name)) + f":{self.nonce}:{self.cnonce}".encode()
        if self.authorization:
            first += f":{self.authorization}".encode()
        second = _md5(f"{verb}:{self.uri}".encode()).hex()
        middle = f"{self.nonce}:{_COUNT}:{self.cnonce}:auth"
        return _md5(f"{_md5(first).hex()}:{middle}:{second}".encode()).hex()


def digest_md5(
    user: str,
    password: str,
    authorization: str,
    service: str,
    host: str,
    make_nonce: Callable[[], str] = lambda: secrets.token_hex(16),
) -> Generator[bytes | None, bytes, None]:
    """The client's side: gives its messages, is sent the server's. Raises DigestProblem.

    ``service`` and ``host`` are what the digest-uri names; without a host it is the realm.
    """
    fields = _agreed((yield None).decode("utf-8", "surrogateescape"))
    realm = fields.get("realm", "")
    digest = Digest(
        user,
        password,
        realm,
        fields["nonce"],
        make_nonce(),
        f"{service}/{host or realm}",
        authorization,
    )
    told = {"username": user, "realm": realm, "nonce": digest.nonce, "cnonce": digest.cnonce}
    words = [f'{name}="{_quoted(value)}"' for name, value in told.items() if value]
    words += [f"nc={_COUNT}", "qop=auth", f'digest-uri="{_quoted(digest.uri)}"']
    words.append(f"response={digest.response()}")
    if "charset" in fields:
        words.append("charset=utf-8")
    if authorization:
        words.append(f'authzid="{_quoted(authorization)}"')
    proof = yield ",".join(words).encode("utf-8", "surrogateescape")
    heard = _fields(proof.decode("utf-8", "replace")).get("rspauth", "")
    if not hmac.compare_digest(heard.lower().encode(), digest.response(verb="").encode()):
        raise DigestProblem("The server did not prove that it knows the password")
    yield b""


def _agreed(text: str) -> dict[str, str]:
    fields = _fields(text)
    if not fields.get("nonce"):
        raise DigestProblem("The server's challenge has no nonce")
    if fields.get("algorithm", "").lower() != "md5-sess":
        raise DigestProblem("The server wants another algorithm than md5-sess")
    offered = re.split(r"[\s,]+", fields.get("qop", "auth").lower())
    if "auth" not in offered:
        raise DigestProblem("The server wants to sign or encrypt by itself; use TLS")
    return fields


def _fields(text: str) -> dict[str, str]:
    """Names in lower case; of a name that comes twice, as ``realm`` may, the first."""
    found: dict[str, str] = {}
    for name, quoted, bare in _FIELD.findall(text):
        found.setdefault(name.lower(), re.sub(r"\\(.)", r"\1", quoted) or bare)
    return found


def _quoted(text: str) -> str:
    return re.sub(r'(["\\])', r"\\\1", text)


def _old_octets(text: str) -> bytes:
    """In ISO 8859-1 where that has all characters, else in UTF-8: so the RFC wants it hashed."""
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogateescape")


def _md5(octets: bytes) -> bytes:
    return hashlib.md5(octets, usedforsecurity=False).digest()
