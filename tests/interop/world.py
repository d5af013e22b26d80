"""A server in a private world: mount, uts, ipc and process namespaces over this machine's root.

The machine's libraries stay visible below the server's own packages; what the server writes goes
to memory and is gone when it ends. The network is the machine's: every listener is on loopback.
"""

from __future__ import annotations

import os
import socket
import ssl
import tempfile
import time
from functools import partial
from pathlib import Path

from tests.interop import init, lab, machine, records
from tests.interop.launching import last_log_lines, launch
from tests.interop.ports import Ports
from tests.interop.preparing import Prepared, prepare
from tests.interop.recipe import Endpoint

READY_SECONDS = 30.0
LOG_LINES = 15


class World:
    """One running server. `endpoints` by name, `ca` for its certificates, a user who may log in."""

    user = lab.USER
    password = lab.PASSWORD
    hostname = lab.HOST

    def __init__(self, prepared: Prepared, *, stays: bool = False) -> None:
        """Start the server; returns before it is ready.

        It ends with this process, however that ends, unless `let_go()` comes first: only a world
        that `stays` may be let go.
        """
        cache = lab.cache_folder()
        (cache / "run").mkdir(exist_ok=True)
        records.prune(cache)
        self._ports = Ports(cache, prepared.recipe.ports)
        self.recipe = prepared.recipe.rendered(self._ports.chosen)
        self.name = self.recipe.name
        self.endpoints: dict[str, Endpoint] = {e.name: e for e in self.recipe.endpoints}
        self.ca = prepared.folders["tls"] / "ca.pem"
        self.folder = Path(tempfile.mkdtemp(prefix=f"{self.name}-", dir=cache / "run"))
        self.logs = self.folder / "logs"
        self._process = launch(self.recipe, prepared.folders, self.folder)
        self._record = records.Record(
            server=self.name,
            folder=str(self.folder),
            pid=self._process.pid,
            started=machine.started(self._process.pid) or 0,
            owner_pid=os.getpid(),
            owner_started=machine.started(os.getpid()) or 0,
            stays=stays,
            ports=dict(self._ports.chosen),
        )
        records.write(self._record)

    @property
    def pid(self) -> int:
        """The process outside whose only child is process 1 inside."""
        return self._process.pid

    def wait_until_ready(self, seconds: float = READY_SECONDS) -> None:
        """Return when every endpoint has sent its greeting, and what is behind them listens.

        Raises UnavailableError if the machine refused the world, ServerFailedError with the last
        log lines if the server died or stayed silent. The world is ended then.
        """
        until = time.monotonic() + seconds
        waiting = {f"{e.name} ({e.port})": partial(greets, e) for e in self.endpoints.values()}
        for name in self.recipe.inner_ports:
            port = self._ports.chosen[name]
            waiting[f"{name} ({port})"] = partial(listens, port)
        while waiting:
            self._raise_if_ended()
            waiting = {name: is_ready for name, is_ready in waiting.items() if not is_ready()}
            if waiting and time.monotonic() > until:
                self.stop()
                silent = ", ".join(waiting)
                raise lab.ServerFailedError(
                    f"no greeting from {silent} within {seconds:.0f} s\n{self.last_log_lines()}"
                )
            if waiting:
                time.sleep(0.05)
        self._raise_if_ended()

    def _raise_if_ended(self) -> None:
        code = self._process.poll()
        if code is None:
            return
        self.stop()
        if code == init.WORLD_IMPOSSIBLE:
            said = (self.logs / "init.log").read_text("utf-8", "replace").strip().splitlines()
            raise lab.UnavailableError(said[-1] if said else "cannot build a private world")
        raise lab.ServerFailedError(f"{self.name} ended with {code}\n{self.last_log_lines()}")

    def stop(self) -> None:
        """End the server and everything it started; its logs stay in `folder`."""
        records.end(self._record)
        if self._process.stdin:
            self._process.stdin.close()
        self._process.wait()
        self._ports.release()

    def let_go(self) -> None:
        """Leave a world that `stays` to itself. Raises ServerFailedError if it has just ended."""
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(init.STAY)
        except BrokenPipeError:
            self.stop()
            raise lab.ServerFailedError(f"{self.name} ended\n{self.last_log_lines()}") from None
        self._process.stdin.close()
        self._ports.release()
        self._process.returncode = 0  # not ours to wait for any more

    def last_log_lines(self) -> str:
        """The end of each of the server's logs, for a person to read."""
        return last_log_lines(self.folder, LOG_LINES)

    def __enter__(self) -> World:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def start(name: str, *, stays: bool = False) -> World:
    """Prepare and start server `name` and wait until it is ready. Raises LabError, as above."""
    world = World(prepare(name), stays=stays)
    try:
        world.wait_until_ready()
    except BaseException:
        world.stop()
        raise
    return world


def greets(endpoint: Endpoint) -> bool:
    """Whether the endpoint greets with 220 (inside TLS where that comes first).

    Where TLS comes first and does not work, being there is all that can be asked for.
    """
    try:
        with socket.create_connection((endpoint.host, endpoint.port), timeout=5) as plain:
            if endpoint.tls != "implicit":
                return plain.recv(4).startswith(b"220")
            if not endpoint.tls_works:
                return True
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE  # only asks who is at home; tests do verify
            with context.wrap_socket(plain) as secured:
                return secured.recv(4).startswith(b"220")
    except OSError:
        return False


def listens(port: int) -> bool:
    """Whether anybody is at that port of 127.0.0.1."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=5).close()
    except OSError:
        return False
    return True
