"""What the machine offers: whether the lab can run here at all, and its processes."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

UNSHARE = ("unshare", "--mount", "--uts", "--ipc", "--pid", "--fork", "--kill-child")
TOOLS = ("unshare", "mount", "setpriv")
DEBIAN_TOOLS = ("apt-get", "dpkg-deb", "dpkg-query", "tar")


@cache
def unfit(*, debian: bool = True) -> str | None:
    """Why no mail server can be run here, as a sentence; None when it looks possible.

    With `debian`: one that comes from Debian packages.
    """
    if not sys.platform.startswith("linux"):
        return "the servers need Linux namespaces"
    if os.geteuid() != 0:
        return "private worlds for servers need root"
    if debian and not _is_debian():
        return "this server comes from Debian's packages, and here is no Debian"
    needed = (*TOOLS, *DEBIAN_TOOLS) if debian else TOOLS
    missing = [tool for tool in needed if shutil.which(tool) is None]
    if missing:
        return f"not found: {', '.join(missing)}"
    if not Path("/lib").is_symlink():
        return "the machine's /usr is not merged"
    done = subprocess.run([*UNSHARE, "true"], capture_output=True, text=True)
    if done.returncode:
        return f"namespaces are not allowed here: {done.stderr.strip()}"
    return None


def _is_debian() -> bool:
    try:
        lines = Path("/etc/os-release").read_text("utf-8").splitlines()
    except OSError:
        return False
    fields = dict(line.split("=", 1) for line in lines if "=" in line)
    kin = f"{fields.get('ID', '')} {fields.get('ID_LIKE', '')}".replace('"', "")
    return "debian" in kin.split()


def started(pid: int) -> int | None:
    """When process `pid` started, in clock ticks since boot; None when it is not alive.

    Together with the number it names a process for good: numbers are used again, moments are not.
    """
    try:
        stat = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace")
    except OSError:
        return None
    fields = stat.rpartition(")")[2].split()
    return None if fields[0] in "ZX" else int(fields[19])


def children(pid: int) -> list[int]:
    """The direct children of process `pid`."""
    try:
        text = Path(f"/proc/{pid}/task/{pid}/children").read_text("utf-8")
    except OSError:
        return []
    return [int(word) for word in text.split()]
