"""A person at a terminal: a prompt, line editing, answers to the server that are not shown."""

import os
from collections.abc import Callable
from contextlib import suppress
from getpass import getpass
from typing import Any

from smtpdebugger.cli.talk.output import Output
from smtpdebugger.protocol.framing import Mode
from smtpdebugger.protocol.sasl import secrets_of_command
from smtpdebugger.session.session import Session
from smtpdebugger.transport.resolve import in_thread

_ERASE = "\r\x1b[J"


class TerminalOutput(Output):
    """Output above a prompt: what comes while a person types does not disturb the line."""

    def __init__(self, on_failure: Callable[[OSError], None]) -> None:
        super().__init__(on_failure)
        self.can_erase = os.environ.get("TERM", "dumb") != "dumb"

    def write(self, text: str) -> None:
        """Write above the prompt."""
        if self.prompt and text:
            before = _ERASE if self.can_erase else "\n"
            text = f"{before}{text}{self.prompt}{_typed_so_far()}"
        super().write(text)

    def forget_line(self, line: str) -> None:
        """Erase the line that was just typed: the transcript shows it once it is sent."""
        if not self.can_erase:
            return
        columns = max(1, os.get_terminal_size(1).columns)
        rows = 1 + (len(line) - 1) // columns
        super().write(f"\x1b[{rows}A{_ERASE}")


class Terminal:
    """Asks a person for line after line."""

    def __init__(self, session: Session, output: TerminalOutput) -> None:
        self.number = 0
        """How many lines were typed."""
        self._session = session
        self._output = output
        self._modes = _terminal_modes()
        # Line editing and a history, where the system has them.
        with suppress(ImportError):
            import readline

            readline.set_auto_history(False)

    has_more = False
    is_ready = False

    async def next(self) -> bytes | None:
        """The next line, or None at the end of input."""
        session = self._session
        prompt = "C*: " if session.situation.tls else "C: "
        is_secret = session.expects is Mode.SASL
        if is_secret:
            prompt = f"{prompt}(answer in Base64, not shown) "
        self._output.prompt = prompt
        try:
            ask = getpass if is_secret else input
            line = await in_thread(lambda: _ask(ask, prompt), "read a line")
        finally:
            self._output.prompt = ""
        if line is None:
            self._output.write("\n")
            return None
        self.number += 1
        if session.expects is Mode.COMMANDS and not is_secret:
            self._tidy(prompt, line)
        return line.encode("utf-8", "surrogateescape")

    async def ask(self, question: str) -> bool:
        """Ask a person for yes or no; anything but a yes is a no."""
        self._output.prompt = question
        try:
            line = await in_thread(lambda: _ask(input, question), "ask")
        finally:
            self._output.prompt = ""
        if line is None:
            self._output.write("\n")
        return (line or "").strip().lower() in {"y", "yes"}

    def restore(self) -> None:
        """Give the terminal back as it was, also in the middle of a question."""
        if self._modes is not None:
            import termios

            with suppress(termios.error):
                termios.tcsetattr(0, termios.TCSANOW, self._modes)

    def _tidy(self, prompt: str, line: str) -> None:
        if line and not secrets_of_command(line.encode("utf-8", "surrogateescape")):
            with suppress(ImportError):
                import readline

                readline.add_history(line)
        if not line.startswith((":", "#")):
            self._output.forget_line(prompt + line)


def _ask(ask: Callable[[str], str], prompt: str) -> str | None:
    try:
        return ask(prompt)
    except EOFError:
        return None


def _typed_so_far() -> str:
    try:
        import readline
    except ImportError:
        return ""
    return readline.get_line_buffer()


def _terminal_modes() -> Any:
    try:
        import termios
    except ImportError:
        return None
    try:
        return termios.tcgetattr(0)
    except termios.error:
        return None
