"""Recipes: what one server needs, read from servers/NAME/.

A recipe folder holds
- ``recipe.toml``: packages, accounts, daemons and endpoints (below);
- ``root/``: the server's own files, laid out as below ``/`` (in /etc, /usr or /var: those are
  the world's own);
- ``before.sh`` (optional): run inside the world before the daemons;
- ``build.sh`` (optional): run once, in a world with the packages and root/; of all that only what
  it leaves in ``{lab:built}`` is kept and seen, read-only, by the server's own worlds;
- ``requirements.txt`` (optional): packages from PyPI, each with its exact version; the world has
  them on PYTHONPATH, and ``{lab:python}`` is an interpreter that sees them and the standard
  library only;
- ``package.json`` and ``package-lock.json`` (optional): packages from npm; they are below
  ``{lab:npm}``, which is also NODE_PATH, and ``{lab:node}`` is a Node.js of the lab's own.

recipe.toml::

    software = "Postfix"                # what people call it
    packages = ["postfix"]              # optional: Debian packages, unpacked over / in the world
    not_unpacked = ["exim4-config_*"]   # optional: files among them that are left out
    accounts = [{ name = "postfix", uid = 2001, gid = 2001 }]    # optional; without uid: a group
    inner_ports = { postfix-x = 20199 } # optional: what the server's parts need among themselves
    daemons = ["postfix start-fg"]      # each stays in the foreground; when one ends, all end

    [environment]                       # optional: variables for before.sh and the daemons
    LANG = "C"

    [[endpoint]]
    name = "postfix"                    # begins with the server's name
    port = 20100                        # wanted; another one is chosen where it is taken
    tls = "starttls"                    # or "none", or "implicit"
    tls_works = true                    # optional; false: it offers TLS and cannot do it
    protocol = "smtp"                   # or "lmtp"
    about = "everything on"             # one line for people

    [endpoint.expect]                   # optional: what tests find there; each key is optional
    keywords = ["PIPELINING", "STARTTLS"]   # all of the first EHLO (LHLO) reply, no parameters
    keywords_inside = ["PIPELINING", "AUTH"]    # after STARTTLS; default: the same but STARTTLS
    mechanisms = ["PLAIN", "LOGIN"]     # of AUTH, inside TLS where there is any; alice may log in
    wrong_password = 535                # optional: the code that ends AUTH then
    replies = { "VRFY alice" = 252, "FROB" = 500 }  # codes, in order, after that first EHLO

In before.sh, the daemons, the environment and the files of root/ these words are replaced:
``{port:NAME}``, ``{lab:host}``, ``{lab:domain}``, ``{lab:user}``, ``{lab:password}``,
``{lab:tls}`` (the certificates' folder), ``{lab:built}``, ``{lab:python}``, ``{lab:node}`` and
``{lab:npm}``.
Programs find the first ones in LAB_HOST, LAB_DOMAIN, LAB_USER, LAB_PASSWORD and LAB_TLS as well.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal, get_args

from tests.interop import lab

SERVERS = Path(__file__).parent / "servers"
NPM_FILES = ("package.json", "package-lock.json")

Tls = Literal["none", "starttls", "implicit"]
Protocol = Literal["smtp", "lmtp"]


@dataclass(frozen=True, slots=True)
class Expect:
    """What an endpoint is known to offer and to answer; None: the recipe does not say."""

    keywords: frozenset[str] | None = None
    keywords_inside: frozenset[str] | None = None
    mechanisms: tuple[str, ...] | None = None
    wrong_password: int = 535
    replies: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One listener of a server: where it is, how it starts a session, what is known of it."""

    name: str
    host: str
    port: int
    tls: Tls
    protocol: Protocol
    about: str = ""
    tls_works: bool = True
    expect: Expect = Expect()


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
    build: str
    files: Mapping[str, str]
    environment: Mapping[str, str]
    inner_ports: Mapping[str, int]
    pypi: str
    npm: Mapping[str, str]

    @property
    def ports(self) -> dict[str, int]:
        """Every port the server wants, by its name in ``{port:…}``."""
        return {**{e.name: e.port for e in self.endpoints}, **self.inner_ports}

    def rendered(self, ports: Mapping[str, int]) -> Recipe:
        """A copy with the real ports and the lab's names filled in."""
        return replace(
            self,
            daemons=tuple(fill(line, ports) for line in self.daemons),
            endpoints=tuple(replace(e, port=ports[e.name]) for e in self.endpoints),
            before=fill(self.before, ports),
            build=fill(self.build, ports),
            files={path: fill(text, ports) for path, text in self.files.items()},
            environment={key: fill(text, ports) for key, text in self.environment.items()},
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
    return Recipe(
        name=name,
        software=table["software"],
        packages=tuple(table.get("packages", ())),
        not_unpacked=tuple(table.get("not_unpacked", ())),
        accounts=tuple(Account(**entry) for entry in table.get("accounts", ())),
        daemons=tuple(table["daemons"]),
        endpoints=tuple(_endpoint(entry) for entry in table["endpoint"]),
        before=_text(folder / "before.sh"),
        build=_text(folder / "build.sh"),
        files=_files(folder / "root"),
        environment=table.get("environment", {}),
        inner_ports=table.get("inner_ports", {}),
        pypi=_text(folder / "requirements.txt"),
        npm={name: text for name in NPM_FILES if (text := _text(folder / name))},
    )


def _endpoint(entry: dict[str, Any]) -> Endpoint:
    expected = dict(entry.pop("expect", {}))
    for key in ("keywords", "keywords_inside"):
        if key in expected:
            expected[key] = frozenset(expected[key])
    endpoint = Endpoint(host="127.0.0.1", expect=Expect(**expected), **entry)
    if endpoint.tls not in get_args(Tls) or endpoint.protocol not in get_args(Protocol):
        raise TypeError(f"{endpoint.name}: {endpoint.tls!r} or {endpoint.protocol!r}")
    return endpoint


def _text(path: Path) -> str:
    return path.read_text("utf-8") if path.exists() else ""


def _files(root: Path) -> dict[str, str]:
    found = {
        "/" + path.relative_to(root).as_posix(): path.read_text("utf-8")
        for path in sorted(root.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }
    for path in found:
        # Only these are the world's own; elsewhere the file would land on the machine itself.
        if not path.startswith(("/etc/", "/usr/", "/var/")):
            raise TypeError(f"root{path}: a server's files go below /etc, /usr or /var")
    return found


_WORD = re.compile(r"\{(port|lab):([\w-]+)\}")


def fill(text: str, ports: Mapping[str, int]) -> str:
    """`text` with its ``{port:…}`` and ``{lab:…}`` words replaced; KeyError for an unknown one."""
    lab_words = {
        "host": lab.HOST,
        "domain": lab.DOMAIN,
        "user": lab.USER,
        "password": lab.PASSWORD,
        "tls": str(lab.INSIDE_TLS),
        "built": str(lab.INSIDE_BUILT),
        "python": lab.PYTHON,
        "node": str(lab.INSIDE_NODE),
        "npm": str(lab.INSIDE_NPM),
    }

    def value(match: re.Match[str]) -> str:
        kind, word = match.groups()
        return str(ports[word]) if kind == "port" else lab_words[word]

    return _WORD.sub(value, text)
