"""MTA-STS (RFC 8461): a domain says over HTTPS which mail exchangers it has, and that TLS is due.

The record in the domain name system only tells that there is a policy and when it changed.
"""

import http.client
import ssl
from collections.abc import Callable
from dataclasses import dataclass

_MAX_POLICY = 64 * 1024
_MODES = frozenset({"enforce", "testing", "none"})
_MAX_AGE = 31_557_600
"""One year, in seconds (RFC 8461 section 3.2)."""


@dataclass(frozen=True, slots=True)
class Policy:
    """What a policy file says."""

    mode: str
    """enforce | testing | none"""
    patterns: tuple[str, ...]
    """Mail exchangers; ``*.`` at the beginning stands for one label."""
    max_age: int
    """Seconds for which senders keep it."""
    problems: tuple[str, ...] = ()
    """What is wrong with the file, as sentences without full stops."""

    def allows(self, host: str) -> bool:
        """Whether a mail exchanger is one of those it names (RFC 8461 section 4.1)."""
        name = host.lower().rstrip(".")
        return any(_covers(each.lower().rstrip("."), name) for each in self.patterns)


class PolicyMissing(Exception):
    """The policy could not be fetched; the words tell why."""


Fetch = Callable[[str, float], bytes]
"""Domain and seconds to the octets of its policy. Raises PolicyMissing."""


def policy_id(record: str) -> str | None:
    """The ``id`` of a ``_mta-sts`` record, or None where it is no such record."""
    fields = [each.strip() for each in record.split(";")]
    if fields[0] != "v=STSv1":
        return None
    found = (each.partition("=")[2] for each in fields if each.startswith("id="))
    return next(found, None)


def read_policy(octets: bytes) -> Policy:
    """A policy file. Never raises: what is wrong with it is told."""
    fields: dict[str, list[str]] = {}
    problems = []
    for line in octets.decode("utf-8", "replace").splitlines():
        key, mark, value = (each.strip() for each in line.partition(":"))
        if mark:
            fields.setdefault(key, []).append(value)
        elif key:
            problems.append(f"“{key[:40]}” is no line of a policy")
    mode, patterns = fields.get("mode", [""])[0], tuple(fields.get("mx", []))
    age = fields.get("max_age", [""])[0]
    if fields.get("version") != ["STSv1"]:
        problems.append("it does not begin with version: STSv1")
    if mode not in _MODES:
        problems.append(f"its mode is {mode or 'missing'}, not enforce, testing or none")
    if not age.isdecimal():
        problems.append("it has no max_age")
    if not patterns and mode != "none":
        problems.append("it names no mail exchanger")
    seconds = min(int(age[:12]), _MAX_AGE) if age.isdecimal() else 0
    return Policy(mode, patterns, seconds, tuple(problems))


def fetch_policy(domain: str, seconds: float) -> bytes:
    """Fetch a policy as RFC 8461 section 3.3 has it: verified, and no redirection followed.

    Blocking, for a thread. Raises PolicyMissing.
    """
    host = f"mta-sts.{domain}"
    connection = http.client.HTTPSConnection(
        host, timeout=seconds, context=ssl.create_default_context()
    )
    try:
        connection.request("GET", "/.well-known/mta-sts.txt")
        answer = connection.getresponse()
        octets = answer.read(_MAX_POLICY + 1)
    except (OSError, ValueError, http.client.HTTPException) as error:
        raise PolicyMissing(f"https://{host} could not be asked: {error}") from error
    finally:
        connection.close()
    if answer.status != 200:
        raise PolicyMissing(f"https://{host} answered {answer.status} {answer.reason}")
    if len(octets) > _MAX_POLICY:
        raise PolicyMissing(f"what https://{host} sends is too long for a policy")
    return octets


def _covers(pattern: str, name: str) -> bool:
    if not pattern.startswith("*."):
        return pattern == name
    first, _, rest = name.partition(".")
    return bool(first) and rest == pattern[2:]
