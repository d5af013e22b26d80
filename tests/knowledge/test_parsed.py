import json
import tomllib
from pathlib import Path

import pytest

from smtpdebugger.knowledge.load import load_knowledge
from smtpdebugger.knowledge.parsed import ParsedFiles, cache_file


@pytest.fixture
def toml(tmp_path: Path) -> Path:
    file = tmp_path / "goals.toml"
    file.write_text('[[goal]]\nid = "encrypt"\n')
    return file


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    return tmp_path / "cache" / "tables.json"


def keep(toml: Path, kept: Path) -> None:
    files = ParsedFiles(kept)
    files.table(toml)
    files.keep()


def test_a_kept_table_is_not_read_again(
    toml: Path, kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(toml, kept)
    monkeypatch.setattr(tomllib, "loads", lambda _text: pytest.fail("the TOML was read again"))

    assert ParsedFiles(kept).table(toml) == {"goal": [{"id": "encrypt"}]}


def test_a_changed_file_is_read_again(toml: Path, kept: Path) -> None:
    keep(toml, kept)
    toml.write_text('[[goal]]\nid = "authenticate"\n')

    assert ParsedFiles(kept).table(toml) == {"goal": [{"id": "authenticate"}]}


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"format": 0}', '{"format": 1, "files": 5}', "\x00", "[" * 100_000]
)
def test_a_damaged_copy_is_passed_over(toml: Path, kept: Path, text: str) -> None:
    kept.parent.mkdir()
    kept.write_text(text)

    assert ParsedFiles(kept).table(toml) == {"goal": [{"id": "encrypt"}]}


def test_a_damaged_entry_is_passed_over(toml: Path, kept: Path) -> None:
    keep(toml, kept)
    whole = json.loads(kept.read_text())
    whole["files"][str(toml)][2] = "no table"
    kept.write_text(json.dumps(whole))

    assert ParsedFiles(kept).table(toml) == {"goal": [{"id": "encrypt"}]}


def test_nothing_new_writes_nothing(toml: Path, kept: Path) -> None:
    keep(toml, kept)
    kept.chmod(0o400)
    before = kept.stat()

    keep(toml, kept)

    assert kept.stat().st_mtime_ns == before.st_mtime_ns


def test_a_folder_that_cannot_be_written_is_no_matter(toml: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")

    keep(toml, tmp_path / "file" / "tables.json")


def test_without_a_place_nothing_is_kept(toml: Path, tmp_path: Path) -> None:
    files = ParsedFiles()
    files.table(toml)
    files.keep()

    assert sorted(tmp_path.iterdir()) == [toml]


def test_kept_tables_make_the_same_knowledge(kept: Path) -> None:
    first = ParsedFiles(kept)
    fresh = load_knowledge(parsed=first)
    first.keep()

    again = load_knowledge(parsed=ParsedFiles(kept))

    assert again.causes == fresh.causes
    assert again.verbs["EHLO"] == fresh.verbs["EHLO"]
    assert again.problems == ()


def test_the_place_of_the_copy_can_be_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SMTPDEBUGGER_CACHE", str(tmp_path))

    assert cache_file() == tmp_path / "tables.json"
