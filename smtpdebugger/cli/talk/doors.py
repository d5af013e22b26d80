"""``talk --find-port``: the usual ports of a host with each TLS mode, side by side."""

import argparse
import asyncio
import json
from collections.abc import Callable

from smtpdebugger.cli.connection import connection_settings
from smtpdebugger.cli.talk.output import Output
from smtpdebugger.cli.talk.stopping import Stopper
from smtpdebugger.cli.talk.waiting import StatusLine, can_rewrite
from smtpdebugger.session.visible import visible
from smtpdebugger.tasks import spawn
from smtpdebugger.transport.ports import Door, find_ports
from smtpdebugger.transport.settings import USUAL_PORTS

DONE, NONE_WORKS = 0, 1
_MODES = ("none", "starttls", "tls")


async def find_port(options: argparse.Namespace, output: Output, stopper: Stopper) -> int:
    """Try all doors and tell of each; the exit code: 1 where no door lets anybody in."""
    ports = options.ports or USUAL_PORTS
    settings = connection_settings(options)
    table = _JsonDoors(output.write) if options.format == "json" else _TextDoors(output.write)
    list_of = _InOrder(ports, table.put)
    line = StatusLine() if can_rewrite() else None
    output.before = (lambda: None) if line is None else line.erase

    def found(door: Door) -> None:
        list_of.add(door)
        if line is not None:
            line.show(f"{list_of.known} of {len(ports) * len(_MODES)} ways are known")

    table.begin()
    searching = spawn(find_ports(settings, ports, found), "find the port")
    is_whole = await stopper.outlasts_asking(searching)
    if not is_whole:
        searching.cancel()
        await asyncio.wait({searching})
    if line is not None:
        line.erase()
    doors = searching.result() if is_whole else []
    exit_code = DONE if any(each.works for each in doors) else NONE_WORKS
    exit_code = exit_code if stopper.exit_code is None else stopper.exit_code
    table.end(doors, exit_code)
    return exit_code


class _InOrder:
    """Gives doors on in the order of the ports, whichever was known first."""

    def __init__(self, ports: tuple[int, ...], put: Callable[[Door], None]) -> None:
        self.known = 0
        self._due = [(port, mode) for port in ports for mode in _MODES]
        self._waiting: dict[tuple[int, str], Door] = {}
        self._put = put

    def add(self, door: Door) -> None:
        self.known += 1
        self._waiting[door.port, door.security] = door
        while self._due and self._due[0] in self._waiting:
            self._put(self._waiting.pop(self._due.pop(0)))


class _TextDoors:
    def __init__(self, write: Callable[[str], None]) -> None:
        self._write = write

    def begin(self) -> None:
        self._write(f"{'PORT':>5}  {'PROTECTION':10}  WORKS  WHAT\n")

    def put(self, door: Door) -> None:
        works = "yes" if door.works else "no"
        login = f"; login by {', '.join(door.mechanisms)}" if door.mechanisms else ""
        what = visible(door.what + login).replace("\n", " ")
        self._write(f"{door.port:>5}  {door.security:10}  {works:5}  {what}\n")

    def end(self, doors: list[Door], exit_code: int) -> None:
        working = sum(each.works for each in doors)
        logins = sum(each.can_log_in for each in doors)
        if doors:
            self._write(
                f"# {working} of {len(doors)} ways work; {logins} offer a login under TLS.\n"
            )


class _JsonDoors:
    def __init__(self, write: Callable[[str], None]) -> None:
        self._write = write

    def begin(self) -> None:
        """There is no heading."""

    def put(self, door: Door) -> None:
        self._object(
            type="door",
            port=door.port,
            security=door.security,
            works=door.works,
            what=door.what,
            mechanisms=list(door.mechanisms),
            login=door.can_log_in,
            greeting=door.greeting,
        )

    def end(self, doors: list[Door], exit_code: int) -> None:
        working = sum(each.works for each in doors)
        self._object(type="end", exit=exit_code, doors=len(doors), working=working)

    def _object(self, **told: object) -> None:
        self._write(f"{json.dumps(told, ensure_ascii=False)}\n")
