"""SASL mechanisms, sans-IO: credentials and challenges in, responses out (RFC 4422, RFC 4954).

A dialogue is a generator. It gives the responses in clear, before Base64, and is sent the
challenges likewise. Where the server speaks first, the first thing it gives is None.
"""

import hmac
import re
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from enum import Enum
from typing import NamedTuple

from smtpdebugger.protocol.scram import ChannelBinding, ScramProblem, scram

Dialogue = Generator[bytes | None, bytes, None]


class MechanismError(ValueError):
    """A login that cannot go on; the message is a sentence."""


class Exposure(Enum):
    """What somebody who reads along learns of the secret."""

    SECRET = "the password itself"
    TOKEN = "the token itself"
    PROOF = "a proof, from which a weak password can be guessed"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Credentials:
    """Who logs in. Octets that are no UTF-8 stand in the texts as surrogates."""

    user: str = ""
    secret: str = field(default="", repr=False)
    """The password, or the bearer token of XOAUTH2 and OAUTHBEARER."""
    authorization: str = ""
    """On whose behalf, where that is somebody else (RFC 4422 section 2); usually empty."""
    host: str = ""
    port: int | None = None
    """The server, which OAUTHBEARER and DIGEST-MD5 tell."""
    service: str = "smtp"
    """What is spoken there, which DIGEST-MD5 tells; or ``lmtp``."""
    binding: ChannelBinding | None = None
    """What ties the -PLUS mechanisms to the TLS connection."""
    offers_binding: bool = False
    """Whether the server offers a -PLUS mechanism."""


class Mechanism(NamedTuple):
    """One SASL mechanism."""

    name: str
    begin: Callable[[Credentials], Dialogue]
    exposure: Exposure
    strength: int
    """Of those offered, the one with the highest number is chosen."""
    begins_with_client: bool
    """Whether the first message is the client's, so that AUTH may carry it along."""
    reference: str
    needs_binding: bool = False


def _plain(who: Credentials) -> Dialogue:
    user, secret, other = (_octets(each) for each in (who.user, who.secret, who.authorization))
    if b"\0" in user + secret + other:
        # RFC 4616 section 2: NUL parts the fields.
        raise MechanismError(
            "PLAIN cannot carry a NUL in the user name or the password; CRAM-MD5 or LOGIN can"
        )
    yield other + b"\0" + user + b"\0" + secret


def _login(who: Credentials) -> Dialogue:
    yield None
    yield _octets(who.user)
    yield _octets(who.secret)


def _cram_md5(who: Credentials) -> Dialogue:
    challenge = yield None
    digest = hmac.new(_octets(who.secret), challenge, "md5").hexdigest()
    yield _octets(who.user) + b" " + digest.encode("ascii")


def _digest_md5(who: Credentials) -> Dialogue:
    # Loaded where a server wants it, which is rare.
    from smtpdebugger.protocol.digest_md5 import DigestProblem, digest_md5  # noqa: PLC0415

    try:
        yield from digest_md5(who.user, who.secret, who.authorization, who.service, who.host)
    except DigestProblem as problem:
        raise MechanismError(str(problem)) from problem


def _xoauth2(who: Credentials) -> Dialogue:
    user, token = _octets(who.user), _token(who)
    yield b"user=" + user + b"\1auth=Bearer " + token + b"\1\1"
    # A 334 is a refusal here; an empty line asks for the real one.
    yield b""


def _oauthbearer(who: Credentials) -> Dialogue:
    on_behalf = _octets(who.authorization or who.user)
    name = on_behalf.replace(b"=", b"=3D").replace(b",", b"=2C")
    pairs = [b"auth=Bearer " + _token(who)]
    if who.host:
        pairs.insert(0, b"host=" + _octets(who.host))
    if who.port is not None:
        pairs.insert(len(pairs) - 1, b"port=%d" % who.port)
    yield b"n,a=" + name + b",\1" + b"".join(pair + b"\1" for pair in pairs) + b"\1"
    # RFC 7628 section 3.2.3: a 334 tells what was wrong, and a lone ^A ends the exchange.
    yield b"\1"


def _external(who: Credentials) -> Dialogue:
    yield _octets(who.authorization)


def _scram(name: str) -> Callable[[Credentials], Dialogue]:
    def begin(who: Credentials) -> Dialogue:
        binding = who.binding
        if not name.endswith("-PLUS") and who.offers_binding:
            # "y" would say that the server cannot bind, and the server knows better.
            binding = None
        try:
            yield from scram(name, who.user, who.secret, binding)
        except ScramProblem as problem:
            raise MechanismError(str(problem)) from problem

    return begin


def _token(who: Credentials) -> bytes:
    token = _octets(who.secret)
    if re.search(rb"[\x00-\x20\x7f-\xff]", token):
        raise MechanismError(
            "A bearer token is one word of ASCII (RFC 6750 section 2.1); this one has other octets"
        )
    return token


_ALL = (
    Mechanism("PLAIN", _plain, Exposure.SECRET, 20, True, "RFC 4616"),
    Mechanism("LOGIN", _login, Exposure.SECRET, 10, False, "draft-murchison-sasl-login"),
    Mechanism("DIGEST-MD5", _digest_md5, Exposure.PROOF, 5, False, "RFC 2831"),
    Mechanism("CRAM-MD5", _cram_md5, Exposure.PROOF, 30, False, "RFC 2195"),
    Mechanism("SCRAM-SHA-1", _scram("SCRAM-SHA-1"), Exposure.PROOF, 40, True, "RFC 5802"),
    Mechanism("SCRAM-SHA-256", _scram("SCRAM-SHA-256"), Exposure.PROOF, 50, True, "RFC 7677"),
    Mechanism(
        "SCRAM-SHA-1-PLUS", _scram("SCRAM-SHA-1-PLUS"), Exposure.PROOF, 60, True, "RFC 5802", True
    ),
    Mechanism(
        "SCRAM-SHA-256-PLUS",
        _scram("SCRAM-SHA-256-PLUS"),
        Exposure.PROOF,
        70,
        True,
        "RFC 7677",
        True,
    ),
    Mechanism("XOAUTH2", _xoauth2, Exposure.TOKEN, 1, True, "developers.google.com"),
    Mechanism("OAUTHBEARER", _oauthbearer, Exposure.TOKEN, 2, True, "RFC 7628"),
    Mechanism("EXTERNAL", _external, Exposure.NOTHING, 0, True, "RFC 4422 appendix A"),
)

KNOWN: dict[str, Mechanism] = {each.name: each for each in _ALL}
"""Every mechanism that can be spoken here, by its name."""


def mechanism_named(name: str) -> Mechanism:
    """The mechanism of a name, in any case of letters. Raises MechanismError."""
    found = KNOWN.get(name.upper())
    if found is None:
        raise MechanismError(
            f"{name} cannot be spoken here; {', '.join(KNOWN)} can, and AUTH {name} can be typed"
        )
    return found


def strongest(offered: tuple[str, ...], who: Credentials) -> Mechanism:
    """Of the offered mechanisms the strongest that fits. Raises MechanismError.

    Tokens are no passwords: their mechanisms, and EXTERNAL, count where nothing else is offered.
    """
    fitting = [KNOWN[name] for name in offered if name in KNOWN]
    if who.binding is None:
        fitting = [each for each in fitting if not each.needs_binding]
    if not who.secret:
        fitting = [each for each in fitting if each.exposure is Exposure.NOTHING]
    if not fitting:
        raise MechanismError(
            f"There is no way to log in: the server offers {', '.join(offered) or 'no mechanism'}"
        )
    return max(fitting, key=lambda each: each.strength)


def begin(mechanism: Mechanism, who: Credentials) -> tuple[Dialogue, bytes | None]:
    """A dialogue that has begun, and what it has to say first: None where the server begins.

    Raises MechanismError.
    """
    if mechanism.needs_binding and who.binding is None:
        raise MechanismError(
            f"{mechanism.name} needs a binding to the TLS connection, and there is none"
        )
    dialogue = mechanism.begin(who)
    return dialogue, next(dialogue)


def answer(dialogue: Dialogue, challenge: bytes) -> bytes | None:
    """The response to a challenge; None where none is left to give. Raises MechanismError."""
    try:
        return dialogue.send(challenge)
    except StopIteration:
        return None


def _octets(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")
