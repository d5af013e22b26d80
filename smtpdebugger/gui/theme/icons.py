"""Icons: one-colour SVGs from resources/icons, tinted with a token of the theme."""

from functools import lru_cache

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QAbstractButton, QApplication

from smtpdebugger import resources
from smtpdebugger.gui.theme.tokens import tokens

ICON_SIZE = 16
"""Logical pixels of an icon's side, where nobody asks for another."""

_NAME = "iconName"
_TOKEN = "iconToken"


def icon(name: str, token: str = "muted") -> QIcon:
    """An icon in the colour of a token. Raises FileNotFoundError for an unknown name."""
    made = QIcon()
    for scale in (1, 2):
        made.addPixmap(pixmap(name, token, ICON_SIZE, scale))
    return made


def set_icon(button: QAbstractButton, name: str, token: str = "muted") -> None:
    """Give a button an icon that keeps its colour right when the theme changes."""
    button.setProperty(_NAME, name)
    button.setProperty(_TOKEN, token)
    button.setIcon(icon(name, token))
    button.setIconSize(QSize(ICON_SIZE, ICON_SIZE))


def pixmap(name: str, token: str, size: int = ICON_SIZE, scale: float = 1.0) -> QPixmap:
    """An icon as a picture of ``size`` logical pixels, ``scale`` device pixels each."""
    return _tinted(name, getattr(tokens(), token), size, scale)


def retint(app: QApplication) -> None:
    """Colour the icons of all buttons anew."""
    for widget in app.allWidgets():
        name = widget.property(_NAME)
        if isinstance(widget, QAbstractButton) and name:
            widget.setIcon(icon(str(name), str(widget.property(_TOKEN))))


@lru_cache(maxsize=256)
def _tinted(name: str, color: str, size: int, scale: float) -> QPixmap:
    file = resources.path("icons", f"{name}.svg")
    renderer = QSvgRenderer(file.read_bytes())
    picture = QPixmap(round(size * scale), round(size * scale))
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    renderer.render(painter, QRectF(picture.rect()))
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceIn)
    # Not fillRect: to tell its many forms apart, PySide loads every kind of gradient first.
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(color))
    painter.drawRect(picture.rect())
    painter.end()
    picture.setDevicePixelRatio(scale)
    return picture
