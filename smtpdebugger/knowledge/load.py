"""Reads resources/ into Knowledge, file by file, so that a window can load without a stall.

``Loader.steps`` is a generator: each step reads one small file (a few milliseconds). A bad entry
is left out and reported by name of file and key; the rest loads. The command line explains one
session in a moment, so it does not wait for what that rarely needs: the reply rows of each server,
the extensions and the rarer verbs are read when somebody first asks for them.
"""

import tomllib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TypeVar

from smtpdebugger import resources
from smtpdebugger.knowledge import build
from smtpdebugger.knowledge.entry import BadEntry, Entry
from smtpdebugger.knowledge.late import Late
from smtpdebugger.knowledge.model import (
    Cause,
    EvidenceRule,
    Extension,
    Family,
    FindingRule,
    Goal,
    GuidePoint,
    ReplyCode,
    Server,
    ServerReply,
    StatusPart,
    TextRule,
    Verb,
    VerificationStep,
)
from smtpdebugger.knowledge.parsed import ParsedFiles, Table
from smtpdebugger.knowledge.references import dangling
from smtpdebugger.knowledge.tables import Knowledge

Record = TypeVar("Record")
Key = TypeVar("Key", str, int)

# The tables a file of each folder may hold.
TABLES = {
    "causes": ("family", "cause"),
    "goals": ("goal",),
    "verbs": ("verb",),
    "extensions": ("extension",),
    "replies": ("code", "part", "rule"),
    "guide": ("point",),
    "evidence": ("evidence", "refines"),
    "findings": ("finding",),
    "verification": ("step", "evidence"),
    "servers": ("server",),
}
FOLDERS = tuple(TABLES)
LATE_FOLDERS = ("extensions", "findings")
LATE_FILES = ("verbs/historic", "verbs/keywords", "verbs/other", "verbs/vendor")


def load_knowledge(folder: Path | None = None, parsed: ParsedFiles | None = None) -> Knowledge:
    """What nearly every session needs; the rest is read when it is first asked for.

    ``parsed`` may hold copies of the files' tables, as a short command wants it. References
    between entries are not checked here, see iter_load.
    """
    loader = Loader(folder, late=True, parsed=parsed)
    for _ in loader.steps():
        pass
    return loader.knowledge()


def iter_load(folder: Path | None = None) -> Iterator[Knowledge | None]:
    """Yields None after every file read, and all tables, reply rows included, at the very end."""
    loader = Loader(folder)
    for _ in loader.steps():
        yield None
    yield loader.knowledge()


class Loader:
    """One load of the data folder, in steps. Never raises on what the files say."""

    def __init__(
        self,
        folder: Path | None = None,
        *,
        late: bool = False,
        parsed: ParsedFiles | None = None,
    ) -> None:
        self._folder = folder or resources.root()
        self._parsed = parsed or ParsedFiles()
        self._late = late
        self._names: dict[Path, str] = {}
        self._problems: list[str] = []
        self._families: dict[str, Family] = {}
        self._causes: dict[str, Cause] = {}
        self._goals: dict[str, Goal] = {}
        self._verbs: dict[str, Verb] = {}
        self._extensions: dict[str, Extension] = {}
        self._codes: dict[int, ReplyCode] = {}
        self._parts: dict[str, StatusPart] = {}
        self._servers: dict[str, Server] = {}
        self._rules: list[TextRule] = []
        self._evidence: dict[str, EvidenceRule] = {}
        self._refines: dict[str, tuple[str, ...]] = {}
        self._guide: dict[str, GuidePoint] = {}
        self._findings: dict[str, FindingRule] = {}
        self._steps: dict[str, VerificationStep] = {}
        self._rows: dict[str, tuple[ServerReply, ...]] = {}

    def steps(self) -> Iterator[str]:
        """Reads one file for each step and yields its name."""
        for kind in FOLDERS:
            for file in self._files(kind, late=False):
                self._read(kind, file)
                yield self._name(file)
        if self._late:
            return
        self._problems.extend(dangling(self.knowledge()))
        for server in self._servers:
            self.rows_of(server)
            yield f"servers/replies/{server}.toml"

    def knowledge(self) -> Knowledge:
        """The tables as read so far; later steps show in it too."""
        return Knowledge(
            families=self._families,
            causes=self._causes,
            goals=self._goals,
            verbs=self._table("verbs", self._verbs),
            extensions=self._table("extensions", self._extensions),
            codes=self._codes,
            status_parts=self._parts,
            servers=self._servers,
            rules=tuple(self._rules),
            evidence=self._evidence,
            refines=self._refines,
            guide=tuple(self._guide.values()),
            steps=self._steps,
            findings=self._table("findings", self._findings),
            rows=self.rows_of,
            found_problems=lambda: tuple(self._problems),
        )

    def rows_of(self, server: str) -> tuple[ServerReply, ...]:
        """The reply rows of one server; a server without a file of rows has none."""
        if server not in self._rows:
            rows: list[ServerReply] = []
            file = self._folder / "servers" / "replies" / f"{server}.toml"
            if file.is_file():
                table = self._parse(file)
                for entry in self._entries(file, table, "reply"):
                    self._try(build.server_reply, entry, rows.append)
            self._rows[server] = tuple(row for row in rows if self._known(row.cause, file))
        return self._rows[server]

    def _table(self, kind: str, table: dict[str, Record]) -> Mapping[str, Record]:
        """The table itself, or one that reads its late files when they are needed."""
        return Late(table, lambda: self._read_late(kind)) if self._late else table

    def _read_late(self, kind: str) -> None:
        for file in self._files(kind, late=True):
            self._read(kind, file)

    def _files(self, kind: str, *, late: bool) -> list[Path]:
        """The files of a folder that are read at once, or those that may wait."""
        files = sorted((self._folder / kind).glob("*.toml"))
        if not self._late:
            return files
        return [
            file
            for file in files
            if late == (kind in LATE_FOLDERS or f"{kind}/{file.stem}" in LATE_FILES)
        ]

    def _read(self, kind: str, file: Path) -> None:
        table = self._parse(file)
        self._problems.extend(
            f"{self._name(file)}: {key} is not a known table"
            for key in table
            if key not in TABLES[kind]
        )
        match kind:
            case "causes":
                self._read_causes(file, table)
            case "replies":
                self._read_replies(file, table)
            case _:
                self._read_plain(file, table)

    def _read_plain(self, file: Path, table: Table) -> None:
        """The tables that look the same in whichever folder they stand."""
        into = self._read_into
        into(file, table, "goal", build.goal, self._goals, lambda goal: goal.id)
        into(file, table, "verb", build.verb, self._verbs, lambda verb: verb.verb)
        into(file, table, "extension", build.extension, self._extensions, lambda e: e.keyword)
        into(file, table, "evidence", build.evidence, self._evidence, lambda rule: rule.id)
        into(file, table, "finding", build.finding, self._findings, lambda rule: rule.id)
        into(file, table, "step", build.step, self._steps, lambda step: step.id)
        into(file, table, "point", build.guide_point, self._guide, lambda point: point.id)
        into(file, table, "server", build.server, self._servers, lambda server: server.id)
        for entry in self._entries(file, table, "refines"):
            self._try(build.refinements, entry, self._refines.update)

    def _read_causes(self, file: Path, table: Table) -> None:
        for entry in self._entries(file, table, "family"):
            self._try(build.family, entry, lambda f: self._families.setdefault(f.id, f))
        family = file.stem
        if family not in self._families:
            self._problems.append(f"{self._name(file)}: family must have the id {family!r}")
        self._read_into(
            file,
            table,
            "cause",
            lambda entry: build.cause(entry, family),
            self._causes,
            lambda cause: cause.id,
        )

    def _read_replies(self, file: Path, table: Table) -> None:
        self._read_into(file, table, "code", build.reply_code, self._codes, lambda c: c.code)
        self._read_into(file, table, "part", build.status_part, self._parts, lambda p: p.code)
        for entry in self._entries(file, table, "rule"):
            self._try(build.text_rule, entry, self._rules.append)

    def _read_into(
        self,
        file: Path,
        table: Table,
        key: str,
        make: Callable[[Entry], Record],
        into: dict[Key, Record],
        name: Callable[[Record], Key],
    ) -> None:
        def keep(record: Record) -> None:
            if name(record) in into:
                self._problems.append(f"{self._name(file)}: {key} {name(record)} is there twice")
            into[name(record)] = record

        for entry in self._entries(file, table, key):
            self._try(make, entry, keep)

    def _entries(self, file: Path, table: Table, key: str) -> Iterator[Entry]:
        found = table.get(key, [])
        for one in found if isinstance(found, list) else [found]:
            try:
                yield Entry(f"{self._name(file)} {key}", one)
            except BadEntry as problem:
                self._problems.append(str(problem))

    def _try(
        self, make: Callable[[Entry], Record], entry: Entry, keep: Callable[[Record], object]
    ) -> None:
        try:
            record = make(entry)
        except BadEntry as problem:
            self._problems.append(str(problem))
        else:
            keep(record)

    def _parse(self, file: Path) -> Table:
        try:
            return self._parsed.table(file)
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as problem:
            self._problems.append(f"{self._name(file)}: {problem}")
            return {}

    def _known(self, cause: str, file: Path) -> bool:
        if cause in self._causes or cause == "informational":
            return True
        self._problems.append(f"{self._name(file)}: cause {cause!r} is not a known cause")
        return False

    def _name(self, file: Path) -> str:
        # Asked for with every entry, and paths are slow.
        name = self._names.get(file)
        if name is None:
            name = self._names[file] = file.relative_to(self._folder).as_posix()
        return name
