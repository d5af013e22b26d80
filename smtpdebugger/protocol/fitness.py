"""Whether a server that offered these capabilities can take this message, before it is sent."""

from collections.abc import Iterator
from typing import NamedTuple

from smtpdebugger.protocol.ehlo import Capabilities
from smtpdebugger.protocol.envelope import Envelope
from smtpdebugger.protocol.message_facts import MessageFacts, remarks_on


class Objection(NamedTuple):
    """Why a server will, or may, refuse; and what to change."""

    what: str
    change: str
    reference: str
    is_certain: bool = False
    """Whether RFC or offer rule it out; else it is only unwise."""

    @property
    def sentence(self) -> str:
        """All of it in one line."""
        return f"{self.what[:1].upper()}{self.what[1:]}. {self.change} ({self.reference})."


def objections(
    envelope: Envelope,
    facts: MessageFacts | None,
    offered: Capabilities | None,
    *,
    by_bdat: bool = False,
    tls: bool = False,
) -> tuple[Objection, ...]:
    """Everything against sending it as it is. ``facts`` is None where the content is unknown."""
    has = Capabilities() if offered is None else offered
    found = [*_parameters(envelope, has, tls=tls), *_addresses(envelope, has)]
    if by_bdat and "CHUNKING" not in has:
        found.append(
            Objection("BDAT was not offered (no CHUNKING)", "Send by DATA", "RFC 3030 2", True)
        )
    if facts is not None:
        found += _content(envelope, facts, has, by_bdat=by_bdat)
    return tuple(found)


def _parameters(envelope: Envelope, has: Capabilities, *, tls: bool) -> Iterator[Objection]:
    wanted = (
        (envelope.size is not None, "SIZE", "SIZE=", "RFC 1870 5"),
        (envelope.body in {"7BIT", "8BITMIME"}, "8BITMIME", "BODY=", "RFC 6152 3"),
        (envelope.body == "BINARYMIME", "BINARYMIME", "BODY=BINARYMIME", "RFC 3030 3"),
        (envelope.smtputf8, "SMTPUTF8", "SMTPUTF8", "RFC 6531 3.4"),
        (envelope.requiretls, "REQUIRETLS", "REQUIRETLS", "RFC 8689 4.2"),
        (envelope.wants_dsn, "DSN", "RET, ENVID, NOTIFY and ORCPT", "RFC 3461 4"),
    )
    for is_used, keyword, parameter, reference in wanted:
        if is_used and keyword not in has:
            yield Objection(f"{keyword} was not offered", f"Leave {parameter} out", reference, True)
    if envelope.requiretls and not tls:
        yield Objection(
            "REQUIRETLS was asked for outside TLS", "Use STARTTLS first", "RFC 8689 4.2", True
        )
    if "NEVER" in envelope.notify and len(envelope.notify) > 1:
        yield Objection(
            "NOTIFY=NEVER stands with others", "Let NEVER stand alone", "RFC 3461 4.1", True
        )


def _addresses(envelope: Envelope, has: Capabilities) -> Iterator[Objection]:
    if not envelope.recipients:
        yield Objection("there is no recipient", "Name one", "RFC 5321 3.3", True)
    if not envelope.is_international:
        return
    if "SMTPUTF8" not in has:
        yield Objection(
            "an address has characters beyond ASCII, and SMTPUTF8 was not offered",
            "Use an ASCII address; a domain can be written with xn--",
            "RFC 6531 3.2",
            True,
        )
    elif not envelope.smtputf8:
        yield Objection(
            "an address has characters beyond ASCII, and MAIL does not say SMTPUTF8",
            "Add SMTPUTF8",
            "RFC 6531 3.4",
            True,
        )


def _content(
    envelope: Envelope, facts: MessageFacts, has: Capabilities, *, by_bdat: bool
) -> Iterator[Objection]:
    limit = has.size_limit
    if limit is not None and facts.octets > limit:
        yield Objection(
            f"the message has {facts.octets} octets, and the server takes {limit}",
            "Make it smaller",
            "RFC 1870 4",
            True,
        )
    if facts.has_8bit and envelope.body not in {"8BITMIME", "BINARYMIME"}:
        offered = "8BITMIME" in has
        change = "Add BODY=8BITMIME" if offered else "Encode it as quoted-printable or Base64"
        why = "MAIL does not say BODY=8BITMIME" if offered else "8BITMIME was not offered"
        yield Objection(
            f"line {facts.eight_bit_at} has octets above 127, and {why}", change, "RFC 6152 3"
        )
    if facts.has_8bit_header and not envelope.smtputf8:
        change = "Add SMTPUTF8" if "SMTPUTF8" in has else "Write it as an encoded word (RFC 2047)"
        yield Objection(
            "the header section has octets above 127, and MAIL does not say SMTPUTF8",
            change,
            "RFC 6532 3",
        )
    if envelope.body == "BINARYMIME":
        if not by_bdat:
            yield Objection("BODY=BINARYMIME cannot go by DATA", "Send by BDAT", "RFC 3030 3", True)
        return
    for remark in remarks_on(facts):
        yield Objection(remark.what, remark.change, remark.reference)
