"""What a person asks for in the first moments, before the wire is loaded.

The window is on the screen some tenths of a second before anything can be done about a click in
it. The click is kept, and told again as soon as somebody listens.
"""

from typing import Any

from PySide6.QtCore import SignalInstance


class EarlyRequests:
    """Keeps the last request of each of some signals until it can be answered."""

    def __init__(self, *signals: SignalInstance) -> None:
        self._asked: dict[int, tuple[Any, ...]] = {}
        self._slots = [(signal, self._keeper(index)) for index, signal in enumerate(signals)]
        for signal, keep in self._slots:
            signal.connect(keep)

    def replay(self) -> None:
        """Tell again, once, what was asked for; from now on nothing is kept."""
        for signal, keep in self._slots:
            signal.disconnect(keep)
        for index, arguments in self._asked.items():
            self._slots[index][0].emit(*arguments)
        self._asked.clear()

    def _keeper(self, index: int) -> Any:
        def keep(*arguments: Any) -> None:
            # In the order asked for, and only the latest of each kind.
            self._asked.pop(index, None)
            self._asked[index] = arguments

        return keep
