"""Ports for a server: the recipe's own if free, otherwise any free one."""

from __future__ import annotations

import fcntl
import os
import socket
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path


class Ports:
    """Ports reserved for one server until `release()`; `wanted` and `chosen` are by name.

    A port counts as free when it can be bound and no other test process holds its lock file; the
    lock closes the gap between asking and the server's own bind.
    """

    def __init__(self, cache: Path, wanted: Mapping[str, int]) -> None:
        self._folder = cache / "ports"
        self._folder.mkdir(exist_ok=True)
        self._locks: list[int] = []
        self.chosen: dict[str, int] = {}
        try:
            for name, port in wanted.items():
                self.chosen[name] = self._choose(port)
        except BaseException:
            self.release()
            raise

    def release(self) -> None:
        """Give the reservations up (the ports themselves belong to the server)."""
        while self._locks:
            os.close(self._locks.pop())

    def _choose(self, wanted: int) -> int:
        port = wanted
        while not self._take(port):
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", 0))
                port = probe.getsockname()[1]
        return port

    def _take(self, port: int) -> bool:
        lock = os.open(self._folder / f"{port}.lock", os.O_RDWR | os.O_CREAT, 0o600)
        with suppress(OSError):
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            with socket.socket() as probe:
                # As servers do: a port whose last sessions are in TIME-WAIT is free.
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind(("127.0.0.1", port))
            self._locks.append(lock)
            return True
        os.close(lock)
        return False
