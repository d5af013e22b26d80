"""``python -m tests.interop``: start, stop and list the mail servers by hand."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable
from dataclasses import asdict

from tests.interop import lab, records, world
from tests.interop.recipe import Recipe, load, names


def main(arguments: list[str] | None = None) -> int:
    """Run one sub-command; 0 done, 1 some server could not be had, 2 usage."""
    parser = argparse.ArgumentParser(prog="python -m tests.interop", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    up = commands.add_parser("up", help="start servers, which then stay until down")
    up.add_argument("names", nargs="*", metavar="NAME", help=f"default: all ({', '.join(names())})")
    commands.add_parser("down", help="end the servers that up started, and leftovers")
    listing = commands.add_parser("list", help="every server's endpoints, and which are up")
    listing.add_argument("--json", action="store_true", help="for programs")
    chosen = parser.parse_args(arguments)
    if chosen.command == "up":
        return _up(chosen.names or names())
    if chosen.command == "down":
        return _down()
    return _list(chosen.json)


def _up(wanted: list[str]) -> int:
    failures = 0
    for name in wanted:
        _end(record for record in records.read_all(lab.cache_folder()) if record.server == name)
        try:
            server = world.start(name, stays=True)
        except lab.LabError as error:
            print(f"{name}: {error}", file=sys.stderr)
            failures += 1
            continue
        for endpoint in server.endpoints.values():
            print(f"{endpoint.name:<22} {endpoint.host}:{endpoint.port:<6} {endpoint.about}")
        print(f"{'':<22} CA {server.ca}, log in as {server.user}, logs in {server.logs}")
        server.let_go()
    return 1 if failures else 0


def _down() -> int:
    _end(records.read_all(lab.cache_folder()))
    return 0


def _end(found: Iterable[records.Record]) -> None:
    """End those worlds that nobody running is responsible for."""
    for record in found:
        if record.alive and not record.owned:
            records.end(record)
            print(f"{record.server}: ended", file=sys.stderr)


def _list(as_json: bool) -> int:
    running = {r.server: r.ports for r in records.read_all(lab.cache_folder()) if r.alive}
    rows = [row for name in names() for row in _rows(load(name), running.get(name))]
    if as_json:
        print(json.dumps(rows, indent=1, ensure_ascii=False))
        return 0
    for row in rows:
        state = "up" if row["up"] else "-"
        print(f"{row['name']:<22} {row['port']:<6} {row['protocol']:<5} {row['tls']:<9} {state}")
        print(f"{'':<22} {row['about']}")
    return 0


def _rows(recipe: Recipe, ports: dict[str, int] | None) -> list[dict[str, object]]:
    return [
        {
            **asdict(endpoint),
            "port": (ports or {}).get(endpoint.name, endpoint.port),
            "server": recipe.name,
            "software": recipe.software,
            "up": ports is not None,
        }
        for endpoint in recipe.endpoints
    ]


if __name__ == "__main__":
    sys.exit(main())
