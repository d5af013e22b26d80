"""``smtpdebugger requirements``: what a program needs of a server, and whether a server has it."""

import argparse
import asyncio
import json
import sys
from collections.abc import Iterator
from pathlib import Path

from smtpdebugger.diagnosis.compatibility import Compatibility, check
from smtpdebugger.diagnosis.requirements import Profile, Requirement, derive
from smtpdebugger.knowledge.load import load_knowledge
from smtpdebugger.knowledge.parsed import ParsedFiles, cache_file
from smtpdebugger.knowledge.tables import Knowledge
from smtpdebugger.session.session import Session
from smtpdebugger.session.visible import visible
from smtpdebugger.transcript.errors import TranscriptError
from smtpdebugger.transcript.opening import MOST_OCTETS, open_session, read_session
from smtpdebugger.transcript.requirements import (
    load_profile,
    looks_like_profile,
    read_profile,
    save_profile,
    to_toml,
)

DONE, INCOMPATIBLE, UNREADABLE = 0, 1, 3

_MARKS = {"met": "+", "missing": "-", "unknown": "?"}


def run(options: argparse.Namespace) -> int:
    """Tell the requirements of a session or of a saved profile, or check them.

    Gives the exit code: 0 done, 1 something required is missing, 3 unreadable or not connected.
    """
    parsed = ParsedFiles(cache_file())
    knowledge = load_knowledge(parsed=parsed)
    try:
        profile = _profile(options.file, knowledge)
        if options.save is not None:
            save_profile(profile, Path(options.save))
            _tell_saved(profile, options.save)
        other = _other(options)
    except TranscriptError as error:
        sys.stderr.write(f"smtpdebugger requirements: {error}\n")
        return UNREADABLE
    found = check(profile, other, knowledge) if other is not None else None
    parsed.keep()
    if options.format == "toml":
        sys.stdout.write(to_toml(profile))
    elif options.format == "json":
        told = as_object(profile, found)
        sys.stdout.write(json.dumps(told, indent=1, ensure_ascii=False) + "\n")
    elif options.save is None or found is not None:
        sys.stdout.writelines(f"{visible(line)}\n" for line in lines_of(profile, found))
    return DONE if found is None or found.is_compatible else INCOMPATIBLE


def _profile(path: str, knowledge: Knowledge) -> Profile:
    if path == "-":
        octets = sys.stdin.buffer.read(MOST_OCTETS)
        if looks_like_profile(octets):
            return read_profile(octets, "standard input")
        session, _ = read_session(octets, "standard input")
        return derive(session, knowledge)
    file = Path(path)
    if file.is_file():
        with file.open("rb") as opened:
            if looks_like_profile(opened.read(512)):
                return load_profile(file)
    session, _ = open_session(file)
    return derive(session, knowledge, file.stem)


def _tell_saved(profile: Profile, name: str) -> None:
    """On the standard error: the standard output may be for a program."""
    count = len(profile.requirements)
    told = f"{count} requirement{'s' * (count != 1)} kept in {visible(name)}"
    sys.stderr.write(f"{told}: change what you know better, then use --check or --connect.\n")


def _other(options: argparse.Namespace) -> Session | None:
    """The session with the server to check, from a file or from the wire."""
    if options.check is not None:
        session, _ = open_session(Path(options.check))
        return session
    return asyncio.run(_looked_at(options)) if options.server is not None else None


async def _looked_at(options: argparse.Namespace) -> Session:
    """A live look at a server: EHLO, STARTTLS where it is offered, EHLO again, QUIT."""
    from smtpdebugger.cli.connection import connection_settings
    from smtpdebugger.transport.client import SmtpClient

    session = Session()
    client = SmtpClient(session, connection_settings(options))
    try:
        if not await client.connect() or session.situation.greeting is None:
            failures = [row.text for row in session.rows if row.is_negative]
            host, port = options.server
            where = f"{host}:{port}" if port else host
            raise TranscriptError(" ".join(failures) or f"{where} does not answer.")
        if session.situation.offers("STARTTLS") and await client.start_tls():
            await client.ehlo()
        await client.quit()
    finally:
        await client.disconnect()
    return session


def lines_of(profile: Profile, found: Compatibility | None) -> Iterator[str]:
    """Plain lines: each requirement with its level and reason, or with its verdict."""
    if found is None:
        for each in profile.requirements:
            fallback = f" Instead: {each.fallback}" if each.fallback else ""
            yield f"{each.level:8}  {each.kind:9}  {_title(each)}"
            if each.reason:
                yield f"          {each.reason}{fallback}"
        if not profile.requirements:
            yield "The client of this session used nothing."
        return
    for checked in found.checked:
        wanted = checked.requirement
        mark = _MARKS[checked.verdict]
        yield f"{mark} {checked.verdict:8}{wanted.level:9} {wanted.kind:9}  {_title(wanted)}"
        yield f"           {checked.why}"
        if checked.verdict != "met" and checked.fallback:
            yield f"           Instead: {checked.fallback}"
    yield found.summary


def _title(each: Requirement) -> str:
    return f"{int(each.name):,} octets" if each.kind == "size" else each.name


def as_object(profile: Profile, found: Compatibility | None) -> dict[str, object]:
    """The one object that ``--format json`` prints."""
    told: dict[str, object] = {
        "title": profile.title,
        "requirements": [
            {
                "kind": each.kind,
                "name": each.name,
                "level": each.level,
                "reason": each.reason,
                "exchange": each.exchange,
                "fallback": each.fallback,
            }
            for each in profile.requirements
        ],
    }
    if found is not None:
        told["compatible"] = found.is_compatible
        told["summary"] = found.summary
        told["checked"] = [
            {
                "kind": each.requirement.kind,
                "name": each.requirement.name,
                "level": each.requirement.level,
                "verdict": each.verdict,
                "why": each.why,
                "exchange": each.exchange,
                "fallback": each.fallback,
            }
            for each in found.checked
        ]
    return told
