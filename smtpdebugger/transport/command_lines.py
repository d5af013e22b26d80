"""Command lines of other programs: what reading and writing them has in common.

Passwords never stand in a line that is written; what a line cannot say is told beside it.
"""

import shlex
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from smtpdebugger.transport.settings import ConnectionSettings


@dataclass(frozen=True, slots=True)
class Written:
    """Settings as a command line."""

    line: str
    left_out: tuple[str, ...] = ()
    """What the other program cannot do, or must not be told in a line, as sentences."""


@dataclass(frozen=True, slots=True)
class Understood:
    """A command line as settings."""

    settings: ConnectionSettings
    ignored: tuple[str, ...] = ()
    """Options that are no settings of a connection, without their values."""


class CommandLineError(ValueError):
    """A line that cannot be understood; the words tell why."""


def words_of(text: str, program: str) -> list[str]:
    """The words of a line of shell, behind the program's name. Raises CommandLineError.

    A prompt in front and lines continued with a backslash are understood.
    """
    try:
        words = shlex.split(text.strip().removeprefix("$ ").replace("\\\n", " "), comments=True)
    except ValueError as error:
        raise CommandLineError(f"The line cannot be read: {error}.") from error
    names = [index for index, each in enumerate(words) if _is_program(each, program)]
    if not names:
        raise CommandLineError(f"That is no command line of {program}.")
    return words[names[0] + 1 :]


def options_of(words: Iterable[str], flags: frozenset[str]) -> Iterator[tuple[str, str | None]]:
    """Options with their values, dashes stripped; a word without an option has the name ``""``.

    An option takes the next word for its value unless it is one of ``flags`` or the word is an
    option itself.
    """
    waiting: str | None = None
    for word in words:
        if waiting is not None and not _is_option(word):
            yield waiting, word
            waiting = None
            continue
        if waiting is not None:
            yield waiting, None
            waiting = None
        if not _is_option(word):
            yield "", word
        elif (name := word.lstrip("-")) in flags:
            yield name, None
        else:
            waiting = name
    if waiting is not None:
        yield waiting, None


def number_of(text: str | None, option: str) -> int:
    """A number that an option must have. Raises CommandLineError."""
    if text is None or not text.isdecimal():
        raise CommandLineError(f"The option {option} needs a number.")
    return int(text[:12])


def file_of(text: str | None, option: str) -> str:
    """A word that an option must have. Raises CommandLineError."""
    if not text:
        raise CommandLineError(f"The option {option} needs a value.")
    return text


def _is_program(word: str, program: str) -> bool:
    return word.replace("\\", "/").rpartition("/")[2].removesuffix(".exe") == program


def _is_option(word: str) -> bool:
    return len(word) > 1 and word.startswith("-")
