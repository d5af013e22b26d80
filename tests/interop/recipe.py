"""Recipes: what one server needs, read from servers/NAME/.

A recipe folder holds
- ``recipe.toml``: packages, accounts, daemons and endpoints;
- ``root/``: the server's own files, laid out as below ``/``;
- ``before.sh`` (optional): run inside the world before the daemons.

In all files but recipe.toml these words are replaced: ``{port:ENDPOINT}``, ``{lab:host}``,
``{lab:domain}``, ``{lab:user}``, ``{lab:password}``, ``{lab:tls}`` (the certificates' folder).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from tests.interop import lab

SERVERS = Path(__file__).parent / "servers"

Tls = Literal["none", "starttls", "implicit"]
Protocol = Literal["smtp", "lmtp"]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One listener of a server: where it is and how it starts a session."""

    name: str
    host: str
    port: int
    tls: Tls
    protocol: Protocol
    about: str = ""


@dataclass(frozen=True, slots=True)
class Account:
    """A daemon's account inside the world; a `uid` of None makes it a group only."""

    name: str
    gid: int
    uid: int | None = None


@dataclass(frozen=True, slots=True)
class Recipe:
    """Everything needed to build and start one server."""

    name: str
    software: str
    packages: tuple[str, ...]
    not_unpacked: tuple[str, ...]
    accounts: tuple[Account, ...]
    daemons: tuple[str, ...]
    endpoints: tuple[Endpoint, ...]
    before: str
    files: Mapping[str, str]

    def rendered(self, ports: Mapping[str, int]) -> Recipe:
        """A copy with the real ports and the lab's names filled in."""
        return Recipe(
            name=self.name,
            software=self.software,
            packages=self.packages,
            not_unpacked=self.not_unpacked,
            accounts=self.accounts,
            daemons=tuple(fill(line, ports) for line in self.daemons),
            endpoints=tuple(
                Endpoint(e.name, e.host, ports[e.name], e.tls, e.protocol, e.about)
                for e in self.endpoints
            ),
            before=fill(self.before, ports),
            files={path: fill(text, ports) for path, text in self.files.items()},
        )


def names() -> list[str]:
    """The servers there are recipes for, in alphabetical order."""
    return sorted(path.parent.name for path in SERVERS.glob("*/recipe.toml"))


def load(name: str) -> Recipe:
    """The recipe called `name`; raises LabError when there is none or it is not sound."""
    folder = SERVERS / name
    try:
        table = tomllib.loads((folder / "recipe.toml").read_text("utf-8"))
    except FileNotFoundError:
        raise lab.LabError(f"no server called {name!r}; there are: {', '.join(names())}") from None
    except tomllib.TOMLDecodeError as error:
        raise lab.LabError(f"{folder / 'recipe.toml'}: {error}") from error
    try:
        return _from_table(name, folder, table)
    except (KeyError, TypeError) as error:
        raise lab.LabError(f"{folder / 'recipe.toml'}: {error!r}") from error


def _from_table(name: str, folder: Path, table: dict[str, Any]) -> Recipe:
    before = folder / "before.sh"
    root = folder / "root"
    return Recipe(
        name=name,
        software=table["software"],
        packages=tuple(table["packages"]),
        not_unpacked=tuple(table.get("not_unpacked", ())),
        accounts=tuple(Account(**entry) for entry in table.get("accounts", ())),
        daemons=tuple(table["daemons"]),
        endpoints=tuple(Endpoint(host="127.0.0.1", **entry) for entry in table["endpoint"]),
        before=before.read_text("utf-8") if before.exists() else "",
        files={
            "/" + path.relative_to(root).as_posix(): path.read_text("utf-8")
            for path in sorted(root.rglob("*"))
            if path.is_file()
        },
    )


_WORD = re.compile(r"\{(port|lab):([\w-]+)\}")


def fill(text: str, ports: Mapping[str, int]) -> str:
    """`text` with its ``{port:…}`` and ``{lab:…}`` words replaced; KeyError for an unknown one."""
    lab_words = {
        "host": lab.HOST,
        "domain": lab.DOMAIN,
        "user": lab.USER,
        "password": lab.PASSWORD,
        "tls": str(lab.INSIDE_TLS),
    }

    def value(match: re.Match[str]) -> str:
        kind, word = match.groups()
        return str(ports[word]) if kind == "port" else lab_words[word]

    return _WORD.sub(value, text)
