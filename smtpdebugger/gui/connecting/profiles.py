"""The row of profiles: choose one, keep the options as one, give it another name, delete it."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QInputDialog, QLabel, QWidget

from smtpdebugger.gui.connecting.saved import SavedConnections
from smtpdebugger.gui.widgets.button import EnterButton
from smtpdebugger.transport.settings import ConnectionSettings

_NONE = "None"


class ProfileRow(QWidget):
    """Over the pages of the connection's options."""

    chosen = Signal(ConnectionSettings)
    """A profile with its server."""
    problem = Signal(str)
    """Why that did not work; empty when it did."""

    def __init__(self, saved: SavedConnections, wanted: Callable[[], ConnectionSettings]) -> None:
        """``wanted`` gives the options to keep; it raises ValueError with a sentence."""
        super().__init__()
        self.setAccessibleName("Profiles")
        self._saved = saved
        self._wanted = wanted
        self._box = QComboBox()
        self._box.setAccessibleName("Profile")
        self._box.activated.connect(self._choose)
        label = QLabel("Pro&file")
        label.setBuddy(self._box)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(label)
        layout.addWidget(self._box, 1)
        self._buttons = []
        for text, name, act in (
            ("&Save as…", "Save as a profile", self._ask_to_save),
            ("Rena&me…", "Rename the profile", self._ask_to_rename),
            ("De&lete", "Delete the profile", self._delete),
        ):
            button = EnterButton(text)
            button.setAccessibleName(name)
            button.setAutoDefault(False)
            button.clicked.connect(act)
            layout.addWidget(button)
            self._buttons.append(button)
        self.refresh()

    @property
    def name(self) -> str:
        """The profile that is chosen; empty for none."""
        return self._box.currentText() if self._box.currentIndex() > 0 else ""

    def refresh(self, shown: str = "") -> None:
        """Read the names anew, and show one of them as chosen."""
        self._box.clear()
        self._box.addItems([_NONE, *self._saved.profiles()])
        self._box.setCurrentIndex(max(0, self._box.findText(shown)) if shown else 0)
        for button in self._buttons[1:]:
            button.setEnabled(bool(self.name))

    def save(self, name: str) -> None:
        """Keep the options as a profile."""
        self._try(lambda: self._saved.save(name, self._wanted()), " ".join(name.split()))

    def rename(self, name: str) -> None:
        """Give the chosen profile another name."""
        self._try(lambda: self._saved.rename(self.name, name), " ".join(name.split()))

    def _choose(self) -> None:
        settings = self._saved.profiles().get(self.name)
        self.refresh(self.name)
        if settings is not None:
            self.chosen.emit(settings)

    def _delete(self) -> None:
        self._try(lambda: self._saved.delete(self.name), "")

    def _try(self, change: Callable[[], None], shown: str) -> None:
        try:
            change()
        except ValueError as error:
            self.problem.emit(str(error))
            return
        except OSError as error:
            self.problem.emit(f"The profiles could not be kept: {error.strerror or error}.")
            return
        self.problem.emit("")
        self.refresh(shown)

    def _ask_to_save(self) -> None:
        self._ask("Save as a profile", "Name; passwords are not kept with it:", self.save)

    def _ask_to_rename(self) -> None:
        self._ask("Rename the profile", "Its new name:", self.rename)

    def _ask(self, title: str, text: str, take: Callable[[str], None]) -> None:
        dialog = QInputDialog(self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowTitle(title)
        dialog.setLabelText(text)
        dialog.setTextValue(self.name)
        dialog.textValueSelected.connect(take)
        dialog.open()
