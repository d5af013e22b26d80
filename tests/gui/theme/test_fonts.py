from PySide6.QtGui import QFontInfo
from PySide6.QtWidgets import QApplication

from smtpdebugger.gui.theme.fonts import small_pixels, text_font, text_pixels, wire_font


def test_what_goes_over_the_wire_has_a_fixed_width(qapp: QApplication) -> None:
    assert QFontInfo(wire_font()).fixedPitch()
    assert wire_font(bold=True).bold()
    assert not wire_font().bold()


def test_sizes_follow_the_systems_font(qapp: QApplication) -> None:
    before, font = text_pixels(), qapp.font()
    larger = qapp.font()
    larger.setPixelSize(before + 10)
    try:
        qapp.setFont(larger)

        assert text_pixels() == before + 10
        assert text_font().pixelSize() == before + 10
        assert text_font(small=True).pixelSize() == small_pixels() < before + 10
    finally:
        qapp.setFont(font)
