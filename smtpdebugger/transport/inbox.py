"""What the network brought and nobody has looked at yet, with the time it came."""

from collections import deque

HIGH_WATER = 256 * 1024
LOW_WATER = 64 * 1024


class Inbox:
    """A queue of octets; ``is_full`` asks the network to wait, so its memory is bounded."""

    def __init__(self) -> None:
        self.moment = 0
        """When the octets that were taken last came, in ``perf_counter_ns``."""
        self._pieces: deque[tuple[int, bytes]] = deque()
        self._octets = 0
        self._is_shut = False

    @property
    def is_full(self) -> bool:
        """Whether enough waits here."""
        return self._octets > HIGH_WATER

    @property
    def is_low(self) -> bool:
        """Whether more may come."""
        return self._octets < LOW_WATER

    def put(self, moment: int, octets: bytes) -> None:
        """Octets came at ``moment``."""
        if octets and not self._is_shut:
            self._pieces.append((moment, octets))
            self._octets += len(octets)

    def put_back(self, octets: bytes) -> None:
        """Octets that were taken and not used."""
        if octets:
            self._pieces.appendleft((self.moment, octets))
            self._octets += len(octets)

    def get(self, limit: int | None = None) -> bytes:
        """The next octets, at most ``limit``, of one moment; empty where none wait."""
        if not self._pieces:
            return b""
        self.moment, octets = self._pieces.popleft()
        self._octets -= len(octets)
        if limit is not None and len(octets) > limit:
            self.put_back(octets[limit:])
            octets = octets[:limit]
        return octets

    def shut(self) -> None:
        """Throw away what waits and what will come."""
        self._is_shut = True
        self._pieces.clear()
        self._octets = 0
