"""What to do about a cause, for each audience, and what the guide says at this reply."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QSizePolicy, QVBoxLayout, QWidget

from smtpdebugger.diagnosis.model import Fixes, GuidePoint, ServerGuess
from smtpdebugger.gui.panels.diagnosis_text import fixes_of, percent, shown
from smtpdebugger.gui.theme import set_icon
from smtpdebugger.gui.widgets.button import EnterButton
from smtpdebugger.gui.widgets.text import WrappedLabel


class FixesBox(QWidget):
    """Sender, developer and administrator, each with what they can do."""

    def __init__(self, fixes: Fixes, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("How to fix")
        layout = column(self)
        layout.addWidget(section("HOW TO FIX"))
        for audience, sentences in fixes_of(fixes):
            title = QLabel(audience)
            title.setTextFormat(Qt.TextFormat.PlainText)
            title.setProperty("role", "title")
            layout.addWidget(title)
            layout.addWidget(WrappedLabel("\n".join(f"• {shown(each)}" for each in sentences)))


class GuideBox(QWidget):
    """The guide's points, folded: they are the same for everyone, this session is not."""

    def __init__(
        self, points: tuple[GuidePoint, ...], *, open_: bool, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._points = points
        self._body: QWidget | None = None
        self.toggle = EnterButton(f"From the guide ({len(points)})")
        self.toggle.setProperty("role", "flat")
        count = f"{len(points)} point{'s' * (len(points) != 1)}"
        self.toggle.setAccessibleName(f"From the guide, {count}")
        self.toggle.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.toggle.clicked.connect(lambda: self.set_open(open_=not self.is_open))
        layout = column(self)
        layout.addWidget(self.toggle)
        self._column = layout
        self.set_open(open_=open_)

    @property
    def is_open(self) -> bool:
        """Whether the points are shown."""
        return self._body is not None and not self._body.isHidden()

    def set_open(self, *, open_: bool) -> None:
        """Show or hide the points, which are only laid out when somebody wants them."""
        if open_ and self._body is None:
            self._body = self._make_body()
            self._column.addWidget(self._body)
        if self._body is not None:
            self._body.setVisible(open_)
        set_icon(self.toggle, "chevron-down" if open_ else "chevron-right")
        self.toggle.setAccessibleDescription("Shown" if open_ else "Folded")

    def _make_body(self) -> QWidget:
        body = QWidget()
        layout = column(body)
        for point in self._points:
            layout.addWidget(WrappedLabel(shown(point.title), "title"))
            layout.addWidget(WrappedLabel(shown(point.text), "small"))
        return body


def server_text(server: ServerGuess) -> str:
    """Which software this seems to be and why, or an empty string."""
    if not server.name or server.name == "unknown" or server.confidence <= 0:
        return ""
    guess = f"The server looks like {server.name} ({percent(server.confidence)})"
    return shown(" ".join(f"{each.rstrip('.')}." for each in (guess, *server.why)))


def section(title: str) -> QLabel:
    """The heading of a part."""
    label = QLabel(title)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setProperty("role", "section")
    label.setContentsMargins(0, 6, 0, 0)
    return label


def column(owner: QWidget) -> QVBoxLayout:
    """A tight column of widgets."""
    layout = QVBoxLayout(owner)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(4)
    return layout
