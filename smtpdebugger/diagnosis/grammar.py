"""The form of command lines (RFC 5321 section 4.1): what is wrong with one, in words.

Servers differ in what they forgive. This says what the standard asks for, so that a refusal can
be traced to the line, and how the line would be written properly.
"""

import re
from collections.abc import Callable

NO_ARGUMENT = frozenset({"DATA", "RSET", "QUIT", "STARTTLS", "TURN"})
NEEDS_ARGUMENT = frozenset({"VRFY", "EXPN", "ETRN", "AUTH", "BDAT", "SEND", "SOML", "SAML"})

_HELLO_NAME = re.compile(
    r"(?i)(\[(ipv6:[0-9a-f:.]+|[0-9.]+|[a-z-]+:[!-Z^-~]+)\]|[a-z0-9]([a-z0-9-]*[a-z0-9])?"
    r"(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*\.?)"
)
_PATH_LINE = r"(?i){word}:<[^<>]*>( [A-Za-z0-9][A-Za-z0-9-]*(=[^\s=]+)?)*"
_PATH_LINES = {
    "MAIL": re.compile(_PATH_LINE.format(word="FROM")),
    "RCPT": re.compile(_PATH_LINE.format(word="TO")),
}
_WORDS = {"MAIL": "FROM", "RCPT": "TO"}
_BDAT = re.compile(r"(?i)[0-9]{1,20}( LAST)?")
_MECHANISM = re.compile(r"(?i)[A-Z0-9_-]{1,20}( \S+)?")
_ATEXT = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LOCAL = re.compile(rf'{_ATEXT}(\.{_ATEXT})*|"([^"\\]|\\.)*"')
_LABEL = r"[A-Za-z0-9][A-Za-z0-9-]*"
_DOMAIN = re.compile(rf"\[[^\]]+\]|{_LABEL}(\.{_LABEL})*")


def problem_of_line(verb: str, argument: str) -> str:
    """What is wrong with a command's arguments; empty where nothing is, or nobody knows."""
    if verb in {"EHLO", "HELO", "LHLO"}:
        return _problem_of_hello(argument)
    if verb in _PATH_LINES:
        return _problem_of_path(verb, argument)
    if verb in NO_ARGUMENT and argument:
        return f"{verb} takes no argument"
    if verb in NEEDS_ARGUMENT and not argument:
        return f"{verb} needs an argument"
    check = _CHECKS.get(verb)
    return check(argument) if check is not None else ""


def problem_of_blanks(octets: bytes) -> str:
    """What is wrong with the blanks of a line; empty where nothing is (RFC 5321 4.1.1)."""
    if octets[:1] in (b" ", b"\t"):
        return "it begins with a blank"
    if b"\t" in octets:
        return "a tab stands where one blank should"
    return ""


def problem_of_address(verb: str, argument: str) -> str:
    """What is wrong with the address of MAIL or RCPT; empty where nothing is."""
    found = re.search(r"<([^<>]*)>", argument)
    if found is None or verb not in _PATH_LINES:
        return ""
    # Octets outside ASCII are another matter (RFC 6531); here they count as letters.
    path = "".join(sign if sign.isascii() else "x" for sign in found[1])
    if not path:
        return "" if verb == "MAIL" else "the null path <> is for the reverse-path only"
    if verb == "RCPT" and path.lower() == "postmaster":
        return ""
    local, at, domain = path.rpartition("@")
    if not at:
        return "it has no @ and no domain"
    local = re.sub(r"^@[^:]*:", "", local)
    if not _LOCAL.fullmatch(local):
        return "what stands before the @ is no local-part"
    return "" if _DOMAIN.fullmatch(domain) else "what stands behind the @ is no domain"


def source_route(verb: str, argument: str) -> str:
    """The source route of MAIL or RCPT, such as ``@a,@b:`` (RFC 5321 appendix C), or nothing."""
    found = re.search(r"<(@[^<>:]*:)[^<>]*>", argument) if verb in _PATH_LINES else None
    return found[1] if found else ""


def corrected_line(verb: str, argument: str) -> str:
    """The line as the standard wants it, where that can be told from what was typed."""
    if verb in NO_ARGUMENT and argument:
        return verb
    if verb not in _WORDS:
        return ""
    word = _WORDS[verb]
    rest = re.sub(rf"(?i)^\s*({word})?\s*:?\s*", "", argument)
    found = re.match(r"<([^<>]*)>\s*(.*)$", rest) or re.match(r"([^\s<>]+)\s*(.*)$", rest)
    if found is None:
        return ""
    line = f"{verb} {word}:<{found[1]}> {' '.join(found[2].split())}".rstrip()
    return line if line != f"{verb} {argument}" else ""


def glued_verb(verb: str) -> str:
    """MAIL or RCPT where a verb is one of them with its next word stuck to it."""
    for start, word in _WORDS.items():
        if re.fullmatch(rf"{start}[-_]?{word}:?.*", verb) and verb != start:
            return start
    return ""


def _problem_of_hello(argument: str) -> str:
    if not argument:
        return "the name of the client is missing"
    if "_" in argument:
        return "an underscore may not stand in the client's name"
    if not _HELLO_NAME.fullmatch(argument):
        return "what follows is neither a domain nor an address literal"
    return ""


def _problem_of_path(verb: str, argument: str) -> str:
    word = _WORDS[verb]
    if not argument:
        return f"{word}:<address> is missing"
    upper = argument.upper()
    if not upper.startswith(word):
        return f"{word}: does not follow {verb}"
    after = argument[len(word) :]
    if not after.startswith(":"):
        return f"no colon follows {word}" if ":" not in after else "a blank stands before the colon"
    path = after[1:]
    if not path.startswith("<"):
        blank = path[:1].isspace() and path.lstrip().startswith("<")
        return "a blank stands after the colon" if blank else "the angle brackets are missing"
    if not _PATH_LINES[verb].fullmatch(argument):
        return "what follows the address is not a list of parameters"
    return ""


def _problem_of_bdat(argument: str) -> str:
    if not _BDAT.fullmatch(argument):
        return "a number of octets must follow, and then at most LAST"
    return "a chunk of no octets must be the last" if re.fullmatch(r"0+", argument) else ""


def _problem_of_auth(argument: str) -> str:
    if not _MECHANISM.fullmatch(argument):
        return "a mechanism must follow, and then at most one initial response"
    return ""


_CHECKS: dict[str, Callable[[str], str]] = {"BDAT": _problem_of_bdat, "AUTH": _problem_of_auth}
