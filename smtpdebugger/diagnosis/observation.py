"""Observations: what one piece of evidence saw, before it is weighed."""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import NamedTuple

from smtpdebugger.diagnosis.case import Case

_NOTHING: Mapping[str, object] = MappingProxyType({})


class Observation(NamedTuple):
    """A rule of evidence that holds in a case. Its weights and sentence are data."""

    rule: str
    """The id of the rule in evidence/."""
    exchange: int = 0
    """The exchange it was seen in; 0 for the one that is diagnosed."""
    cause: str = ""
    """The cause the observation itself names, where its rule weighs ``@``."""
    values: Mapping[str, object] = _NOTHING
    """What the sentence's placeholders stand for, beyond those every sentence has."""
    strength: float = 1.0
    """A factor on the rule's weights, 0 to 1."""


Observer = Callable[[Case], Iterator[Observation]]
