"""The person's preferences: a dataclass and a small TOML file, nothing Qt.

``SMTPDEBUGGER_CONFIG`` names another folder for the file; tests use it.
"""

import os
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any

_IS_LINUX = sys.platform == "linux"


@dataclass(frozen=True, slots=True)
class Settings:
    """What a person can set, with the defaults."""

    client_name: str = ""
    """The name EHLO tells; empty: the address of our end of the connection, as a literal."""
    ehlo_on_connect: bool = True
    theme: str = "system"
    """system | light | dark"""
    record: bool = True
    """Whether every live session is written to a file as it happens."""
    folder: str = ""
    """Where sessions are recorded; empty: the data folder of this system."""
    keep_days: int = 0
    """Recordings older than this are deleted at the next start; 0: kept for ever."""
    keep_megabytes: int = 0
    """What recordings may take up; the oldest are deleted at the next start. 0: no limit."""
    remember_options: bool = True
    """Whether the options of a connection are kept with its server."""
    waiting: Mapping[str, float] = field(default_factory=dict)
    """Seconds to wait for what, by the name of the time-out; those left out are as usual."""

    colour_rules: str = "amber code:4xx\nred is:failed\nblue is:marked\ngreen from:event text:tls"
    """Which rows of a transcript have which colour: lines of a colour and a filter. The first one
    that lets a row through decides."""

    @classmethod
    def load(cls, path: Path | None = None) -> tuple["Settings", str]:
        """The settings, and a sentence about what was wrong with the file, or an empty one."""
        file = path or settings_file()
        try:
            text = file.read_text(encoding="utf-8")
        except FileNotFoundError:
            return cls(), ""
        except (OSError, UnicodeDecodeError) as error:
            return cls(), _unreadable(file, error)
        # Only here: the window's first paint waits for this, and most people have no file.
        import tomllib

        try:
            values = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            return cls(), _unreadable(file, error)
        return _overlaid(cls(), values, file)

    def save(self, path: Path | None = None) -> None:
        """Write the file. Raises OSError where the folder cannot be written."""
        import json

        file = path or settings_file()
        file.parent.mkdir(parents=True, exist_ok=True)
        # JSON's strings, numbers and booleans are TOML's too.
        values = asdict(self)
        waiting = values.pop("waiting")
        lines = [f"{name} = {json.dumps(value)}\n" for name, value in values.items()]
        lines += ["\n[waiting]\n"] * bool(waiting)
        lines += [f"{name} = {json.dumps(value)}\n" for name, value in waiting.items()]
        unfinished = file.with_name(file.name + ".new")
        unfinished.write_text("".join(lines), encoding="utf-8")
        unfinished.replace(file)


def settings_file() -> Path:
    """Where the settings are kept."""
    folder = os.environ.get("SMTPDEBUGGER_CONFIG")
    if folder:
        return Path(folder) / "settings.toml"
    if _IS_LINUX:
        # As platformdirs tells it, without the 3 ms that loading it takes before the first paint.
        base = Path(os.environ.get("XDG_CONFIG_HOME", ""))
        above = base if base.is_absolute() else Path.home() / ".config"
        return above / "smtpdebugger" / "settings.toml"
    from platformdirs import user_config_path

    return user_config_path("smtpdebugger") / "settings.toml"


def _unreadable(file: Path, error: Exception) -> str:
    return f"The settings in {file} cannot be read ({error}); defaults are used."


def _overlaid(settings: Settings, values: dict[str, Any], file: Path) -> tuple[Settings, str]:
    known = {each.name: type(getattr(settings, each.name)) for each in fields(settings)}
    given = [name for name in known if name in values]
    wrong = [name for name in given if not _fits(values[name], known[name])]
    good = {name: values[name] for name in given if name not in wrong}
    problem = f"In {file}, {', '.join(wrong)} has a wrong kind of value." if wrong else ""
    return replace(settings, **good), problem


def _fits(value: object, kind: type) -> bool:
    if isinstance(value, dict):
        # Times in seconds; True is a number to Python.
        times = (type(each) in {int, float} and each > 0 for each in value.values())
        return kind is dict and all(times)
    return type(value) is kind
