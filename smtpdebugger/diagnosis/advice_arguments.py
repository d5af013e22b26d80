"""What can be said of a command's argument before it is sent (RFC 5321 4.1.1 and extensions).

Every check takes the same three things and gives the level and the sentence of what it found, or
None. An argument that is merely unfinished is a note; one that no server would take is a warning.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Literal

from smtpdebugger.protocol.command import Command
from smtpdebugger.session.situation import Situation

if TYPE_CHECKING:
    from smtpdebugger.knowledge.tables import Knowledge

Level = Literal["ok", "warning", "note"]
Found = tuple[Level, str] | None
Check = Callable[[Situation, Command, "Knowledge | None"], Found]

PATH_WORDS = {"MAIL": "FROM", "SEND": "FROM", "SOML": "FROM", "SAML": "FROM", "RCPT": "TO"}
MAX_LINE = 512
"""Octets of a command line with its CRLF (RFC 5321 4.5.3.1.4)."""
MAX_MAIL_LINE = 2048
"""MAIL and RCPT may be longer by what each extension adds; no sum of them comes near this."""
MAX_AUTH_LINE = 12288
"""Octets of a SASL line (RFC 4954 4)."""

_HELLOS = frozenset({"EHLO", "HELO", "LHLO"})
_ALONE = frozenset({"DATA", "RSET", "QUIT", "STARTTLS"})
_ARGUED = {"VRFY": "a user name or mailbox", "EXPN": "the name of a list", "ETRN": "a domain"}
_CLEAR_PASSWORD = frozenset({"PLAIN", "LOGIN", "XOAUTH2", "OAUTHBEARER"})
_PARAMETER_NAME = r"[A-Za-z0-9][A-Za-z0-9-]*"
_BDAT = r"(?i)([0-9]{1,18})(?:\s+LAST)?"
_KNOWN_PARAMETERS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "SIZE": (("SIZE", "SIZE="),),
    "BODY": (("8BITMIME", "BODY=7BIT"), ("8BITMIME", "BODY=8BITMIME")),
    "SMTPUTF8": (("SMTPUTF8", "SMTPUTF8"),),
}


def human_size(octets: int) -> str:
    """Octets as people read them: ``10.2 MB`` (decimal units, as limits are usually set)."""
    for factor, unit in ((1_000_000_000, "GB"), (1_000_000, "MB"), (1_000, "kB")):
        if octets >= factor:
            return f"{octets / factor:.1f}".removesuffix(".0") + f" {unit}"
    return f"{octets} octets"


def parameter_owners(verb: str, knowledge: "Knowledge | None") -> dict[str, list[tuple[str, str]]]:
    """For each parameter of MAIL or RCPT: the EHLO keywords that bring it, and how it is written.

    For example ``BODY``: ``[("8BITMIME", "BODY=8BITMIME"), ("BINARYMIME", "BODY=BINARYMIME")]``.
    """
    owners: dict[str, list[tuple[str, str]]] = {}
    if knowledge is None:
        if verb == "MAIL":
            owners = {name: list(known) for name, known in _KNOWN_PARAMETERS.items()}
        return owners
    for extension in knowledge.extensions.values():
        texts = extension.rcpt_parameters if verb == "RCPT" else extension.mail_parameters
        for text in texts:
            match = re.match(_PARAMETER_NAME, text)
            if match:
                owners.setdefault(match[0].upper(), []).append((extension.keyword, text))
    return owners


def check_arguments(situation: Situation, command: Command, knowledge: "Knowledge | None") -> Found:
    """The first thing that is to be said of the argument, or None where all is well."""
    for check in _CHECKS:
        found = check(situation, command, knowledge)
        if found is not None:
            return found
    return None


def used_extensions(command: Command, knowledge: "Knowledge | None") -> tuple[str, ...]:
    """The EHLO keywords a command's parameters rely on, each once."""
    owners = parameter_owners(command.verb, knowledge)
    used: dict[str, None] = {}
    for name, value in command.parameters.items():
        for keyword, _text in _owners_of(owners, name, value):
            used[keyword] = None
    return tuple(used)


def _hello(_situation: Situation, command: Command, _knowledge: "Knowledge | None") -> Found:
    if command.verb in _HELLOS and not command.argument:
        return "note", f"{command.verb} goes on with the client's name or [address]"
    return None


def _alone(_situation: Situation, command: Command, _knowledge: "Knowledge | None") -> Found:
    if command.verb in _ALONE and command.argument:
        return "warning", f"{command.verb} takes no argument"
    return None


def _argued(_situation: Situation, command: Command, _knowledge: "Knowledge | None") -> Found:
    if command.verb in _ARGUED and not command.argument:
        return "note", f"{command.verb} goes on with {_ARGUED[command.verb]}"
    return None


def _path(situation: Situation, command: Command, _knowledge: "Knowledge | None") -> Found:
    word = PATH_WORDS.get(command.verb)
    if word is None:
        return None
    start, argument = f"{word}:", command.argument
    if start.startswith(argument.upper()):
        return "note", f"{command.verb} goes on with {word}:<…>"
    if not argument.upper().startswith(start):
        return "warning", f"{command.verb} is followed by {word}:<…>"
    path = argument[len(start) :]
    if path.startswith((" ", "\t")):
        return "warning", f"No blank may stand between {start} and < (RFC 5321 3.3)"
    if path and not path.startswith("<"):
        return "warning", f"The path needs angle brackets: {start}<…>"
    if ">" not in path:
        return "note", "The path ends with >"
    return _mailbox(situation, command, path[1 : path.index(">")])


def _mailbox(situation: Situation, command: Command, mailbox: str) -> Found:
    if not mailbox:
        return ("warning", "RCPT needs a recipient") if command.verb == "RCPT" else None
    if not mailbox.isascii():
        return _internationalized(situation, command)
    if "@" not in mailbox and "{" not in mailbox and mailbox.lower() != "postmaster":
        return "warning", f"{mailbox} has no domain: user@domain is a mailbox"
    return None


def _internationalized(situation: Situation, command: Command) -> Found:
    if not situation.offers("SMTPUTF8"):
        return "warning", "An address outside ASCII needs SMTPUTF8, which was not offered"
    if command.verb == "MAIL" and "SMTPUTF8" not in command.parameters:
        return "warning", "An address outside ASCII needs the parameter SMTPUTF8 on MAIL"
    return None


def _parameters(situation: Situation, command: Command, knowledge: "Knowledge | None") -> Found:
    parameters = command.parameters
    if not parameters:
        return None
    if situation.capabilities is None:
        return "warning", "Parameters need EHLO; this session was opened with HELO"
    owners = parameter_owners(command.verb, knowledge)
    for name, value in parameters.items():
        found = _parameter(situation, name, value, owners)
        if found is not None:
            return found
    return _size(situation, parameters)


def _parameter(
    situation: Situation, name: str, value: str | None, owners: dict[str, list[tuple[str, str]]]
) -> Found:
    keywords = [keyword for keyword, _text in _owners_of(owners, name, value)]
    if not keywords:
        if name in owners:
            return None if value in (None, "") else ("note", f"{name}={value} is not known here")
        return ("note", f"{name} is a parameter that is not known here") if owners else None
    if not any(map(situation.offers, keywords)):
        shown = name if name != "BODY" else f"BODY={value}"
        needs = f"{shown} was not offered by this server"
        if keywords[0] != name:
            needs = f"{shown} needs {keywords[0]}, which this server did not offer"
        return "warning", needs
    return None


def _owners_of(
    owners: dict[str, list[tuple[str, str]]], name: str, value: str | None
) -> Iterator[tuple[str, str]]:
    for keyword, text in owners.get(name, ()):
        # Only BODY is shared by extensions, each with values of its own.
        if name != "BODY" or text.upper() == f"BODY={value or ''}".upper():
            yield keyword, text


def _size(situation: Situation, parameters: dict[str, str | None]) -> Found:
    if "SIZE" not in parameters:
        return None
    told = parameters["SIZE"] or ""
    if not told:
        return "note", "SIZE= goes on with the octets of the message"
    if not told.isdecimal() or not told.isascii():
        return "warning", f"SIZE={told} is no number of octets"
    limit = situation.capabilities.size_limit if situation.capabilities else None
    if limit is not None and int(told[:20]) > limit:
        return "warning", f"SIZE={told} is more than this server takes ({human_size(limit)})"
    return None


def _auth(situation: Situation, command: Command, _knowledge: "Knowledge | None") -> Found:
    if command.verb != "AUTH":
        return None
    mechanism, _, response = command.argument.partition(" ")
    offered = situation.capabilities.auth_mechanisms if situation.capabilities else ()
    if not mechanism:
        return "note", f"AUTH goes on with a mechanism: {', '.join(offered) or 'none is offered'}"
    if mechanism.upper() not in offered:
        if any(name.startswith(mechanism.upper()) for name in offered):
            return "note", f"AUTH goes on with a mechanism: {', '.join(offered)}"
        return "warning", f"{mechanism.upper()} is not offered; {', '.join(offered) or 'none'} is"
    if mechanism.upper() in _CLEAR_PASSWORD and not situation.tls:
        return "warning", f"Without TLS, {mechanism.upper()} sends the password readable by anyone"
    if response.strip() not in {"", "="}:
        return "note", "What follows the mechanism is secret: alone, AUTH asks for it hidden"
    return None


def _bdat(_situation: Situation, command: Command, _knowledge: "Knowledge | None") -> Found:
    if command.verb != "BDAT" or "{" in command.argument:
        return None
    if not command.argument:
        return "note", "BDAT goes on with a number of octets, and LAST for the last chunk"
    if not re.fullmatch(_BDAT, command.argument):
        return "warning", "BDAT is followed by a number of octets, then LAST or nothing"
    return None


def _length(_situation: Situation, command: Command, _knowledge: "Knowledge | None") -> Found:
    limits = {"AUTH": MAX_AUTH_LINE, "MAIL": MAX_MAIL_LINE, "RCPT": MAX_MAIL_LINE}
    limit = limits.get(command.verb, MAX_LINE)
    length = len(command.octets.rstrip(b"\r\n")) + 2
    if length > limit:
        return "warning", f"{length} octets with the line end; servers must take only {limit}"
    return None


_CHECKS: tuple[Check, ...] = (
    _hello, _alone, _argued, _path, _parameters, _auth, _bdat, _length,
)  # fmt: skip
