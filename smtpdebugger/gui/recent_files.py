"""Recent files: a menu of the files that were opened last, and files dropped on the window."""

import json
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QObject
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QMenu, QWidget

MOST = 12


class RecentFiles:
    """The paths of the files that were opened last, the latest first, kept in a small file."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def paths(self) -> list[Path]:
        """Those that are still there."""
        try:
            found = json.loads(self._file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return []
        names = found if isinstance(found, list) else []
        return [path for each in names if isinstance(each, str) and (path := Path(each)).is_file()]

    def note(self, path: Path) -> None:
        """A file was opened. A folder that cannot be written forgets, and nothing else."""
        path = path.absolute()
        names = [str(each) for each in (path, *(one for one in self.paths() if one != path))]
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            self._file.write_text(json.dumps(names[:MOST], indent=1), encoding="utf-8")
        except OSError:
            return

    def fill(self, menu: QMenu, choose: Callable[[Path], None]) -> None:
        """Fill a menu with them, at the moment it is shown."""
        menu.clear()
        for number, path in enumerate(self.paths(), 1):
            name = f"{path.name} — {path.parent}".replace("&", "&&")
            action = menu.addAction(f"&{number} {name}" if number < 10 else name)
            action.triggered.connect(lambda _checked=False, path=path: choose(path))
        if menu.isEmpty():
            menu.addAction("No file was opened yet").setEnabled(False)


class DropTarget(QObject):
    """Opens files that are dropped on a widget."""

    def __init__(self, widget: QWidget, choose: Callable[[list[Path]], None]) -> None:
        super().__init__(widget)
        self._choose = choose
        widget.setAcceptDrops(True)
        widget.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Take drops of local files."""
        if isinstance(event, QDragEnterEvent) and event.type() is QEvent.Type.DragEnter:
            if dropped_files(event.mimeData()):
                event.acceptProposedAction()
                return True
        elif isinstance(event, QDropEvent) and event.type() is QEvent.Type.Drop:
            files = dropped_files(event.mimeData())
            if files:
                self._choose(files)
                event.acceptProposedAction()
                return True
        return False


def dropped_files(mime: QMimeData) -> list[Path]:
    """The local files among what is dragged."""
    return [Path(url.toLocalFile()) for url in mime.urls() if url.isLocalFile()]
