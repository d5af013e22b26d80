"""Fonts: the system's for people, a fixed-width one for what goes over the wire."""

from PySide6.QtGui import QFont, QFontInfo
from PySide6.QtWidgets import QApplication

WIRE_FAMILIES = (
    "JetBrains Mono",
    "SF Mono",
    "Cascadia Mono",
    "Menlo",
    "Consolas",
    "DejaVu Sans Mono",
    "Liberation Mono",
    "monospace",
)
"""The first one that is installed is used."""


def text_pixels() -> int:
    """The height of the system's font in pixels; all our sizes follow it."""
    return max(9, QFontInfo(QApplication.font()).pixelSize())


def small_pixels() -> int:
    """The height of secondary text in pixels."""
    return max(9, round(text_pixels() * 0.92))


def wire_font(*, bold: bool = False) -> QFont:
    """The font of commands, replies and addresses."""
    font = QFont()
    font.setFamilies(list(WIRE_FAMILIES))
    font.setStyleHint(QFont.StyleHint.Monospace)
    # Fixed-width faces look larger than the text around them at the same size.
    font.setPixelSize(small_pixels())
    font.setBold(bold)
    return font


def text_font(*, bold: bool = False, small: bool = False) -> QFont:
    """The font of sentences, for what is painted rather than laid out."""
    font = QFont(QApplication.font())
    font.setPixelSize(small_pixels() if small else text_pixels())
    font.setBold(bold)
    return font
