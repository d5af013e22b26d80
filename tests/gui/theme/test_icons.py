import pytest
from PySide6.QtWidgets import QApplication

from smtpdebugger import resources
from smtpdebugger.gui.theme.icons import icon, pixmap
from smtpdebugger.gui.theme.tokens import choose_theme, tokens

NAMES = sorted(
    file.stem for file in resources.path("icons").glob("*.svg") if file.stem != "smtpdebugger"
)


@pytest.mark.parametrize("name", NAMES)
def test_an_icon_is_drawn_in_the_tokens_colour_alone(qapp: QApplication, name: str) -> None:
    image = pixmap(name, "negative", 32).toImage()

    opaque = [
        color.name()
        for x in range(32)
        for y in range(32)
        if (color := image.pixelColor(x, y)).alpha() == 255
    ]
    assert opaque
    assert set(opaque) == {tokens().negative}


def test_an_icon_has_the_asked_for_size_on_any_screen(qapp: QApplication) -> None:
    picture = pixmap("lock", "muted", 12, 2.0)

    assert picture.width() == 24
    assert picture.deviceIndependentSize().width() == 12
    assert not icon("lock").isNull()


def test_another_theme_tints_anew(qapp: QApplication) -> None:
    light = pixmap("dot", "text", 16).toImage().pixelColor(8, 8)
    choose_theme("dark")
    try:
        assert pixmap("dot", "text", 16).toImage().pixelColor(8, 8) != light
    finally:
        choose_theme("light")


def test_an_unknown_icon_is_told_of(qapp: QApplication) -> None:
    with pytest.raises(FileNotFoundError):
        icon("no-such-icon")
