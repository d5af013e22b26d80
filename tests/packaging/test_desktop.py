"""packaging/linux and the icon: what a desktop needs to show the program and open its files."""

import configparser
import json
import shutil
import subprocess
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgRenderer
from pytestqt.qtbot import QtBot

ROOT = Path(__file__).resolve().parents[2]
ENTRY = ROOT / "packaging" / "linux" / "smtpdebugger.desktop"
MEDIA_TYPE_FILE = ROOT / "packaging" / "linux" / "smtpdebugger.xml"
ICON = ROOT / "resources" / "icons" / "smtpdebugger.svg"
MEDIA_TYPE = "application/vnd.smtpdebugger.session+jsonl"
NAMESPACE = "{http://www.freedesktop.org/standards/shared-mime-info}"


@pytest.fixture
def entry() -> configparser.SectionProxy:
    parser = configparser.ConfigParser(interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read(ENTRY, encoding="utf-8")
    return parser["Desktop Entry"]


@pytest.mark.skipif(
    not shutil.which("desktop-file-validate"), reason="desktop-file-utils is not installed"
)
def test_the_entry_is_valid() -> None:
    run = subprocess.run(
        ["desktop-file-validate", str(ENTRY)], capture_output=True, text=True, check=False
    )
    assert (run.returncode, run.stdout) == (0, "")


def test_the_entry_starts_our_command_with_files(entry: configparser.SectionProxy) -> None:
    assert entry["Exec"] == "smtpdebugger %F"
    assert entry["Icon"] == ICON.stem
    assert entry["MimeType"].strip(";") == MEDIA_TYPE


def test_the_media_type_is_that_of_session_files() -> None:
    (media_type,) = ElementTree.parse(MEDIA_TYPE_FILE).getroot()

    assert media_type.get("type") == MEDIA_TYPE
    patterns = [glob.get("pattern") for glob in media_type.iter(f"{NAMESPACE}glob")]
    assert patterns == ["*.smtpsession"]


@pytest.mark.parametrize("separators", [(", ", ": "), (",", ":")], ids=["spaced", "compact"])
def test_a_session_file_is_known_by_its_first_octets(separators: tuple[str, str]) -> None:
    header = json.dumps({"format": "smtpsession", "version": 1}, separators=separators)

    matches = ElementTree.parse(MEDIA_TYPE_FILE).getroot().iter(f"{NAMESPACE}match")

    assert any(header.startswith(str(match.get("value"))) for match in matches)


@pytest.mark.skipif(
    not shutil.which("update-mime-database"), reason="shared-mime-info is not installed"
)
def test_the_media_type_installs_without_complaint(tmp_path: Path) -> None:
    (tmp_path / "packages").mkdir()
    shutil.copy(MEDIA_TYPE_FILE, tmp_path / "packages")

    subprocess.run(["update-mime-database", str(tmp_path)], capture_output=True, check=True)

    assert f"{MEDIA_TYPE}:*.smtpsession" in (tmp_path / "globs").read_text()


@pytest.mark.parametrize("size", [16, 22, 32, 48, 256])
def test_the_icon_is_drawn_at_every_size(size: int, qtbot: QtBot) -> None:
    renderer = QSvgRenderer(str(ICON))
    assert renderer.isValid()
    image = QImage(size, size, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    renderer.render(painter, QRectF(0, 0, size, size))
    painter.end()

    pixels = [image.pixelColor(x, y) for x in range(size) for y in range(size)]
    drawn = [colour for colour in pixels if colour.alpha() > 128]
    blue = [colour for colour in drawn if colour.blue() > colour.red() + 60]
    orange = [colour for colour in drawn if colour.red() > colour.blue() + 60]

    assert len(drawn) > size * size / 2  # it fills its place …
    assert len(blue) > len(drawn) / 5  # … with an envelope …
    assert len(orange) > len(drawn) / 10  # … and a magnifying glass
