"""Saved connections: the options last used with each server, and profiles a person has named.

They are kept in one small JSON file. Passwords and what is trusted for one session are never in it.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import msgspec

from smtpdebugger.transport.settings import ConnectionSettings, Timeouts

MOST_SERVERS = 40
_LONGEST_NAME = 60


class SavedConnections:
    """Reads the file anew each time, so that two windows see the same."""

    def __init__(self, file: Path, usual: Callable[[], Timeouts] = Timeouts) -> None:
        """``usual`` gives the time-outs of a connection that has none of its own."""
        self._file = file
        self._usual = usual

    def servers(self) -> list[ConnectionSettings]:
        """The options last used with each server, the latest first."""
        return [*self._read_all(self._read("servers").values())]

    def note(self, settings: ConnectionSettings) -> None:
        """These options were used. A folder that cannot be written forgets, and nothing else.

        That a certificate was not verified is no habit: it is kept in profiles only.
        """
        where, trust = _where(settings), replace(settings.trust, verify=True)
        with suppress(OSError), self._changing() as content:
            others = _table(content, "servers")
            others.pop(where, None)
            kept = {where: self._plain(replace(settings, trust=trust))} | others
            content["servers"] = dict([*kept.items()][:MOST_SERVERS])

    def profiles(self) -> dict[str, ConnectionSettings]:
        """All profiles by their names, in the order of the alphabet."""
        found = self._read("profiles")
        read = {name: [*self._read_all([found[name]])] for name in sorted(found, key=str.casefold)}
        return {name: settings[0] for name, settings in read.items() if settings}

    def save(self, name: str, settings: ConnectionSettings) -> None:
        """Keep a profile; one of the same name is replaced. Raises ValueError and OSError."""
        name = checked_name(name)
        with self._changing() as content:
            content["profiles"] = _table(content, "profiles") | {name: self._plain(settings)}

    def rename(self, name: str, wanted: str) -> None:
        """Give a profile another name. Raises ValueError with a sentence, and OSError."""
        wanted = checked_name(wanted)
        with self._changing() as content:
            profiles = _table(content, "profiles")
            if wanted != name and wanted in profiles:
                raise ValueError(f"There is a profile “{wanted}” already.")
            if name in profiles:
                profiles[wanted] = profiles.pop(name)
            content["profiles"] = profiles

    def delete(self, name: str) -> None:
        """Forget a profile. Raises OSError."""
        with self._changing() as content:
            profiles = _table(content, "profiles")
            profiles.pop(name, None)
            content["profiles"] = profiles

    def _plain(self, settings: ConnectionSettings) -> dict[str, Any]:
        plain: dict[str, Any] = msgspec.to_builtins(without_secrets(settings))
        usual = asdict(self._usual())
        times = plain["timeouts"]
        plain["timeouts"] = {name: times[name] for name in usual if times[name] != usual[name]}
        return plain

    def _read_all(self, found: Iterable[Any]) -> Iterator[ConnectionSettings]:
        """What can be read of entries that somebody may have edited."""
        for each in found:
            if isinstance(each, dict):
                times = asdict(self._usual()) | _table(each, "timeouts")
                with suppress(msgspec.ValidationError):
                    settings = msgspec.convert({**each, "timeouts": times}, ConnectionSettings)
                    yield without_secrets(settings)

    def _read(self, part: str) -> dict[str, Any]:
        return _table(self._content(), part)

    def _content(self) -> dict[str, Any]:
        try:
            found = json.loads(self._file.read_text(encoding="utf-8"))
        except (OSError, ValueError, RecursionError):
            return {}
        return found if isinstance(found, dict) else {}

    @contextmanager
    def _changing(self) -> Iterator[dict[str, Any]]:
        content = self._content()
        yield content
        self._file.parent.mkdir(parents=True, exist_ok=True)
        unfinished = self._file.with_name(self._file.name + ".new")
        unfinished.write_text(json.dumps(content, indent=1, ensure_ascii=False), encoding="utf-8")
        unfinished.replace(self._file)


def checked_name(text: str) -> str:
    """A profile's name. Raises ValueError with a sentence."""
    name = " ".join(text.split())
    if not name or not name.isprintable() or len(name) > _LONGEST_NAME:
        raise ValueError(f"A profile needs a name of 1 to {_LONGEST_NAME} characters.")
    return name


def without_secrets(settings: ConnectionSettings) -> ConnectionSettings:
    """The same without passwords, and without what is trusted for one session only."""
    proxy = settings.proxy and replace(settings.proxy, password="")
    tls = replace(settings.tls, key_password="")
    trust = replace(settings.trust, fingerprints=frozenset(), ca_pem=None)
    return replace(settings, proxy=proxy, tls=tls, trust=trust)


def _table(content: Mapping[str, Any], part: str) -> dict[str, Any]:
    found = content.get(part)
    return dict(found) if isinstance(found, dict) else {}


def _where(settings: ConnectionSettings) -> str:
    return f"{settings.host}:{settings.port}"
