"""A table whose rarer half is read only when somebody asks for something not yet there."""

from collections.abc import Callable, Iterator, Mapping
from typing import TypeVar

Key = TypeVar("Key")
Record = TypeVar("Record")


class Late(Mapping[Key, Record]):
    """``table`` as it stands, completed by ``complete`` at the first miss, walk or count."""

    def __init__(self, table: dict[Key, Record], complete: Callable[[], None]) -> None:
        self._table = table
        self._complete: Callable[[], None] | None = complete

    def __getitem__(self, key: Key) -> Record:
        if key not in self._table:
            self._finish()
        return self._table[key]

    def __iter__(self) -> Iterator[Key]:
        self._finish()
        return iter(self._table)

    def __len__(self) -> int:
        self._finish()
        return len(self._table)

    def _finish(self) -> None:
        complete, self._complete = self._complete, None
        if complete is not None:
            complete()
