"""Requirement profiles on disk: a small TOML file for people to read, edit and keep.

Version 1: ``format``, ``version``, ``title``, and one ``[[requirement]]`` each with ``kind``,
``name``, ``level``, and where there is one ``reason`` and ``fallback``.
"""

import json
import tomllib
from pathlib import Path

from smtpdebugger.diagnosis.requirements import KINDS, Profile, Requirement
from smtpdebugger.knowledge.entry import BadEntry, Entry
from smtpdebugger.transcript.errors import TranscriptError

FORMAT = "smtprequirements"
VERSION = 1

MOST_OCTETS = 4 * 1024 * 1024
_LEVELS = ("required", "optional")


def looks_like_profile(head: bytes) -> bool:
    """Whether a file that begins so is a requirement profile."""
    return f'format = "{FORMAT}"'.encode() in head[:512]


def to_toml(profile: Profile) -> str:
    """A profile as the text of its file."""
    lines = [f"format = {_text(FORMAT)}", f"version = {VERSION}", f"title = {_text(profile.title)}"]
    for each in profile.requirements:
        lines += ["", "[[requirement]]", f"kind = {_text(each.kind)}", f"name = {_text(each.name)}"]
        lines.append(f"level = {_text(each.level)}")
        lines += [f"reason = {_text(each.reason)}"] if each.reason else []
        lines += [f"fallback = {_text(each.fallback)}"] if each.fallback else []
    return "\n".join(lines) + "\n"


def save_profile(profile: Profile, path: Path) -> None:
    """Write a profile. Raises TranscriptError with a sentence."""
    try:
        path.write_text(to_toml(profile), encoding="utf-8")
    except OSError as error:
        raise TranscriptError(f"{path} cannot be written: {error.strerror or error}.") from error


def load_profile(path: Path) -> Profile:
    """Read a profile. Raises TranscriptError that names file, entry and key."""
    try:
        octets = path.read_bytes()[:MOST_OCTETS]
    except OSError as error:
        raise TranscriptError(f"{path} cannot be read: {error.strerror or error}.") from error
    return read_profile(octets, str(path))


def read_profile(octets: bytes, name: str) -> Profile:
    """The profile in the octets of a file. Raises TranscriptError as above."""
    try:
        table = tomllib.loads(octets.decode("utf-8"))
        return _profile(Entry(name, table), name)
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise TranscriptError(f"{name} is no TOML file: {error}.") from error
    except BadEntry as error:
        raise TranscriptError(f"{error}.") from error


def _profile(entry: Entry, name: str) -> Profile:
    if entry.text("format") != FORMAT:
        raise TranscriptError(f"{name} holds no requirements.")
    if entry.number("version") > VERSION:
        raise TranscriptError(f"{name} was written by a later version of this program.")
    found = tuple(_requirement(each) for each in entry.tables("requirement"))
    profile = Profile(entry.text("title", ""), found)
    entry.finish()
    return profile


def _requirement(entry: Entry) -> Requirement:
    kind = entry.choice("kind", KINDS)
    level = entry.choice("level", _LEVELS)
    record = Requirement(
        kind=next(each for each in KINDS if each == kind),
        name=entry.text("name"),
        level="required" if level == "required" else "optional",
        reason=entry.text("reason", ""),
        fallback=entry.text("fallback", ""),
    )
    entry.finish()
    if record.kind == "size" and not record.name.isdecimal():
        raise entry.bad("name", "must be a number of octets")
    return record


def _text(text: str) -> str:
    # A basic string of TOML is a string of JSON, but for DEL and lone surrogates.
    told = json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
    return told.encode("utf-8", "replace").decode("utf-8")
