import dataclasses

import pytest

from smtpdebugger.knowledge import model

RECORDS = [
    kind
    for kind in vars(model).values()
    if isinstance(kind, type) and dataclasses.is_dataclass(kind)
]


def test_there_are_records() -> None:
    assert len(RECORDS) >= 14


@pytest.mark.parametrize("record", RECORDS, ids=lambda kind: kind.__name__)
def test_records_cannot_be_changed_and_stay_small(record: type) -> None:
    assert record.__dataclass_params__.frozen  # type: ignore[attr-defined]
    assert hasattr(record, "__slots__")
