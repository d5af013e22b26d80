"""What was sent from the composer, to be brought back with the arrow keys; never a secret."""

from collections.abc import Callable, Set

from smtpdebugger.protocol.command import read_command
from smtpdebugger.protocol.sasl import looks_like_response, secrets_of_command, words_known
from smtpdebugger.protocol.state import VERBS

MAX_LINES = 500


def without_secrets(line: str, known: Set[bytes] = frozenset()) -> str:
    """``line`` up to its secret, or to one of those ``known``; empty where all of it may be one."""
    octets = line.encode("utf-8", "surrogateescape")
    secrets = sorted([*secrets_of_command(octets), *words_known(octets, frozenset(known))])
    if secrets:
        return octets[: secrets[0].start].decode("utf-8", "surrogateescape").rstrip()
    return line


def may_be_secret(line: str) -> bool:
    """Whether a line, sent where no SASL response was asked for, could be one all the same."""
    octets = line.encode("utf-8", "surrogateescape")
    return read_command(octets).verb not in VERBS and looks_like_response(octets)


class History:
    """Lines in the order they were sent, and a place in them."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._place = 0
        self._draft = ""
        self.known: Callable[[], Set[bytes]] = frozenset
        """The secrets that were sent so far. A line may have been kept before one was known."""

    def add(self, line: str, *, after_auth: bool = False) -> None:
        """Keep a line that was sent. ``after_auth``: credentials may still be on their way."""
        self._draft = ""
        kept = "" if after_auth and may_be_secret(line) else self._told(line)
        if kept.strip() and (not self._lines or self._lines[-1] != kept):
            self._lines.append(kept)
            del self._lines[:-MAX_LINES]
        self._place = len(self._lines)

    def earlier(self, shown: str) -> str | None:
        """The line before the one shown, or None at the beginning."""
        if self._place == 0:
            return None
        if self._place == len(self._lines):
            self._draft = self._told(shown)
        self._place -= 1
        return self._told(self._lines[self._place])

    def later(self) -> str | None:
        """The line after the one shown, in the end what was being typed; None behind that."""
        if self._place >= len(self._lines):
            return None
        self._place += 1
        is_draft = self._place == len(self._lines)
        return self._told(self._draft if is_draft else self._lines[self._place])

    def _told(self, line: str) -> str:
        return without_secrets(line, self.known())

    def clear(self) -> None:
        """Another session: nothing was sent in it yet."""
        self._lines.clear()
        self._place, self._draft = 0, ""
