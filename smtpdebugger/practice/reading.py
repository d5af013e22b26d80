"""Reads tables of a personality's file; what is wrong is told with file and key."""

import re
from typing import Any


class Table:
    """One TOML table. ``end`` refuses keys that nobody asked for, so misspellings are found."""

    def __init__(self, file: str, place: str, content: dict[str, Any]) -> None:
        self._file = file
        self._place = place
        self._content = content
        self._asked: set[str] = set()
        self._below: list[Table] = []

    def wrong(self, key: str, what: str) -> ValueError:
        """An error that names file and key."""
        return ValueError(f"{self._file}: {self._place}{key} {what}")

    def text(self, key: str, default: str | None = None) -> str:
        """A text; required unless there is a default."""
        value = self._get(key, default)
        if not isinstance(value, str):
            raise self.wrong(key, "must be a text")
        return value

    def texts(self, key: str, default: tuple[str, ...] | None = None) -> tuple[str, ...]:
        """One text or a list of them."""
        value = self._get(key, default)
        if isinstance(value, str):
            return (value,)
        if not isinstance(value, list | tuple) or not all(isinstance(each, str) for each in value):
            raise self.wrong(key, "must be a text or a list of texts")
        return tuple(value)

    def number(self, key: str, default: int) -> int:
        """A whole number, 0 or more."""
        value = self._get(key, default)
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            raise self.wrong(key, "must be a whole number, 0 or more")
        return value

    def flag(self, key: str, default: bool) -> bool:
        """true or false."""
        value = self._get(key, default)
        if not isinstance(value, bool):
            raise self.wrong(key, "must be true or false")
        return value

    def choice(self, key: str) -> bool | None:
        """true, false, or left out."""
        return self.flag(key, False) if key in self._content else None

    def pattern(self, key: str) -> re.Pattern[str] | None:
        """A regular expression, case ignored, or None."""
        if key not in self._content:
            return None
        try:
            return re.compile(self.text(key), re.IGNORECASE)
        except re.error as error:
            raise self.wrong(key, f"is no regular expression: {error}") from error

    def table(self, key: str) -> "Table":
        """A table inside this one; empty where there is none."""
        value = self._get(key, {})
        if not isinstance(value, dict):
            raise self.wrong(key, "must be a table")
        return self._child(f"{self._place}{key}.", value)

    def tables(self, key: str) -> list["Table"]:
        """The tables of an array."""
        value = self._get(key, [])
        if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
            raise self.wrong(key, "must be an array of tables")
        return [
            self._child(f"{self._place}{key}[{number}].", each)
            for number, each in enumerate(value, start=1)
        ]

    def end(self) -> None:
        """Raise ValueError if a key is unknown, here or below."""
        unknown = [key for key in self._content if key not in self._asked]
        if unknown:
            raise self.wrong(unknown[0], "is not a key that is known here")
        for each in self._below:
            each.end()

    def _child(self, place: str, content: dict[str, Any]) -> "Table":
        table = Table(self._file, place, content)
        self._below.append(table)
        return table

    def _get(self, key: str, default: Any) -> Any:
        self._asked.add(key)
        value = self._content.get(key, default)
        if value is None:
            raise self.wrong(key, "is missing")
        return value
