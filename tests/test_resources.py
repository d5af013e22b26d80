from pathlib import Path

import pytest

from smtpdebugger import resources


def test_the_data_folder_has_what_the_program_reads() -> None:
    folders = {path.name for path in resources.root().iterdir()}
    assert {"causes", "verbs", "extensions", "replies", "servers", "manual", "theme"} <= folders


def test_a_path_leads_into_it() -> None:
    assert resources.path("manual", "index.md").is_file()


def test_an_install_without_data_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(resources, "__file__", str(tmp_path / "smtpdebugger" / "resources.py"))
    with pytest.raises(FileNotFoundError, match="Reinstall"):
        resources.root()


def test_the_data_folder_holds_data_only() -> None:
    assert not list(resources.root().rglob("*.py"))
