"""packaging/linux/qt_libraries.py: which libraries are missing, told without importing Qt."""

import importlib.util
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "packaging" / "linux" / "qt_libraries.py"
LISTING = """/somewhere/libQt6Gui.so.6:
\tlinux-vdso.so.1 (0x00007ffd0a5f2000)
\tlibEGL.so.1 => not found
\tlibz.so.1 => /lib/x86_64-linux-gnu/libz.so.1 (0x00007f5e3c000000)
\t/lib64/ld-linux-x86-64.so.2 (0x00007f5e3c9d5000)
/somewhere/libQt6Widgets.so.6:
\tlibEGL.so.1 => not found
\tlibNew.so.9 => not found
"""


@pytest.fixture
def libraries() -> ModuleType:
    spec = importlib.util.spec_from_file_location("qt_libraries", SCRIPT)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_only_what_the_linker_did_not_find_is_missing(libraries: ModuleType) -> None:
    assert list(libraries.not_found(LISTING)) == ["libEGL.so.1", "libEGL.so.1", "libNew.so.9"]


def test_each_is_named_once_with_its_package(
    libraries: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def ldd(*_: object, **__: object) -> subprocess.CompletedProcess[str]:
        return subprocess.CompletedProcess([], 1, LISTING)

    monkeypatch.setattr(libraries.platform, "system", lambda: "Linux")
    monkeypatch.setattr(libraries.shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(libraries.subprocess, "run", ldd)
    monkeypatch.setattr(libraries, "FONT_FOLDERS", ("/no/such/folder",))

    assert libraries.main([]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "libEGL.so.1 libegl1",
        "libNew.so.9 -",
        "any-font fonts-dejavu-core",
    ]


@pytest.mark.parametrize(
    ("display", "wayland", "plugin"),
    [
        ("", "", "libqxcb"),
        (":0", "", "libqxcb"),
        (":0", "w0", "libqxcb"),
        ("", "w0", "libqwayland"),
    ],
)
def test_the_screen_there_is_decides(
    libraries: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
    display: str,
    wayland: str,
    plugin: str,
) -> None:
    monkeypatch.setenv("DISPLAY", display)
    monkeypatch.setenv("WAYLAND_DISPLAY", wayland)

    assert libraries.on_screen() == (f"plugins/platforms/{plugin}.so",)


def test_a_font_anywhere_below_its_folders_will_do(
    libraries: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(libraries, "FONT_FOLDERS", (str(tmp_path),))
    assert not libraries.has_fonts()

    (tmp_path / "truetype" / "dejavu").mkdir(parents=True)
    (tmp_path / "truetype" / "dejavu" / "DejaVuSans.TTF").touch()
    assert libraries.has_fonts()


def test_other_systems_bring_all_they_need(
    libraries: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(libraries.platform, "system", lambda: "Darwin")
    monkeypatch.setattr(libraries, "FONT_FOLDERS", ("/no/such/folder",))

    assert libraries.main([]) == 0
    assert capsys.readouterr().out == ""


def test_qt_is_not_imported_for_it() -> None:
    code = "; ".join(
        (
            "import runpy, sys",
            "qt_libraries = runpy.run_path(sys.argv[1])",
            "qt_libraries['main']([])",
            "assert 'PySide6' not in sys.modules",
        )
    )
    subprocess.run([sys.executable, "-c", code, str(SCRIPT)], check=True, capture_output=True)
