"""A server in a private world: mount, uts and process namespaces over this machine's root.

The machine's libraries stay visible below the server's own packages; what the server writes goes
to memory and is gone when it ends. The network is the machine's: every listener is on loopback.
"""

from __future__ import annotations

import fcntl
import json
import os
import socket
import ssl
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.interop import accounts, certs, init, lab, machine, packages, records
from tests.interop.ports import Ports
from tests.interop.recipe import Endpoint, Recipe, load

CHECKOUT = Path(__file__).parents[2]
READY_SECONDS = 30.0
LOG_LINES = 15


@dataclass(frozen=True, slots=True)
class Prepared:
    """What `start()` needs from disk."""

    recipe: Recipe
    root: Path
    tls: Path


def prepare(name: str) -> Prepared:
    """Fetch and unpack what server `name` needs; quick when that was done before.

    Raises UnavailableError when this machine cannot run it, LabError when there is no such server.
    """
    recipe = load(name)
    reason = machine.unfit()
    if reason:
        raise lab.UnavailableError(reason)
    cache = lab.cache_folder()
    with _only_one(cache / "prepare.lock"):
        return Prepared(recipe, packages.prepare(recipe, cache), certs.prepare(cache))


@contextmanager
def _only_one(lock: Path) -> Iterator[None]:
    with lock.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


class World:
    """One running server. `endpoints` by name, `ca` for its certificates, a user who may log in."""

    user = lab.USER
    password = lab.PASSWORD
    hostname = lab.HOST

    def __init__(self, prepared: Prepared, *, stays: bool = False) -> None:
        """Start the server; returns before it is ready.

        A world that `stays` outlives this process; any other ends with it, however it ends.
        """
        cache = lab.cache_folder()
        (cache / "run").mkdir(exist_ok=True)
        records.prune(cache)
        self._ports = Ports(cache, prepared.recipe.ports)
        self.recipe = prepared.recipe.rendered(self._ports.chosen)
        self.name = self.recipe.name
        self.endpoints: dict[str, Endpoint] = {e.name: e for e in self.recipe.endpoints}
        self.ca = prepared.tls / "ca.pem"
        self.folder = Path(tempfile.mkdtemp(prefix=f"{self.name}-", dir=cache / "run"))
        self.logs = self.folder / "logs"
        self.logs.mkdir()
        self._process = self._launch(prepared, stays)
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

    def _launch(self, prepared: Prepared, stays: bool) -> subprocess.Popen[bytes]:
        spec = self.folder / "spec.json"
        described = {
            "root": str(prepared.root),
            "tls": str(prepared.tls),
            "logs": str(self.logs),
            "lifeline": not stays,
            "files": {**accounts.files(self.recipe), **self.recipe.files},
            "before": self.recipe.before,
            "daemons": self.recipe.daemons,
        }
        spec.write_text(json.dumps(described), "utf-8")
        with (self.logs / "init.log").open("ab") as log:
            return subprocess.Popen(
                [*machine.UNSHARE, sys.executable, "-m", init.__name__, str(spec)],
                stdin=subprocess.DEVNULL if stays else subprocess.PIPE,
                stdout=log,
                stderr=log,
                cwd=CHECKOUT,
                start_new_session=True,
            )

    def wait_until_ready(self, seconds: float = READY_SECONDS) -> None:
        """Return when every endpoint has sent its greeting.

        Raises UnavailableError if the machine refused the world, ServerFailedError with the last
        log lines if the server died or stayed silent. The world is ended then.
        """
        until = time.monotonic() + seconds
        waiting = list(self.endpoints.values())
        while waiting:
            self._raise_if_ended()
            waiting = [endpoint for endpoint in waiting if not greets(endpoint)]
            if waiting and time.monotonic() > until:
                self.stop()
                silent = ", ".join(f"{e.name} ({e.port})" for e in waiting)
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
        """Forget about a world that `stays`, without ending it."""
        self._ports.release()
        self._process.returncode = 0  # not ours to wait for any more

    def last_log_lines(self, count: int = LOG_LINES) -> str:
        """The end of each of the server's logs, for a person to read."""
        parts: list[str] = []
        for path in sorted(self.logs.iterdir()):
            lines = path.read_text("utf-8", "replace").splitlines()[-count:]
            if lines:
                parts += [f"--- {path.name}", *lines]
        return "\n".join(parts) or "(it logged nothing)"

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
    """Whether the endpoint greets with 220 (inside TLS where that comes first)."""
    try:
        with socket.create_connection((endpoint.host, endpoint.port), timeout=5) as plain:
            if endpoint.tls != "implicit":
                return plain.recv(4).startswith(b"220")
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE  # only asks who is at home; tests do verify
            with context.wrap_socket(plain) as secured:
                return secured.recv(4).startswith(b"220")
    except OSError:
        return False
