"""Standard output that may be a pipe nobody reads any more, or a full disk."""

import io
import os
import sys
from collections.abc import Callable


class Output:
    """Writes results; the first failure is told once, and all that follows goes nowhere."""

    def __init__(self, on_failure: Callable[[OSError], None]) -> None:
        self.before: Callable[[], None] = lambda: None
        """Called before anything is written."""
        self.prompt = ""
        """What stands at the beginning of the line a person types; empty while nobody is asked."""
        self._on_failure = on_failure
        self._has_failed = False
        if isinstance(sys.stdout, io.TextIOWrapper):
            # A terminal that cannot show a character gets an escape, not an error.
            sys.stdout.reconfigure(errors="backslashreplace")

    def write(self, text: str) -> None:
        """Write and flush."""
        if self._has_failed or not text:
            return
        self.before()
        try:
            sys.stdout.write(text)
            sys.stdout.flush()
        except OSError as error:
            self._has_failed = True
            silence()
            self._on_failure(error)


def silence() -> None:
    """Nothing more may be written to standard output, not even at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def wants_color(choice: str) -> bool:
    """Whether to colour: ``always``, ``never``, or ``auto``: a terminal, and no NO_COLOR."""
    if choice != "auto":
        return choice == "always"
    has_colors = os.environ.get("TERM", "dumb") != "dumb"
    return sys.stdout.isatty() and has_colors and not os.environ.get("NO_COLOR")


def is_interactive() -> bool:
    """Whether a person sits at both ends."""
    return sys.stdin is not None and sys.stdin.isatty() and sys.stdout.isatty()
