"""One TOML table read with types checked, so that a mistake names its file and its key."""

from collections.abc import Iterator, Sequence


class BadEntry(Exception):
    """An entry that cannot be used; the message says file, entry, key and what is wrong."""


class Entry:
    """Takes the keys of one table one by one; ``finish`` complains of keys nobody took."""

    def __init__(self, where: str, table: object) -> None:
        self.where = where
        if not isinstance(table, dict):
            raise BadEntry(f"{where}: a table was expected")
        self._left: dict[str, object] = dict(table)
        label = next((table[k] for k in ("id", "verb", "keyword", "code") if k in table), None)
        if label is not None:
            self.where = f"{where} [{label}]"

    def text(self, key: str, default: str | None = None) -> str:
        """A string; without ``default`` it must be there and not be empty."""
        value = self._take(key, default)
        if not isinstance(value, str):
            raise self.bad(key, "must be a string")
        if default is None and not value.strip():
            raise self.bad(key, "must not be empty")
        return value

    def choice(self, key: str, words: Sequence[str], default: str | None = None) -> str:
        """A string that is one of ``words``."""
        value = self.text(key, default)
        if value not in words:
            raise self.bad(key, f"{value!r} is none of {', '.join(w for w in words if w)}")
        return value

    def number(self, key: str, default: int | None = None) -> int:
        """A whole number, not negative."""
        value = self._take(key, default)
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            raise self.bad(key, "must be a whole number, not negative")
        return value

    def weight(self, key: str) -> float:
        """A number above zero."""
        value = self._take(key, None)
        if isinstance(value, bool) or not isinstance(value, int | float) or value <= 0:
            raise self.bad(key, "must be a number above 0")
        return float(value)

    def signed_weights(self) -> dict[str, float]:
        """All keys of this table with their numbers, which may be negative."""
        weights: dict[str, float] = {}
        for key in tuple(self._left):
            value = self._left.pop(key)
            if isinstance(value, bool) or not isinstance(value, int | float):
                raise self.bad(key, "must be a number")
            weights[key] = float(value)
        return weights

    def flag(self, key: str, default: bool = False) -> bool:
        """true or false."""
        value = self._take(key, default)
        if not isinstance(value, bool):
            raise self.bad(key, "must be true or false")
        return value

    def texts(self, key: str, *, required: bool = False) -> tuple[str, ...]:
        """A list of strings, none of them empty."""
        value = self._take(key, None if required else [])
        if not isinstance(value, list) or not all(isinstance(v, str) and v for v in value):
            raise self.bad(key, "must be a list of strings")
        if required and not value:
            raise self.bad(key, "must not be empty")
        return tuple(value)

    def numbers(self, key: str) -> tuple[int, ...]:
        """A list of whole numbers."""
        value = self._take(key, [])
        if not isinstance(value, list) or not all(type(v) is int for v in value):
            raise self.bad(key, "must be a list of whole numbers")
        return tuple(value)

    def table(self, key: str) -> "Entry | None":
        """A table inside this one, or None when it is missing."""
        value = self._take(key, {})
        return Entry(f"{self.where} {key}", value) if value != {} else None

    def tables(self, key: str) -> Iterator["Entry"]:
        """The tables of a list inside this one, counted from 1 in messages."""
        value = self._take(key, [])
        if not isinstance(value, list):
            raise self.bad(key, "must be a list of tables")
        for number, table in enumerate(value, 1):
            yield Entry(f"{self.where} {key} {number}", table)

    def names(self) -> tuple[str, ...]:
        """The keys nobody took yet."""
        return tuple(self._left)

    def finish(self) -> None:
        """Raises BadEntry when a key is left that no record has."""
        if self._left:
            raise self.bad(next(iter(self._left)), "is not a known key")

    def bad(self, key: str, problem: str) -> BadEntry:
        """The error to raise for ``key``."""
        return BadEntry(f"{self.where}: {key} {problem}")

    def _take(self, key: str, default: object) -> object:
        if key in self._left:
            return self._left.pop(key)
        if default is None:
            raise self.bad(key, "is missing")
        return default
