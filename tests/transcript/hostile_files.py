"""Files that would fill memory: ``python -m tests.transcript.hostile_files NAME FILE`` opens one
with next to no memory to spare, and tells how that went and what it took.

Each in a process of its own, because a process never shows what it gave back. Linux only.
"""

import json
import os
import random
import resource
import sys
from collections.abc import Callable
from pathlib import Path

from smtpdebugger.session.filter import read_filter
from smtpdebugger.session.session import Header
from smtpdebugger.transcript import traces as _loaded  # noqa: F401 - nothing loads later
from smtpdebugger.transcript.errors import TranscriptError
from smtpdebugger.transcript.file import load_session
from smtpdebugger.transcript.lines import encode_header
from smtpdebugger.transcript.opening import open_session

SPARE_OCTETS = 128 * 1024 * 1024
HEADER = encode_header(Header("0", "2026-11-23T10:00:00Z"))
LAST = b'{"us":9,"type":"closed","by":"server"}\n'
GIGABYTE = 1_000_000_000
SMALL = b'{"us":1,"type":"received","text":"220 mx\\r\\n"}\n'


def _sparse(path: Path, before: bytes, after: bytes) -> None:
    """Octets, a gigabyte of NULs that takes no room on the disk, and octets."""
    with path.open("wb") as file:
        file.write(before)
        file.seek(GIGABYTE, os.SEEK_CUR)
        file.write(after or b"\0")


def _written(make: Callable[[], bytes]) -> Callable[[Path], None]:
    return lambda path: path.write_bytes(make()) and None


def _sent(keys: bytes) -> bytes:
    return b'{"us":2,"type":"sent",' + keys + b"}\n"


def _garbage(octets: int) -> bytes:
    return random.Random(7).randbytes(octets)


FILES: dict[str, Callable[[Path], None]] = {
    "a line of a gigabyte": lambda path: _sparse(path, HEADER + SMALL, b"\n" + LAST),
    "a text of a gigabyte": lambda path: _sparse(
        path, HEADER + SMALL + b'{"us":2,"type":"sent","text":"', b'"}\n' + LAST
    ),
    "a header of a gigabyte": lambda path: _sparse(path, b'{"format":"smtpsession","x":"', b'"}\n'),
    "a gigabyte of zeros": lambda path: _sparse(path, b"", b""),
    "a transcript of a gigabyte": lambda path: _sparse(path, b"S: 220 mx\r\n" + b"x" * 5000, b""),
    "nested 100,000 deep": _written(
        lambda: (
            b"%s%s{%s:%s}\n%s"
            % (HEADER, SMALL, b'"us":1,"type"', b"[" * 100_000 + b"]" * 100_000, LAST)
        )
    ),
    "nested in the header": _written(
        lambda: b'{"a":' * 100_000 + b"1" + b"}" * 100_000 + b"\n" + LAST
    ),
    "nested beyond belief": _written(lambda: HEADER + SMALL + b"[" * 20_000_000 + b"\n" + LAST),
    "garbage": _written(lambda: _garbage(20_000_000)),
    "garbage behind the header": _written(
        lambda: HEADER + SMALL + _garbage(20_000_000) + b"\n" + LAST
    ),
    "blank lines": _written(lambda: HEADER + SMALL + b"\n" * 5_000_000 + LAST),
    "damaged lines": _written(lambda: HEADER + SMALL + b'{"us":1}\n' * 500_000 + LAST),
    "a line of 7 MB": _written(
        lambda: HEADER + SMALL + _sent(b'"text":"' + b"x" * 7_000_000 + b'"') + LAST
    ),
    "half a million masks": _written(
        lambda: (
            HEADER
            + SMALL
            + _sent(b'"text":"NOOP","redacted":[' + b'[0,1,"x"],' * 500_000 + b'[0,1,"x"]]')
            + LAST
        )
    ),
    "half a million unknown keys": _written(
        lambda: (
            HEADER
            + SMALL
            + _sent(b"".join(b'"k%d":1,' % each for each in range(500_000)) + b'"text":"x"')
            + LAST
        )
    ),
}


def peak() -> int:
    """The most memory this process ever had at once, in octets."""
    text = Path("/proc/self/status").read_text()
    return (
        int(next(line for line in text.splitlines() if line.startswith("VmHWM")).split()[1]) * 1024
    )


def main(path: Path) -> int:
    """Open the file, look at all of it, and tell."""
    small = path.with_suffix(".small")
    small.write_bytes(HEADER + SMALL + LAST)
    # What the first of all files loads is loaded.
    load_session(small)
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    limit = pages * resource.getpagesize() + SPARE_OCTETS
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    before = peak()
    told: dict[str, object] = {}
    try:
        session, problems = open_session(path)
    except TranscriptError as error:
        told["refused"] = str(error)
    else:
        found = read_filter("text:mx")
        assert found is not None
        hits = [row for _, rows in found.select(session, 0, len(session.rows)) for row in rows]
        told |= {
            "rows": [each.head for each in session.rows],
            "problems": problems,
            "hits": len(hits),
        }
    told["octets"] = peak() - before
    print(json.dumps(told))
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
