"""Process 1 of a server's private world: mounts, files, name server, log, daemons.

Started by world.py as ``unshare … python -m tests.interop.init SPEC.json``. Everything is imported
before the mounts: afterwards /usr, /etc and /var are the world's own. Ends with
- WORLD_IMPOSSIBLE when the machine refuses a mount,
- 1 when the commands before the start fail or a daemon dies, 0 when there are no daemons,
- and as soon as its lifeline (standard input) closes, unless STAY came over it before.
"""

from __future__ import annotations

import encodings.idna  # noqa: F401  (socket would import it later, from a /usr that has changed)
import json
import os
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.interop import dns, lab

WORLD_IMPOSSIBLE = 77
STAY = b"S"

DEVICES = ("null", "zero", "full", "random", "urandom", "tty")
ENVIRONMENT = {
    "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "HOME": "/root",
    "LC_ALL": "C.UTF-8",
}


class MountRefusedError(Exception):
    """The kernel, or the container we run in, does not allow this world."""


def main() -> None:
    """Build the world, prepare it, start the daemons (if any), stay until one of them ends."""
    spec = json.loads(Path(sys.argv[1]).read_text("utf-8"))
    try:
        _mount_all(spec)
    except (MountRefusedError, OSError) as error:
        _say(f"cannot build a private world: {' '.join(str(error).split())}")
        sys.exit(WORLD_IMPOSSIBLE)
    _serve(_end_with_the_lifeline)
    socket.sethostname(lab.HOST)
    logs = lab.INSIDE / "logs"
    _serve(lambda: _collect_syslog(_bound("/dev/log", 0o666), logs / "syslog"))
    names = _name_server_socket()
    _serve(lambda: _answer_names(names))
    _write_files({**spec["files"], "/etc/resolv.conf": f"nameserver {names.getsockname()[0]}\n"})
    environment = {**ENVIRONMENT, **spec["environment"]}
    _prepare(spec["before"], environment, logs)
    if spec["daemons"]:
        _run_daemons(spec["daemons"], environment, logs)


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _serve(work: Callable[[], None]) -> None:
    threading.Thread(target=work, daemon=True).start()


# The world -----------------------------------------------------------------------------------


def _mount_all(spec: dict[str, Any]) -> None:
    _mount("--make-rprivate", "/")
    # Bind the cache's folders before /run disappears; below /run/lab no path has a character that
    # overlayfs would take for a separator.
    stage = Path("/run")
    keep = {name: os.open(path, os.O_PATH) for name, path in spec["folders"].items()}
    _mount("-t", "tmpfs", "-o", "mode=755", "tmpfs", str(stage))
    for name, folder in keep.items():
        (lab.INSIDE / name).mkdir(parents=True)
        source = f"/proc/self/fd/{folder}"
        how = "bind" if name in spec["writable"] else "bind,ro"
        _mount("-c", "-o", how, source, str(lab.INSIDE / name), pass_fds=(folder,))
        os.close(folder)
    (stage / "lock").mkdir()
    # /var comes from the packages alone: a mail queue of the machine is no business of the lab.
    for name, machine in (("usr", ":/usr"), ("etc", ":/etc"), ("var", "")):
        upper, work = lab.INSIDE / "up" / name, lab.INSIDE / "work" / name
        upper.mkdir(parents=True)
        work.mkdir(parents=True)
        layers = f"lowerdir={lab.INSIDE}/root/{name}{machine},upperdir={upper},workdir={work}"
        _mount("-t", "overlay", "-o", layers, "overlay", f"/{name}")
    _mount_devices()
    _mount("-t", "proc", "proc", "/proc")


def _mount_devices() -> None:
    """A /dev of its own, so that /dev/log is this server's and nobody else's."""
    stage = lab.INSIDE / "dev"
    stage.mkdir()
    _mount("-t", "tmpfs", "-o", "mode=755", "tmpfs", str(stage))
    for name in DEVICES:
        if Path("/dev", name).exists():
            (stage / name).touch()
            _mount("--bind", f"/dev/{name}", str(stage / name))
    for name in ("pts", "shm"):
        (stage / name).mkdir()
    (stage / "shm").chmod(0o1777)
    if Path("/dev/pts").is_dir():
        _mount("--bind", "/dev/pts", str(stage / "pts"))
    (stage / "fd").symlink_to("/proc/self/fd")
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        (stage / name).symlink_to(f"/proc/self/fd/{number}")
    _mount("--rbind", str(stage), "/dev")


def _mount(*arguments: str, pass_fds: tuple[int, ...] = ()) -> None:
    done = subprocess.run(
        ["mount", *arguments],
        capture_output=True,
        text=True,
        env=ENVIRONMENT,
        stdin=subprocess.DEVNULL,
        pass_fds=pass_fds,
    )
    if done.returncode:
        raise MountRefusedError(f"mount {' '.join(arguments)}: {done.stderr.strip()}")


def _write_files(files: dict[str, str]) -> None:
    for name, text in files.items():
        path = Path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        # A link (resolv.conf often is one) would lead the text elsewhere.
        path.unlink(missing_ok=True)
        path.write_text(text, "utf-8")
        path.chmod(0o640 if name == "/etc/shadow" else 0o644)


# What a whole machine would have provided ----------------------------------------------------


def _end_with_the_lifeline() -> None:
    """Wait until whoever started us is gone or lets go; the kernel then ends all that is left."""
    if os.read(0, 1) != STAY:
        os._exit(0)


def _bound(path: str, mode: int) -> socket.socket:
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    listener.bind(path)
    Path(path).chmod(mode)
    return listener


def _collect_syslog(listener: socket.socket, path: Path) -> None:
    with path.open("ab", buffering=0) as log:
        while True:
            log.write(listener.recv(65536).rstrip(b"\0\n") + b"\n")


def _name_server_socket() -> socket.socket:
    """A socket on port 53 of a loopback address nobody uses (several worlds may run at once)."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    for last in range(1, 255):
        try:
            listener.bind((f"127.0.153.{last}", 53))
        except OSError:
            continue
        return listener
    raise SystemExit("no loopback address is free for the name server")


def _answer_names(listener: socket.socket) -> None:
    while True:
        query, client = listener.recvfrom(4096)
        reply = dns.answer(query)
        if reply is not None:
            listener.sendto(reply, client)


# The server ----------------------------------------------------------------------------------


def _prepare(before: str, environment: dict[str, str], logs: Path) -> None:
    for name, number in (("alice", 4001), ("bob", 4002)):
        home = Path("/var/labhome", name)
        home.mkdir(parents=True)
        shutil.chown(home, number, number)
    if not before:
        return
    with (logs / "before.log").open("ab") as log:
        done = subprocess.run(
            ["sh", "-eux", "-c", before],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env=environment,
            cwd="/",
        )
    if done.returncode:
        _say(f"the commands before the start failed ({done.returncode}); see before.log")
        sys.exit(1)


def _run_daemons(commands: list[str], environment: dict[str, str], logs: Path) -> None:
    daemons: dict[int, str] = {}
    for number, command in enumerate(commands, 1):
        with (logs / f"daemon-{number}.log").open("ab") as log:
            daemon = subprocess.Popen(
                ["sh", "-c", f"exec {command}"],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=environment,
                cwd="/",
                start_new_session=True,
            )
        daemons[daemon.pid] = command
    while True:
        # Process 1 also inherits, and has to bury, what the daemons leave behind.
        pid, status = os.wait()
        if pid in daemons:
            _say(f"{daemons[pid]!r} ended with {os.waitstatus_to_exitcode(status)}")
            sys.exit(1)


if __name__ == "__main__":
    main()
