"""The language of scripts: commands, remarks and :directives, read line by line."""

from dataclasses import dataclass

from smtpdebugger.protocol import escapes

DIRECTIVES: dict[str, tuple[str, str]] = {
    "message": ("FILE", "send DATA, and the file as mail data (needs --allow-delivery)"),
    "bdat": ("FILE N", "send the file in chunks of N octets (needs --allow-delivery)"),
    "mail": ("WORDS", "a whole transaction; :help mail tells the words (needs --allow-delivery)"),
    "group": ("", "the commands up to :end go out together, then all replies are awaited"),
    "end": ("", "end of a :group"),
    "raw": ("TEXT", r"send TEXT and no line end; \r \n \t \0 \xHH and \\ are octets"),
    "ending": ("crlf|lf|cr|none", "what ends the lines from here on"),
    "wait": ("SECONDS", "wait; what the server says meanwhile is shown"),
    "starttls": ("", "send STARTTLS, and begin TLS where the server agrees"),
    "auth": ("[MECH]", "log in as --user, with the password of --password-env"),
    "quit": ("", "send QUIT and end"),
    "help": ("[mail]", "tell this"),
}
"""Every directive: its argument, and what it does."""

IN_MAIL_DATA = frozenset({"raw", "ending", "wait"})
"""Directives that act among mail data; any other line is data there, also one that begins with
a colon."""

LONGEST_WAIT = 3600.0


class ScriptError(Exception):
    """A script that cannot be gone on with; the message is a sentence."""


class Unreadable(ScriptError):
    """A script, or a file it names, that cannot be read."""


@dataclass(frozen=True, slots=True)
class Directive:
    """One directive."""

    name: str
    argument: str = ""


def read_directive(line: bytes, *, among_data: bool = False) -> Directive | None:
    """The directive in a line, or None where the line is none. Raises ScriptError.

    ``among_data``: the line stands in mail data or in a chunk.
    """
    if not line.startswith(b":"):
        return None
    name, _, argument = line[1:].decode("utf-8", "surrogateescape").partition(" ")
    name = name.rstrip()
    if among_data and name not in IN_MAIL_DATA:
        return None
    if name not in DIRECTIVES:
        raise ScriptError(f"there is no directive :{name}; :help tells those there are")
    # The blanks of raw text are meant.
    return Directive(name, argument if name == "raw" else argument.strip())


def unescaped(text: str) -> bytes:
    r"""The octets that ``text`` stands for: \r \n \t \0 \xHH and \\. Raises ScriptError."""
    try:
        return escapes.unescaped(text)
    except ValueError as error:
        raise ScriptError(str(error)) from error


def seconds(text: str) -> float:
    """How long ``:wait`` waits. Raises ScriptError."""
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not 0 <= number <= LONGEST_WAIT:
        raise ScriptError(f":wait needs seconds, from 0 to {LONGEST_WAIT:.0f}")
    return number


def ending(text: str) -> bytes:
    """The octets that end a line from here on. Raises ScriptError."""
    if text.lower() not in escapes.ENDINGS:
        raise ScriptError(f":ending needs one of {', '.join(escapes.ENDINGS)}")
    return escapes.ENDINGS[text.lower()]


def file_and_size(text: str) -> tuple[str, int]:
    """The arguments of ``:bdat``; 0 where no size was given: all in one chunk.

    Raises ScriptError.
    """
    name, _, size = text.rpartition(" ")
    if name and size.isdecimal():
        if int(size) == 0:
            raise ScriptError(":bdat needs a chunk size from 1")
        return name.strip(), int(size)
    if not text:
        raise ScriptError(":bdat needs a file, and the size of a chunk")
    return text, 0


def help_text() -> str:
    """All directives, for a person at a terminal."""
    lines = ["A line is sent as it is typed. Lines with # are remarks; an empty line is nothing."]
    for name, (argument, told) in DIRECTIVES.items():
        lines.append(f"  {f':{name} {argument}':<24}{told}")
    lines.append("After a 354, lines are mail data up to a lone dot; dots are doubled for you.")
    return "\n".join(lines) + "\n"
