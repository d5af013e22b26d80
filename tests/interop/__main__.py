"""Real mail servers on loopback, each in a private world: start, stop and list them by hand.

  python -m tests.interop up                  start all that this machine can run
  python -m tests.interop up postfix exim     start two, or tell that they run already
  python -m tests.interop list --json         every endpoint: address, port, TLS, state
  python -m tests.interop down                end them all

Servers stay until `down`, whatever becomes of the terminal. What they need is fetched at the first
`up` and kept in SMTPDEBUGGER_INTEROP_CACHE (default: ~/.cache/smtpdebugger-interop). A port that
is taken is replaced by a free one. Needs Linux and root; listens on loopback only. The user
alice@lab.test may log in with the password wonderland-7; mail is thrown away.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import asdict

from tests.interop import control, lab
from tests.interop.control import Listed
from tests.interop.recipe import load, names

AT_ONCE = 4  # mostly they wait: for a registry, for a disk, for a greeting


def main(arguments: list[str] | None = None) -> int:
    """Run one sub-command; 0 done, 1 some server could not be had, 2 usage."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.interop",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog=f"Servers: {', '.join(names())}.",
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="up | down | list")
    up = commands.add_parser("up", help="start servers, which then stay until down")
    down = commands.add_parser("down", help="end the servers that up started, and leftovers")
    listing = commands.add_parser("list", help="every endpoint, and what is the matter with it")
    listing.add_argument("--json", action="store_true", help="an array of objects, for programs")
    for command in (up, down, listing):
        command.add_argument("names", nargs="*", metavar="NAME", help="a server; default: all")
    chosen = parser.parse_args(arguments)
    unknown = [name for name in chosen.names if name not in names()]
    if unknown:
        parser.error(f"no server called {', '.join(unknown)}; there are: {', '.join(names())}")
    wanted = chosen.names or names()
    try:
        if chosen.command == "up":
            return _up(wanted)
        return _down(wanted) if chosen.command == "down" else _list(wanted, as_json=chosen.json)
    except lab.LabError as error:
        print(f"{parser.prog}: {error}", file=sys.stderr)
        return 1


# up --------------------------------------------------------------------------------------------


def _up(wanted: Sequence[str]) -> int:
    began = time.monotonic()
    lab.cache_folder()  # where it cannot be, say so once
    with ThreadPoolExecutor(AT_ONCE) as workers:
        asked = {workers.submit(control.up, name): name for name in dict.fromkeys(wanted)}
        try:
            good = sum(_told(asked[done], done) for done in as_completed(asked))
        except KeyboardInterrupt:
            # Without waiting for the threads: what is not ready yet ends with this process.
            print("interrupted; servers that were not ready are ended", file=sys.stderr)
            sys.stdout.flush()
            os._exit(130)
    said = f"{good} of {len(asked)} servers up after {time.monotonic() - began:.1f} s"
    print(f"{said}; their CA is {lab.cache_folder() / 'tls' / 'ca.pem'}", file=sys.stderr)
    return 0 if good == len(asked) else 1


def _told(name: str, done: Future[tuple[str, list[Listed]]]) -> bool:
    """Print what became of one server; whether it is up."""
    try:
        what, rows = done.result()
    except lab.LabError as error:
        kind = "unavailable" if isinstance(error, lab.UnavailableError) else "failed"
        print(f"{name}: {kind}: {error}", file=sys.stderr, flush=True)
        return False
    wanted = load(name).ports
    places = [f"{row.endpoint.name} {_place(row, wanted)}" for row in rows]
    print(f"{name}: {what}: {', '.join(places)}", flush=True)
    return True


def _place(row: Listed, wanted: dict[str, int]) -> str:
    port = wanted[row.endpoint.name]
    moved = "" if row.endpoint.port == port else f" ({port} was taken)"
    return f"{row.endpoint.host}:{row.endpoint.port}{moved}"


# down, list ------------------------------------------------------------------------------------


def _down(wanted: Sequence[str]) -> int:
    for name in dict.fromkeys(wanted):
        if control.end(name):
            print(f"{name}: ended", file=sys.stderr)
    return 0


def _list(wanted: Sequence[str], *, as_json: bool) -> int:
    rows = [row for name in dict.fromkeys(wanted) for row in control.listed(load(name))]
    if as_json:
        print(json.dumps([_plain(row) for row in rows], indent=1, ensure_ascii=False))
        return 0
    print(f"{'endpoint':<24} {'address':<16} {'TLS':<16} {'speaks':<7} state")
    for row in rows:
        at = row.endpoint
        place = f"{at.host}:{at.port}"
        state = ": ".join(filter(None, [row.state, row.reason.partition("\n")[0]]))
        print(f"{at.name:<24} {place:<16} {_tls(row):<16} {at.protocol:<7} {state}")
    return 0


def _tls(row: Listed) -> str:
    return ("" if row.endpoint.tls_works else "broken-") + row.endpoint.tls


def _plain(row: Listed) -> dict[str, object]:
    """For JSON: the endpoint's own keys and the server's beside one another."""
    fields = asdict(row)
    endpoint = fields.pop("endpoint")
    del endpoint["expect"]
    return {**endpoint, **fields}


if __name__ == "__main__":
    sys.exit(main())
