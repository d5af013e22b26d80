"""The frozen bundle: built from the spec, it opens its window where there is no Python."""

import importlib.util
import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QImage

from tests.require import need

pytestmark = [pytest.mark.bundle, pytest.mark.timeout(600)]

ROOT = Path(__file__).resolve().parents[2]
SPEC = ROOT / "packaging" / "smtpdebugger.spec"
MEGABYTE = 1_000_000
SIZE_LIMIT = 180 * MEGABYTE  # 158 with a Python that still has its symbols
MAIN_JOB = ("--practice", "--send", "VRFY alice@example.test")


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a bundle that was built now, away from the sources."""
    if sys.platform != "linux":
        need("bundle", "the bundle's test knows Linux only so far")
    if not importlib.util.find_spec("PyInstaller"):
        need("bundle", "PyInstaller is not installed")
    if not shutil.which("objdump"):
        need("bundle", "PyInstaller needs objdump, of the package binutils")
    if not has_shared_python():
        need("bundle", f"{sys.executable} has no shared library, which PyInstaller needs")
    folder = tmp_path_factory.mktemp("bundle")
    command = [sys.executable, "-m", "PyInstaller", str(SPEC), "--noconfirm", "--log-level=ERROR"]
    command += ["--distpath", str(folder / "a place"), "--workpath", str(folder / "work")]
    run = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    return folder / "a place" / "smtpdebugger"


def has_shared_python() -> bool:
    """Whether this Python's library is there; Debian keeps it in a package of its own."""
    library = sysconfig.get_config_var("LIBDIR") or "/usr/lib"
    folders = {library, f"{library}/{sysconfig.get_config_var('MULTIARCH')}"}
    folders.add(f"{sys.base_prefix}/lib")
    pattern = f"libpython{sysconfig.get_python_version()}*.so*"
    return any(list(Path(folder).glob(pattern)) for folder in folders)


def start(bundle: Path, home: Path, *arguments: str, **variables: str) -> str:
    """Run the bundle with nothing on PATH and a home of its own; its standard output."""
    home.mkdir(exist_ok=True)
    environment = {"PATH": "", "HOME": str(home), "LC_ALL": "C.UTF-8", **variables}
    run = subprocess.run(
        [str(bundle / "smtpdebugger"), *arguments],
        env=environment,
        cwd=home,
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
        timeout=120,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    return run.stdout


def assert_is_a_drawn_window(picture: Path) -> None:
    image = QImage(str(picture))
    assert (image.width(), image.height()) == (1280, 800)
    colours = {
        image.pixel(x, y) for x in range(0, image.width(), 3) for y in range(0, image.height(), 3)
    }
    assert len(colours) > 20, "the window is blank"


def test_it_opens_the_window_without_a_display(bundle: Path, tmp_path: Path) -> None:
    picture = tmp_path / "picture.png"
    job = [*MAIN_JOB, "--screenshot", str(picture)]

    start(bundle, tmp_path / "home", *job, QT_QPA_PLATFORM="offscreen")

    assert_is_a_drawn_window(picture)


def test_it_opens_the_window_on_a_display(bundle: Path, tmp_path: Path, display: str) -> None:
    picture = tmp_path / "picture.png"
    job = [*MAIN_JOB, "--screenshot", str(picture)]

    start(bundle, tmp_path / "home", *job, DISPLAY=display, QT_QPA_PLATFORM="xcb")

    assert_is_a_drawn_window(picture)


def test_the_command_line_is_in_it(bundle: Path, tmp_path: Path) -> None:
    trace = tmp_path / "trace.txt"
    trace.write_text(
        "S: 220 mx.example.test ESMTP Postfix\n"
        "C: EHLO client.example.test\n"
        "S: 250-mx.example.test\n"
        "S: 250 PIPELINING\n"
        "C: VRFY alice@example.test\n"
        "S: 502 5.5.1 VRFY command is disabled\n"
    )

    version = start(bundle, tmp_path / "home", "--version")
    explained = start(bundle, tmp_path / "home", "explain", "--format", "json", str(trace))

    assert version.startswith("smtpdebugger ")
    assert '"command-disabled-by-admin"' in explained


def test_all_of_resources_is_in_it(bundle: Path) -> None:
    (copied,) = bundle.rglob("_resources")
    sources = ROOT / "resources"
    wanted = {file.relative_to(sources) for file in sources.rglob("*") if file.is_file()}

    assert wanted == {file.relative_to(copied) for file in copied.rglob("*") if file.is_file()}


def test_what_is_never_loaded_stays_out(bundle: Path) -> None:
    files = [file for file in bundle.rglob("*") if file.is_file() and not file.is_symlink()]
    names = " ".join(file.name for file in files)

    for part in ("Qml", "Quick", "Pdf", "Designer", "WebEngine", "pytest", "libgtk", "libcairo"):
        assert part not in names
    assert sum(file.stat().st_size for file in files) < SIZE_LIMIT


def test_no_library_in_it_misses_another_in_it(bundle: Path) -> None:
    """What the spec leaves out must be needed by nothing that stays."""
    run = subprocess.run(
        ["ldd", *map(str, bundle.rglob("*.so*"))], capture_output=True, text=True, check=False
    )
    # The bundle relies on the system for its display's libraries, which bootstrap.sh names too.
    missing = {line.split()[0] for line in run.stdout.splitlines() if "not found" in line}

    assert not missing
    assert not [link for link in bundle.rglob("*") if not link.exists()]


@pytest.fixture
def display() -> Iterator[str]:
    """The name of an X display that draws into memory."""
    server = shutil.which("Xvfb")
    if server is None:
        need("bundle", "Xvfb is not installed")
    ours, theirs = os.pipe()
    command = [server, "-displayfd", str(theirs), "-screen", "0", "1600x1200x24"]
    command += ["-nolisten", "tcp"]
    process = subprocess.Popen(command, pass_fds=[theirs], stderr=subprocess.DEVNULL)
    os.close(theirs)
    try:
        with os.fdopen(ours) as answer:
            number = answer.readline().strip()
        if not number:
            need("bundle", "Xvfb did not start")
        yield f":{number}"
    finally:
        process.terminate()
        process.wait(timeout=10)
