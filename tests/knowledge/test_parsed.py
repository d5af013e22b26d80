"""Parsed tables kept between runs: a copy that is right, or none at all."""

import json
import os
import sys
import tomllib
from pathlib import Path
from zlib import crc32

import pytest

from smtpdebugger import resources
from smtpdebugger.knowledge import needles
from smtpdebugger.knowledge.load import load_knowledge
from smtpdebugger.knowledge.parsed import FORMAT, ParsedFiles, cache_file


@pytest.fixture
def source(tmp_path: Path) -> Path:
    file = tmp_path / "data.toml"
    file.write_text('name = "first"\n')
    return file


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    return tmp_path / "cache" / "deep" / "tables.json"


def keep(source: Path, kept: Path) -> None:
    parsed = ParsedFiles(kept)
    parsed.table(source)
    parsed.keep()


def test_a_table_is_read_from_the_copy(
    source: Path, kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(source, kept)
    monkeypatch.setattr(tomllib, "loads", lambda _text: pytest.fail("the TOML was read again"))

    assert ParsedFiles(kept).table(source) == {"name": "first"}


def test_a_changed_file_is_read_again(source: Path, kept: Path) -> None:
    keep(source, kept)
    source.write_text('name = "second"\n')

    assert ParsedFiles(kept).table(source) == {"name": "second"}


def test_a_file_of_the_same_size_with_another_time_is_read_again(source: Path, kept: Path) -> None:
    keep(source, kept)
    source.write_text('name = "third"\n')
    os.utime(source, ns=(1, 1))

    assert ParsedFiles(kept).table(source) == {"name": "third"}


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[1]",
        "not JSON",
        '{"format": 99, "files": {}}',
        json.dumps({"format": FORMAT, "files": 5}),
        "[" * 100_000,
        "\udcff",
    ],
)
def test_a_damaged_copy_is_no_copy(source: Path, kept: Path, content: str) -> None:
    kept.parent.mkdir(parents=True)
    kept.write_bytes(content.encode("utf-8", "surrogateescape"))

    assert ParsedFiles(kept).table(source) == {"name": "first"}


def test_a_damaged_entry_is_read_again(source: Path, kept: Path) -> None:
    keep(source, kept)
    whole = json.loads(kept.read_text())
    whole["files"][str(source)][2] = "no table"
    kept.write_text(json.dumps(whole))

    assert ParsedFiles(kept).table(source) == {"name": "first"}


def test_a_folder_that_cannot_be_written_is_no_matter(source: Path, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way")

    keep(source, blocked / "tables.json")

    assert blocked.read_text() == "in the way"


def test_nothing_is_written_when_nothing_is_new(source: Path, kept: Path) -> None:
    keep(source, kept)
    kept.unlink()
    parsed = ParsedFiles(kept)
    parsed.keep()

    assert not kept.exists()


def test_nothing_unfinished_is_left_behind(source: Path, kept: Path) -> None:
    keep(source, kept)

    assert [each.name for each in kept.parent.iterdir()] == ["tables.json"]


def test_a_missing_source_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        ParsedFiles().table(tmp_path / "missing.toml")


def test_knowledge_from_the_copy_is_the_same(kept: Path) -> None:
    first = ParsedFiles(kept)
    plain = load_knowledge(parsed=first)
    assert plain.replies_of("postfix")
    first.keep()

    again = load_knowledge(parsed=ParsedFiles(kept))

    assert again.causes == plain.causes
    assert again.verbs["VRFY"] == plain.verbs["VRFY"]
    assert again.evidence == plain.evidence
    assert again.replies_of("postfix") == plain.replies_of("postfix")
    assert again.problems == plain.problems == ()


NAME = f"tables-{crc32(os.fsencode(resources.root())):08x}.json"


def test_where_the_copy_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SMTPDEBUGGER_CACHE", str(tmp_path))
    assert cache_file() == tmp_path / NAME
    monkeypatch.delenv("SMTPDEBUGGER_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(sys, "platform", "linux")
    assert cache_file() == tmp_path / "smtpdebugger" / NAME
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "local"))
    assert cache_file() == tmp_path / "local" / "smtpdebugger" / NAME
    monkeypatch.setattr(sys, "platform", "darwin")
    assert cache_file().parts[-4:] == ("Library", "Caches", "smtpdebugger", NAME)


def test_each_installation_has_its_own_copy(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    here = cache_file()
    monkeypatch.setattr(resources, "root", lambda: tmp_path)

    assert cache_file() != here
    assert cache_file().parent == here.parent


def test_the_needles_of_patterns_are_kept_too(source: Path, kept: Path) -> None:
    pattern = "(some|any) thing nobody else looks for"
    keep(source, kept)
    parsed = ParsedFiles(kept)
    found = needles.needles_of(pattern)
    parsed.keep()
    del needles.KNOWN[pattern]

    ParsedFiles(kept)

    assert found == (" thing nobody else looks for",)
    assert needles.KNOWN[pattern] == found


@pytest.mark.parametrize(
    "told", ["[]", '{"only here": "b"}', '{"only here": [1]}', '{"only here": [""]}', "3"]
)
def test_needles_that_are_none_are_left_out(kept: Path, told: str) -> None:
    kept.parent.mkdir(parents=True)
    kept.write_text(f'{{"format": {FORMAT}, "files": {{}}, "needles": {told}}}')
    ParsedFiles(kept)

    assert "only here" not in needles.KNOWN
