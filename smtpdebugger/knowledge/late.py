"""A table whose rarer half is read only when somebody asks for something not yet there."""

from collections.abc import Callable, Iterator, Mapping
from typing import TypeVar, overload

Key = TypeVar("Key")
Record = TypeVar("Record")
Other = TypeVar("Other")


class Late(Mapping[Key, Record]):
    """``table`` as it stands, completed by ``complete`` at the first miss, walk or count."""

    def __init__(self, table: dict[Key, Record], complete: Callable[[], None]) -> None:
        self._table = table
        self._complete: Callable[[], None] | None = complete

    def __getitem__(self, key: Key) -> Record:
        if key not in self._table:
            self._finish()
        return self._table[key]

    @overload
    def get(self, key: Key, /) -> Record | None: ...
    @overload
    def get(self, key: Key, /, default: Record | Other) -> Record | Other: ...
    def get(self, key: Key, /, default: Record | Other | None = None) -> Record | Other | None:
        """The record, or ``default``."""
        if key not in self._table:
            self._finish()
        return self._table.get(key, default)

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
