"""Deriving: what follows from an object that does not change, worked out once and kept by it."""

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

Value = TypeVar("Value")


class Deriving:
    """An object that keeps what others work out of it."""

    def derived(self, work: Callable[..., Value], *of: Hashable) -> Value:
        """``work(self, *of)``, done once. ``of`` must be of few kinds: nothing is forgotten."""
        kept: dict[Hashable, Any] = self.__dict__.setdefault("_kept", {})
        key = (work, *of)
        if key not in kept:
            kept[key] = work(self, *of)
        found: Value = kept[key]
        return found
