"""The commands of an alternative that wait in the composer, and what a person fills into them."""

import re

_PLACEHOLDER = r"\{([a-z]+)\}"


class QueuedCommands:
    """Commands to send one after the other; a placeholder filled in one is filled in all."""

    def __init__(self) -> None:
        self._commands: list[str] = []
        self._missing: frozenset[str] = frozenset()

    def load(self, commands: tuple[str, ...], missing: tuple[str, ...]) -> None:
        """Begin with other commands."""
        self._commands = list(commands)
        self._missing = frozenset(missing)

    def clear(self) -> None:
        """Forget them all."""
        self._commands.clear()

    @property
    def current(self) -> str:
        """The command whose turn it is, or an empty string."""
        return self._commands[0] if self._commands else ""

    def following(self, line: str) -> tuple[str, ...]:
        """The commands behind the current one, filled with what ``line`` has filled in."""
        values = _read(self.current, line)
        return tuple(_filled(each, values) for each in self._commands[1:])

    def unfilled(self, line: str) -> tuple[str, ...]:
        """The placeholders a line still holds, each once."""
        names = re.findall(_PLACEHOLDER, line)
        return tuple(dict.fromkeys(name for name in names if name in self._missing))

    def first_gap(self, line: str) -> tuple[int, int] | None:
        """Where the first unfilled placeholder stands, as start and length."""
        for match in re.finditer(_PLACEHOLDER, line):
            if match[1] in self._missing:
                return match.start(), len(match[0])
        return None

    def sent(self, line: str) -> None:
        """A line was sent: its turn is over, unless it was another command altogether."""
        if self._commands and _verb(line) == _verb(self.current):
            self._commands = list(self.following(line))


def _verb(line: str) -> str:
    return (line.split() or [""])[0].upper()


def _filled(command: str, values: dict[str, str]) -> str:
    return re.sub(_PLACEHOLDER, lambda match: values.get(match[1], match[0]), command)


def _read(template: str, line: str) -> dict[str, str]:
    """What stands in ``line`` where ``template`` has placeholders; empty where they differ."""
    parts, last, seen = [], 0, set()
    for match in re.finditer(_PLACEHOLDER, template):
        parts.append(re.escape(template[last : match.start()]))
        name = match[1]
        parts.append(f"(?P={name})" if name in seen else f"(?P<{name}>[^{{}}]+)")
        seen.add(name)
        last = match.end()
    found = re.fullmatch("".join(parts) + re.escape(template[last:]), line, re.IGNORECASE)
    return found.groupdict() if found else {}
