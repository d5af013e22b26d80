"""What all tables have in common."""

from PySide6.QtCore import QModelIndex, Qt

from smtpdebugger.gui.models.flat_model import ROOT, AnyIndex, FlatModel


class Pairs(FlatModel):
    TITLES = ("Left", "Right")

    def rowCount(self, parent: AnyIndex = ROOT) -> int:
        return 0 if parent.isValid() else 3

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        return index.row() if role == Qt.ItemDataRole.DisplayRole else None


def test_there_is_a_column_for_each_title_and_no_row_has_children() -> None:
    model = Pairs()
    assert model.columnCount() == 2
    assert model.columnCount(model.index(0, 0, QModelIndex())) == 0


def test_titles_are_told_for_columns_and_for_nothing_else() -> None:
    model = Pairs()
    across, down = Qt.Orientation.Horizontal, Qt.Orientation.Vertical
    assert [model.headerData(section, across) for section in (-1, 0, 1, 2)] == [
        None, "Left", "Right", None,
    ]  # fmt: skip
    assert model.headerData(0, down) is None
    assert model.headerData(0, across, Qt.ItemDataRole.ToolTipRole) is None
