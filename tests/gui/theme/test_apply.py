from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from smtpdebugger import resources
from smtpdebugger.gui.theme.apply import apply_theme, style_sheet, system_theme
from smtpdebugger.gui.theme.icons import set_icon
from smtpdebugger.gui.theme.tokens import current_theme, read_tokens


@pytest.fixture
def app(qapp: QApplication) -> Iterator[QApplication]:
    sheet, palette = qapp.styleSheet(), qapp.palette()
    yield qapp
    apply_theme(qapp, "light")
    qapp.setStyleSheet(sheet)
    qapp.setPalette(palette)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_theme_reaches_palette_and_widgets(app: QApplication, qtbot: QtBot, theme: str) -> None:
    label = QLabel("error")
    label.setProperty("role", "error")
    qtbot.addWidget(label)

    apply_theme(app, theme)
    label.ensurePolished()

    colours = read_tokens(theme)
    assert current_theme() == theme
    assert app.palette().color(QPalette.ColorRole.Window).name() == colours.window
    assert label.palette().color(QPalette.ColorRole.WindowText).name() == colours.negative


def test_the_system_decides_when_asked(app: QApplication) -> None:
    apply_theme(app, "dark")
    apply_theme(app, "system")

    assert current_theme() == system_theme(app)


def test_an_unknown_theme_changes_nothing(app: QApplication) -> None:
    apply_theme(app, "dark")

    with pytest.raises(ValueError, match="sepia"):
        apply_theme(app, "sepia")
    assert current_theme() == "dark"


def test_icons_follow_the_theme(app: QApplication, qtbot: QtBot) -> None:
    button = QPushButton()
    qtbot.addWidget(button)
    apply_theme(app, "light")
    set_icon(button, "lock")
    before = button.icon().cacheKey()

    apply_theme(app, "dark")

    assert button.icon().cacheKey() != before


def test_the_sheet_names_only_images_that_exist() -> None:
    for theme in ("light", "dark"):
        names = [piece.split('")')[0] for piece in style_sheet(theme).split('url("')[1:]]

        assert names
        assert all(Path(name).is_file() for name in names)


def test_images_are_found_in_a_folder_with_a_blank(
    app: QApplication, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "a folder"
    folder.symlink_to(resources.root(), target_is_directory=True)
    monkeypatch.setattr(resources, "root", lambda: folder)
    box = QComboBox()
    qtbot.addWidget(box)

    apply_theme(app, "light")
    box.resize(120, 30)
    arrow = box.grab().toImage().copy(95, 5, 22, 20)

    # Qt warns of an image it cannot open, and a warning fails the test; and something is drawn.
    assert len({arrow.pixel(x, y) for x in range(arrow.width()) for y in range(20)}) > 1
