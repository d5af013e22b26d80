"""Fills the placeholders of alternatives from the session, and never guesses.

What the session does not show stays in the line as ``{name}`` and is reported as missing, so that
a person fills it in.
"""

import re

from smtpdebugger.diagnosis.case import HELLOS, Case
from smtpdebugger.diagnosis.chain import is_well_formed
from smtpdebugger.diagnosis.grammar import corrected_line
from smtpdebugger.protocol.command import Command, end_of_path
from smtpdebugger.protocol.reply import decode

_NAMES = re.compile(r"\{([a-z]+)\}")
_PLAIN_WORD = re.compile(r"(?=.*\w)[^\s<>@:,;{}]+")
_ADDRESS = re.compile(r"(?<![^\s<>@:{}])[^\s<>@:{}]+@[^\s<>@{}]+")
_DOMAIN = re.compile(r"[A-Za-z0-9\[]([A-Za-z0-9.:\]-]*)")
HARMLESS = frozenset({"EHLO", "HELO", "LHLO", "VRFY", "EXPN", "HELP", "NOOP", "RSET", "MAIL"})
"""Verbs that have no effect beyond the connection, whatever follows them."""

LONGEST = 12_288
"""Octets of a line that is looked at for what to send again: the longest that RFC 4954 section 4
knows. Nothing is made of longer ones, which hostile peers send to keep readers busy."""

_ABOUT_ADDRESS = frozenset({"VRFY", "EXPN", "RCPT", "MAIL", "SEND", "SOML", "SAML"})
_ABOUT_SENDER = frozenset({"MAIL", "SEND", "SOML", "SAML"})
_WHOLE = {
    "MAIL": "MAIL FROM:<{mailbox}>",
    "RCPT": "RCPT TO:<{address}>",
    "VRFY": "VRFY {address}",
    "EXPN": "EXPN {argument}",
}
"""Commands that came without what they are about."""

_BARE = frozenset({"DATA", "QUIT", "RSET", "STARTTLS"})  # they take no argument

_QUEUE_WANTED = re.compile(r"(?i)\bbegin with [\"'`]?#")
"""How a server says that ETRN takes the name of a queue only (RFC 1985 section 5.3)."""

_ALONE = frozenset({"NOOP", "HELP", "RSET"})
"""Verbs that may stand alone, and then do no harm."""

_ABOUT_DOMAIN = frozenset({"ETRN", "ATRN"})


def fill_line(case: Case, template: str) -> tuple[str, tuple[str, ...]]:
    """A command line with what is known filled in, and the names of what is missing."""
    if "{" not in template:
        return template, ()
    line = _NAMES.sub(lambda match: case.derived(value_of, match[1]) or match[0], template)
    return line, names_missing(line) if "{" in line else ()


def names_missing(line: str) -> tuple[str, ...]:
    """The names of the placeholders that are still in a line, each once."""
    return tuple(dict.fromkeys(_NAMES.findall(line)))


def fill_text(case: Case, text: str) -> str:
    """A sentence with what is known filled in; what is missing is named in angle brackets."""
    line, missing = fill_line(case, text)
    for name in missing:
        line = line.replace(f"{{{name}}}", f"<{name}>")
    return line


def value_of(case: Case, name: str) -> str:
    """What a placeholder stands for in this case; empty where nobody knows."""
    match name:
        case "address":
            return _address(case)
        case "mailbox":
            return _sender(case)
        case "domain":
            return _domain(case)
        case "client":
            return _client(case)
        case "argument":
            return own_argument(case)
        case "octets":
            return _octets(case)
        case "line":
            return own_line(case)
        case "bare":
            return _bare(case)
        case "plain":
            return _plain(case)
        case _:
            return ""


def own_line(case: Case) -> str:
    """The command as the client sent it, without its secrets and whatever follows them."""
    return case.derived(_own_line)


def _own_line(case: Case) -> str:
    command = case.command
    if command is None or not command.verb:
        return ""
    octets = command.octets
    if len(octets) > LONGEST:
        return ""
    if command.secrets:
        octets = octets[: command.secrets[0].start]
    text = decode(octets.strip())
    return text if text.isprintable() and "{" not in text else ""


def line_again(case: Case) -> str:
    """The refused command for another try, in the form of the standard; empty for what is none."""
    line = own_line(case)
    if not line or not case.is_command or case.verb in HELLOS:
        return ""
    if case.verb in _BARE:
        return case.verb
    if case.verb == "ETRN" and _QUEUE_WANTED.search(case.text) and (name := _domain(case)):
        return f"ETRN #{name}"  # for Exim, a queue it is
    if is_well_formed(line):
        return line
    return corrected_line(case.verb, own_argument(case)) or _WHOLE.get(case.verb, "")


def own_argument(case: Case) -> str:
    """What followed the verb, without secrets."""
    return own_line(case).partition(" ")[2].strip()


def _bare(case: Case) -> str:
    """MAIL or RCPT without its parameters."""
    line = own_line(case)
    return line[: end_of_path(line)]


def _plain(case: Case) -> str:
    """The verb in its simplest form; empty where the refused line was in it, or where more than
    an answer would come of it."""
    command = case.command
    if command is None:
        return ""
    if command.verb in _ALONE:
        return command.verb if command.argument else ""
    return "EXPN postmaster" if command.verb == "EXPN" and not command.argument else ""


def is_harmless(case: Case) -> bool:
    """Whether the refused line may be sent again: it names no recipient, holds no secret, starts
    no delivery, and was whole."""
    command = case.command
    if command is None or command.secrets or command.verb not in HARMLESS:
        return False
    # A blank in front, say, would be lost, and with it what was refused.
    line = own_line(case)
    return bool(line) and line == decode(command.octets).rstrip("\r\n")


def _address(case: Case) -> str:
    """A full mailbox; ``alice@{domain}`` where only a local-part was given."""
    verb = case.verb if case.is_command else case.near_verb
    if verb in {"DATA", "BDAT"}:
        return _recipient(case)
    if verb not in _ABOUT_ADDRESS or verb in _ABOUT_SENDER:
        return ""
    argument = own_argument(case)
    if found := _ADDRESS.search(argument):
        return found[0]
    word = _PLAIN_WORD.fullmatch(argument.strip("<>"))
    return f"{word[0]}@{{domain}}" if word and not argument.upper().startswith("TO:") else ""


def _recipient(case: Case) -> str:
    """The recipient accepted last."""
    accepted = case.last_accepted("RCPT")
    unit = accepted.unit if accepted is not None and case.before.recipients else None
    path = unit.path if isinstance(unit, Command) else None
    return path if path and _ADDRESS.fullmatch(path) else ""


def _sender(case: Case) -> str:
    if case.verb in _ABOUT_SENDER and (found := _ADDRESS.search(own_argument(case))):
        return found[0]
    # A refused message ends its transaction.
    return case.exchange.after.reverse_path or case.before.reverse_path or ""


def _domain(case: Case) -> str:
    """The domain the command is about: its own argument, or that of its address."""
    argument = own_argument(case)
    if case.verb in _ABOUT_DOMAIN:
        name = argument.split(",")[0].strip().lstrip("@#")
        return name if _DOMAIN.fullmatch(name) else ""
    domain = _address(case).rpartition("@")[2]
    return domain if _DOMAIN.fullmatch(domain) else ""


def _client(case: Case) -> str:
    """The name the client gave in its last EHLO or HELO, accepted or not."""
    if case.verb in {"EHLO", "HELO", "LHLO"} and (name := own_argument(case)):
        return name if _DOMAIN.fullmatch(name) else ""
    units = [each.unit for verb in ("HELO", "LHLO", "EHLO") for each in case.earlier(verb)]
    names = [unit.argument for unit in units if isinstance(unit, Command)]
    return next((name for name in reversed(names) if _DOMAIN.fullmatch(name)), "")


def _octets(case: Case) -> str:
    found = re.match(r"[0-9]{1,18}", own_argument(case)) if case.verb == "BDAT" else None
    return found[0] if found else ""
