from dataclasses import replace
from pathlib import Path

import platformdirs
import pytest

from smtpdebugger.settings import Settings, settings_file


def test_what_was_saved_is_loaded_again(tmp_path: Path) -> None:
    file = tmp_path / "folder with blanks" / "settings.toml"
    settings = Settings(client_name='a "quoted" ü\\name', theme="dark", record=False)
    settings = replace(settings, waiting={"command": 12, "tls": 0.5})
    settings.save(file)
    assert Settings.load(file) == (settings, "")


def test_no_file_means_the_defaults(tmp_path: Path) -> None:
    assert Settings.load(tmp_path / "none.toml") == (Settings(), "")


@pytest.mark.parametrize("text", ["not = = toml", "\ufffd\x00", "[unclosed"])
def test_a_damaged_file_is_told_and_the_defaults_are_used(tmp_path: Path, text: str) -> None:
    file = tmp_path / "settings.toml"
    file.write_text(text, encoding="utf-8")
    settings, problem = Settings.load(file)
    assert settings == Settings()
    assert str(file) in problem


def test_a_wrong_kind_of_value_is_named_and_the_rest_kept(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text('record = "yes"\ntheme = "dark"\nunknown = 1\n', encoding="utf-8")
    settings, problem = Settings.load(file)
    assert settings == Settings(theme="dark")
    assert "record" in problem


@pytest.mark.parametrize(
    "line", ['waiting = "long"', "[waiting]\ntls = 0", "[waiting]\ntls = true"]
)
def test_what_is_no_time_is_named(tmp_path: Path, line: str) -> None:
    file = tmp_path / "settings.toml"
    file.write_text(f'theme = "dark"\n{line}\n', encoding="utf-8")
    settings, problem = Settings.load(file)
    assert settings == Settings(theme="dark")
    assert "waiting" in problem


def test_a_yes_is_no_number(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text("keep_days = true\n", encoding="utf-8")
    settings, problem = Settings.load(file)
    assert settings == Settings()
    assert "keep_days" in problem


def test_the_folder_can_be_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SMTPDEBUGGER_CONFIG", str(tmp_path))
    assert settings_file() == tmp_path / "settings.toml"


@pytest.mark.parametrize("base", [None, "", " ", "/srv/people/config", "relative"])
def test_without_a_name_it_is_the_folder_that_platformdirs_tells(
    monkeypatch: pytest.MonkeyPatch, base: str | None
) -> None:
    monkeypatch.delenv("SMTPDEBUGGER_CONFIG", raising=False)
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    if base is not None:
        monkeypatch.setenv("XDG_CONFIG_HOME", base)
    assert settings_file() == platformdirs.user_config_path("smtpdebugger") / "settings.toml"
