"""What a domain has published about TLS to its mail servers, and whether a server keeps to it.

Asked only on request: it takes questions to the domain name system and to a web server.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from smtpdebugger.session.events import Connected, Failed, TlsEstablished
from smtpdebugger.transport.client import SmtpClient
from smtpdebugger.transport.dane import TlsaRecord
from smtpdebugger.transport.mta_sts import (
    Fetch,
    Policy,
    PolicyMissing,
    fetch_policy,
    policy_id,
    read_policy,
)
from smtpdebugger.transport.names import ask, texts
from smtpdebugger.transport.resolve import LookupFailed, in_thread


@dataclass(frozen=True, slots=True)
class Server:
    """The server whose certificate is to be compared with what was published."""

    host: str
    port: int
    chain: tuple[bytes, ...]
    """DER, its own first; empty where there was no TLS."""
    is_verified: bool
    """Whether the certificate was verified for ``host``."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """One sentence about what was published."""

    subject: str
    """MTA-STS | TLSA"""
    is_kept: bool | None
    """None where there is nothing to keep to."""
    what: str


async def examine_published(
    client: SmtpClient, domain: str, fetch: Fetch = fetch_policy
) -> list[Verdict]:
    """The same for the server of a client's session, noted in that session."""
    settings = client.settings
    verdicts = await examine_policies(
        domain,
        _server_of(client),
        name_server=settings.name_server,
        seconds=settings.timeouts.resolve,
        fetch=fetch,
    )
    marks = {True: "kept", False: "NOT kept", None: "nothing to keep"}
    for each in verdicts:
        client.note(f"{each.subject}, {marks[each.is_kept]}: {each.what}.")
    return verdicts


def _server_of(client: SmtpClient) -> Server:
    host, port = client.settings.host, client.settings.port
    chain: tuple[bytes, ...] = ()
    is_verified = False
    for event in client.session.events:
        match event:
            case Connected():
                host, chain, is_verified = event.host, (), False
            case TlsEstablished():
                chain, is_verified = event.chain, event.verified
            case Failed() if event.chain:
                chain, is_verified = event.chain, False
    return Server(host, port, chain, is_verified)


async def examine_policies(
    domain: str, server: Server, *, name_server: str, seconds: float, fetch: Fetch = fetch_policy
) -> list[Verdict]:
    """Ask for the MTA-STS policy of a domain and the TLSA records of its server."""
    sts = partial(_mta_sts, domain, server, name_server, seconds, fetch)
    tlsa = partial(_tlsa, server, name_server, seconds)
    found = await in_thread(lambda: [*sts(), *tlsa()], "look up what was published")
    return list(found)


def _mta_sts(
    domain: str, server: Server, name_server: str, seconds: float, fetch: Fetch
) -> Iterator[Verdict]:
    name = f"_mta-sts.{domain}"
    try:
        records = [each for each in texts(name, name_server, seconds) if policy_id(each)]
    except LookupFailed as error:
        yield Verdict("MTA-STS", None, _no_record(domain, "MTA-STS policy", error))
        return
    if len(records) != 1:
        what = f"{name} has {len(records) or 'no'} MTA-STS records; one is needed"
        yield Verdict("MTA-STS", False if records else None, what)
        return
    try:
        policy = read_policy(fetch(domain, seconds))
    except PolicyMissing as error:
        yield Verdict(
            "MTA-STS", False, f"{domain} announces a policy that is not to be had: {error}"
        )
        return
    yield from _judge_policy(policy, domain, server)


def _judge_policy(policy: Policy, domain: str, server: Server) -> Iterator[Verdict]:
    for problem in policy.problems:
        yield Verdict("MTA-STS", False, f"the policy of {domain} is wrong: {problem}")
    if policy.problems or policy.mode == "none":
        if not policy.problems:
            yield Verdict("MTA-STS", None, f"the policy of {domain} asks for nothing (mode none)")
        return
    shown = f"the policy of {domain} (mode {policy.mode}, {policy.max_age} s)"
    is_named = policy.allows(server.host)
    names = ", ".join(policy.patterns)
    words = f"names {server.host}" if is_named else f"names {names}, not {server.host}"
    yield Verdict("MTA-STS", is_named, f"{shown} {words}")
    if not server.chain:
        yield Verdict("MTA-STS", False, f"{shown} wants TLS, and there is none")
    elif not server.is_verified:
        what = f"{shown} wants a certificate that is verified for {server.host}, and it is not"
        yield Verdict("MTA-STS", False, what)
    else:
        yield Verdict("MTA-STS", True, f"the certificate is verified, as {shown} wants")


def _tlsa(server: Server, name_server: str, seconds: float) -> Iterator[Verdict]:
    name = f"_{server.port}._tcp.{server.host}"
    try:
        answer = ask(name, "TLSA", name_server, seconds)
    except LookupFailed as error:
        yield Verdict("TLSA", None, _no_record(server.host, "TLSA record", error))
        return
    if not answer.is_secure:
        what = f"the records of {name} are not signed (DNSSEC), so nobody relies on them"
        yield Verdict("TLSA", None, what)
    usable = False
    for each in answer.records:
        record = TlsaRecord(each.usage, each.selector, each.mtype, bytes(each.cert))  # type: ignore[attr-defined]
        if record.problem:
            yield Verdict("TLSA", None, f"{name}: {record}: {record.problem}")
            continue
        usable = True
        if not server.chain:
            yield Verdict("TLSA", False, f"{name}: {record}: TLS is due, and there is none")
            continue
        fits = record.matches(server.chain)
        words = "the certificate satisfies it" if fits else "the certificate is another"
        yield Verdict("TLSA", fits, f"{name}: {record}: {words}")
    if not usable:
        yield Verdict("TLSA", None, f"{name} has no record that mail senders can use")


def _no_record(whose: str, what: str, error: LookupFailed) -> str:
    if error.kind in {"nonexistent", "empty"}:
        return f"{whose} has no {what}"
    return f"whether {whose} has a {what} is not known: the name server gave no answer"
