"""Traces without marks: what a terminal shows of telnet, nc or openssl s_client, a stream that
Wireshark followed, JavaMail's debug output.

A line that begins with a reply code is the server's, any other between two replies the client's.
What programs print besides is known by its beginning.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from smtpdebugger.transcript.dialogue import Step
from smtpdebugger.transcript.trace_text import COMMAND, REPLY, remark

_NOISE = re.compile(
    r"(?i)(?:DEBUG|INFO|WARN|ERROR|TRACE)\b|\*\*\*|\*\* |>>>|LOG:|---|===|```|\$ |# |\[|@"
    r"|read R BLOCK|RENEGOTIATING|KEYUPDATE|Post-Handshake|SSL-Session|depth=|verify |Trying "
    r"|Connected to |Connection |Escape character|Traceback|Caused by|Exception|at \w+\."
    r"|\w+(?:\.\w+)+: "
    r"|javax?\.|com\.|jakarta\.|DONE$|closed$|Start Time|Verify return|Max Early Data"
    r"|Extended master"
)
_SUPPRESSED = re.compile(r"(?i)^DEBUG SMTPS?: (AUTH \S+) command trace suppressed")
_OUTCOME = re.compile(r"(?i)^DEBUG SMTPS?: AUTH \S+ succeeded")
_EXCEPTION = re.compile(r"(?i)AuthenticationFailedException: (\d{3}[ -].*)$")
_ANSWER = re.compile(r"(?:250|4\d\d|5\d\d)(?:[ -]|$)")
_GO_AHEAD = "354"


@dataclass
class _Plain:
    """A terminal's text while it is read."""

    told: list[Step] = field(default_factory=list)
    begun: bool = False
    in_data: bool = False
    in_openssl: bool = False
    commands: int = 0
    replies: int = 0
    others: int = 0
    """Lines taken for the client's although they begin with no known verb."""


def plain_steps(lines: Sequence[str]) -> list[Step]:
    """The steps that a terminal's text tells; none where it holds no reply."""
    plain = _Plain()
    for line in lines:
        _take(plain, line)
    if not plain.replies:
        return []
    if not plain.commands and plain.others and not _is_session(plain.told):
        # Prose around replies that somebody quotes: only those are of the session.
        return [step for step in plain.told if step.kind == "server"]
    return plain.told


def _is_session(told: Sequence[Step]) -> bool:
    """Whether lines without a known verb are commands all the same: after a greeting, one before
    each reply, and none that reads as a sentence."""
    kinds = [each.kind for each in told if each.kind in {"client", "server"}]
    lines = [each.text.rstrip() for each in told if each.kind == "client"]
    return (
        told[0].text.startswith("220")
        and ("client", "client") not in pairwise(kinds)
        and not any(line.endswith((".", ":", ",", "!", "?")) for line in lines)
    )


def _take(plain: _Plain, line: str) -> None:
    plain.in_openssl |= line.startswith("CONNECTED(")
    if plain.in_data and _is_content(plain, line):
        plain.told.append(Step("client", line))
        plain.in_data = line != "."
    elif REPLY.match(line):
        _take_reply(plain, line)
    elif not line.strip():
        return
    elif not plain.begun or _is_noise(plain, line):
        _take_noise(plain, line)
    else:
        is_known = COMMAND.match(line) is not None
        plain.commands += is_known
        plain.others += not is_known
        plain.told.append(Step("client", line))


def _take_reply(plain: _Plain, line: str) -> None:
    is_rest = plain.in_openssl and not plain.begun and line.startswith("250")
    plain.begun = True
    if is_rest:
        # openssl begins TLS by itself and shows the last line of the EHLO reply before it.
        return
    plain.replies += 1
    plain.in_data = line.startswith(_GO_AHEAD)
    plain.told.append(Step("server", line))


def _is_content(plain: _Plain, line: str) -> bool:
    return line == "." or not _ANSWER.match(line)


def _is_noise(plain: _Plain, line: str) -> bool:
    last = plain.told[-1] if plain.told else None
    if last is not None and last.kind == "server" and last.text[3:4] == "-":
        return True
    if plain.in_openssl and line[:1].isspace():
        return True
    return _NOISE.match(line.lstrip()) is not None


def _take_noise(plain: _Plain, line: str) -> None:
    for step in _of_noise(line):
        if step.kind == "server":
            plain.replies += 1
            plain.begun = True
        if step.kind == "closed":
            if not plain.begun:
                continue
            plain.begun = plain.in_data = False
        plain.told.append(step)


def _of_noise(line: str) -> Iterator[Step]:
    if found := _SUPPRESSED.match(line):
        yield Step("client", found[1])
    elif _OUTCOME.match(line):
        yield Step("server", "235 the trace of the login was suppressed")
    elif found := _EXCEPTION.search(line):
        yield Step("server", found[1])
    else:
        yield from remark(line)
