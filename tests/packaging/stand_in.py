"""A stand-in for Python that makes empty environments and writes down what it was asked.

`bootstrap.sh` is tested with it in milliseconds and without a network. It answers `-c` with the
real interpreter, makes a folder that looks like a virtual environment for `-m venv`, and only
notes what it is told to install or to run. Environment variables make it fail:

    STAND_IN_NO_ENSUREPIP  the venv module is incomplete, as on Debian without python3-venv
    STAND_IN_PIP_FAILS     pip cannot install anything
    STAND_IN_FAILS         the name of a module whose run fails
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

SCRIPT = """#!/bin/sh
exec '{python}' '{stand_in}' '{log}' "$0" "$@"
"""


def write(place: Path, log: Path) -> Path:
    """Make an executable at `place` that behaves as above and notes its calls in `log`."""
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(SCRIPT.format(python=sys.executable, stand_in=__file__, log=log))
    place.chmod(0o755)
    return place


def main(log: Path, me: Path, arguments: list[str]) -> int:
    """Do as Python would, for the few things that the script asks of it."""
    if arguments[:1] == ["-V"]:
        sys.stdout.write("Python 3.11.99\n")
        return 0
    if arguments[:1] == ["-c"]:
        return run_code(arguments[1:], log)
    if arguments[:2] == ["-m", "venv"]:
        return make_venv(Path(arguments[2]), me, log)
    with log.open("a", encoding="utf-8") as notes:
        words = [word for word in arguments if word != "-m"]
        notes.write(" ".join([str(Path.cwd()), *words]) + "\n")
    if arguments[0].endswith("qt_libraries.py"):
        return list_libraries(Path(arguments[0]), offscreen="offscreen" in arguments)
    module = arguments[1]
    if module == "pip" and "STAND_IN_PIP_FAILS" in os.environ:
        return 1
    return int(os.environ.get("STAND_IN_FAILS") == module)


def run_code(arguments: list[str], log: Path) -> int:
    """Run `-c` for real, but for what a bare machine lacks."""
    code, *rest = arguments
    if "ensurepip" in code and "STAND_IN_NO_ENSUREPIP" in os.environ:
        return 1
    if "importlinter" in code:
        with log.open("a", encoding="utf-8") as notes:
            notes.write(f"{Path.cwd()} importlinter\n")
        return int(os.environ.get("STAND_IN_FAILS") == "importlinter")
    return subprocess.run([sys.executable, "-c", code, *rest], check=False).returncode


def list_libraries(listing: Path, *, offscreen: bool) -> int:
    """Print what stands in place of the real check; of a display's libraries, only if asked."""
    for line in listing.read_text(encoding="utf-8").splitlines(keepends=True):
        if not (offscreen and line.startswith("libxcb")):
            sys.stdout.write(line)
    return 0


def make_venv(place: Path, me: Path, log: Path) -> int:
    """Make the little of a virtual environment that the script looks at."""
    (place / "bin").mkdir(parents=True, exist_ok=True)
    (place / "pyvenv.cfg").touch()
    shutil.copy(me, place / "bin" / "python")
    with log.open("a", encoding="utf-8") as notes:
        notes.write(f"made {place}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:]))
