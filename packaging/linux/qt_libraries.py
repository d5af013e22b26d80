"""Which of the system's libraries Qt needs are missing, and which Debian packages bring them.

Runs on the Python of the virtual environment, before the first import of Qt: that import is what
would fail. Prints one line for each missing thing: its name, a space, and the Debian or Ubuntu
package that holds it (`-` where we do not know one). Prints nothing where all is well, on systems
other than Linux, and where no `ldd` can tell.

    qt_libraries.py            what a window on this screen needs: X unless there is only Wayland
    qt_libraries.py offscreen  only what drawing without a display needs
"""

import importlib.util
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

OFFSCREEN = (
    "lib/libQt6Gui.so.6",
    "lib/libQt6Widgets.so.6",
    "lib/libQt6Svg.so.6",
    "lib/libQt6DBus.so.6",
    "plugins/platforms/libqoffscreen.so",
)
X = ("plugins/platforms/libqxcb.so",)
WAYLAND = ("plugins/platforms/libqwayland.so",)

PACKAGES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libOpenGL.so.0": "libopengl0",
    "libX11.so.6": "libx11-6",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libwayland-client.so.0": "libwayland-client0",
    "libwayland-cursor.so.0": "libwayland-cursor0",
    "libwayland-egl.so.1": "libwayland-egl1",
    "libxcb.so.1": "libxcb1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render.so.0": "libxcb-render0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xinerama.so.0": "libxcb-xinerama0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libz.so.1": "zlib1g",
}
FONT_FOLDERS = (
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "~/.fonts",
    "~/.local/share/fonts",
    "~/.nix-profile/share/fonts",
    "/run/current-system/sw/share/X11/fonts",
)
FONT_SUFFIXES = (".ttf", ".otf", ".ttc", ".pfb", ".pcf.gz")


def main(arguments: list[str]) -> int:
    """Print what is missing; 0 always, for a missing library is an answer and not a failure."""
    if platform.system() != "Linux":
        return 0
    files = OFFSCREEN if arguments == ["offscreen"] else OFFSCREEN + on_screen()
    missing = [(name, PACKAGES.get(name, "-")) for name in missing_libraries(files)]
    if not has_fonts():
        missing.append(("any-font", "fonts-dejavu-core"))
    sys.stdout.writelines(f"{name} {package}\n" for name, package in missing)
    return 0


def on_screen() -> tuple[str, ...]:
    """What draws on the screen there is. Qt falls back from Wayland to X, not the other way."""
    only_wayland = os.environ.get("WAYLAND_DISPLAY") and not os.environ.get("DISPLAY")
    return WAYLAND if only_wayland else X


def missing_libraries(files: tuple[str, ...]) -> list[str]:
    """The names the dynamic linker does not find for these files of Qt, in the order of need."""
    # Looked for, not imported: importing PySide6 is what a missing library breaks.
    found = importlib.util.find_spec("PySide6")
    if found is None or not found.submodule_search_locations or not shutil.which("ldd"):
        return []
    qt = Path(found.submodule_search_locations[0], "Qt")
    present = [str(qt / file) for file in files if (qt / file).exists()]
    run = subprocess.run(
        ["ldd", *present],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        check=False,
        env={**os.environ, "LC_ALL": "C"},
    )
    return list(dict.fromkeys(not_found(run.stdout)))


def not_found(listing: str) -> Iterator[str]:
    """The names that `ldd` could not resolve."""
    for line in listing.splitlines():
        name, arrow, place = line.strip().partition(" => ")
        if arrow and place.startswith("not found"):
            yield name


def has_fonts() -> bool:
    """Whether there is a single font: without one Qt draws a window of empty boxes."""
    for folder in FONT_FOLDERS:
        for _, _, names in os.walk(Path(folder).expanduser()):
            if any(name.lower().endswith(FONT_SUFFIXES) for name in names):
                return True
    return False


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
