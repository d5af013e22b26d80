"""How far a message has gone, and the wish to stop it."""

from collections.abc import Callable


class Sending:
    """One message on its way; shared by who sends it and who watches."""

    def __init__(self, on_change: Callable[["Sending"], None] = lambda _: None) -> None:
        """``on_change`` is called whenever more has gone out."""
        self.sent = 0
        """Octets of the message, as the source has them."""
        self.total = 0
        self.chunks = 0
        """How many chunks were sent whole."""
        self.dots = 0
        """How many dots were doubled."""
        self.is_cancelled = False
        self.problem = ""
        """Why not all of it was sent, as a sentence; empty where nothing went wrong."""
        self.summary = ""
        """For whom it was taken and for whom not, where the server told them apart (LMTP)."""
        self._on_change = on_change

    def cancel(self) -> None:
        """Stop at the next slice."""
        self.is_cancelled = True

    def went(self, octets: int) -> None:
        """More has gone out."""
        self.sent += octets
        self._on_change(self)
