"""Views: a session's events, rows and exchanges as sequences; each thing is made when asked for."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, TypeVar, overload

from smtpdebugger.session.events import WireEvent
from smtpdebugger.session.exchange import Exchange
from smtpdebugger.session.rows import Row

if TYPE_CHECKING:
    from smtpdebugger.session.blocks import Blocks
    from smtpdebugger.session.columns import Columns

T = TypeVar("T")


class View(Sequence[T]):
    """A sequence that grows and never changes otherwise."""

    def __init__(self, blocks: "Blocks", columns: "Columns") -> None:
        self._blocks = blocks
        self._columns = columns

    def _at(self, index: int) -> T:
        raise NotImplementedError

    @overload
    def __getitem__(self, index: int) -> T: ...
    @overload
    def __getitem__(self, index: slice) -> list[T]: ...
    def __getitem__(self, index: int | slice) -> T | list[T]:
        length = len(self)
        if isinstance(index, slice):
            return [self._at(each) for each in range(*index.indices(length))]
        place = index + length if index < 0 else index
        if not 0 <= place < length:
            raise IndexError(f"there is no place {index} of {length}")
        return self._at(place)

    def __iter__(self) -> Iterator[T]:
        place = 0
        while place < len(self):
            yield self._at(place)
            place += 1

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Sequence) or isinstance(other, str | bytes):
            return NotImplemented
        return len(self) == len(other) and all(
            mine == theirs for mine, theirs in zip(self, other, strict=True)
        )

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return repr(list(self))


class EventsView(View[WireEvent]):
    """All events of a session."""

    def __len__(self) -> int:
        return self._blocks.events

    def _at(self, index: int) -> WireEvent:
        return self._blocks.event(index)


class RowsView(View[Row]):
    """All rows of a session."""

    def __len__(self) -> int:
        return len(self._columns.marks)

    def _at(self, index: int) -> Row:
        return self._blocks.row(index)


class ExchangesView(View[Exchange]):
    """All exchanges of a session; number ``n`` stands at place ``n - 1``."""

    def __len__(self) -> int:
        return len(self._columns.verbs)

    def _at(self, index: int) -> Exchange:
        return self._blocks.exchange(index + 1)
