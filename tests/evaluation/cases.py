"""Labelled cases: what servers answered in a session, and why they really did.

Each case is one line of a JSON Lines file under data/: what was sent last, what came back, the
true cause (or causes, where several are true) and the reason for the label. The rest of the
session is told by ``before`` or, for captured replies, by the setup and the state they came from.
The labels were given by knowledge of the servers, never by running the engine.
"""

import json
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from smtpdebugger.session.exchange import Exchange
from smtpdebugger.session.session import Session
from smtpdebugger.transcript.dialogue import read_dialogue

DATA = Path(__file__).parent / "data"

_REPEATED = re.compile(r"\{(.)\*(\d+)\}")
_LOGIN = ["C: AUTH PLAIN AGFubgBzZWNyZXQ="]
_MAIL = ["C: MAIL FROM:<ann@example.test>"]
_RCPT = ["C: RCPT TO:<bob@example.test>"]


@dataclass(frozen=True)
class Labelled:
    """One labelled case. ``lines`` is the whole session as a dialogue."""

    id: str
    group: str
    """captured | documented | unseen | wild | sources | strange"""
    server: str
    """The server as the split knows it: all setups of one program are one server."""
    program: str
    """The id of its file under resources/servers/; empty where it has none."""
    lines: tuple[str, ...]
    causes: frozenset[str]
    why: str
    matters: frozenset[str] = frozenset()
    """What the causes are about, as ``cause/matter``; empty where nobody said."""

    def session(self) -> Session:
        """The session, read as a dialogue of anybody would be."""
        return read_dialogue("\n".join(self.lines))


def last_answered(session: Session) -> Exchange:
    """The exchange a case is about: the last one with a reply."""
    return next(each for each in reversed(session.exchanges) if each.reply is not None)


def all_cases() -> tuple[Labelled, ...]:
    """Every case of the evaluation proper, without the unseen ones."""
    return (*captured(), *documented())


def captured() -> Iterator[Labelled]:
    """Replies that real servers gave on the loopback interface."""
    setups = tomllib.loads((DATA / "captured" / "setups.toml").read_text("utf-8"))
    for server, number, record in _records("captured"):
        setup = setups[server][record["setup"]]
        way = _way_to(setup, record["state"])
        lines = [*way, *record.get("before", ()), *_errors(record), *_last(record)]
        name = f"{server}/{record['setup']}/{record['state']}/{number}"
        yield _labelled(name, "captured", server, setup.get("name", ""), lines, record)


def documented() -> Iterator[Labelled]:
    """Replies known from a server's source, documentation or users' reports."""
    for server, number, record in _records("documented"):
        lines = [*record.get("before", ()), *_errors(record), *_last(record)]
        yield _labelled(f"{server}/{number}", "documented", server, server, lines, record)


def unseen() -> Iterator[Labelled]:
    """Replies of services and situations that came after the tables were written. Their development
    half was read while rules were mended; only the other half says how the engine does on what
    nobody looked at."""
    for server, number, record in _records("unseen"):
        yield _labelled(f"{server}/{number}", "unseen", server, "", record["lines"], record)


def sources() -> Iterator[Labelled]:
    """Refusals read out of the sources of servers that no table knows, of other programs' rules,
    help pages and issue threads, and labelled by the branch of the code that gives them, before
    any rule was written for them."""
    yield from _strangers("sources")


def strange() -> Iterator[Labelled]:
    """Refusals of servers that no table knows, in states that nobody recorded: after RSET, a second
    EHLO, STARTTLS or a refused login, amid BDAT, over LMTP, before the greeting. A third are whole
    dialogues, a third a verb with its reply, a third the reply alone. Labelled by the branch of the
    code that gives them, before any rule was written for them."""
    yield from _strangers("strange")


def wild() -> Iterator[Labelled]:
    """Refusals of the world at large, collected from postmasters' pages, bounce tools, trackers and
    forums, and labelled before any rule was written for them. ``program`` is empty where no file
    under resources/servers/ tells of the server, so that naming one is wrong."""
    yield from _strangers("wild")


def _strangers(group: str) -> Iterator[Labelled]:
    for server, number, record in _records(group):
        program = record["program"]
        yield _labelled(f"{server}/{number}", group, server, program, record["lines"], record)


def _records(group: str) -> Iterator[tuple[str, int, dict[str, Any]]]:
    for file in sorted((DATA / group).glob("*.jsonl")):
        for number, line in enumerate(file.read_text("utf-8").splitlines(), 1):
            yield file.stem, number, json.loads(line)


def _labelled(
    name: str, group: str, server: str, program: str, lines: list[str], record: dict[str, Any]
) -> Labelled:
    told = tuple(_REPEATED.sub(lambda m: m[1] * int(m[2]), line) for line in lines)
    causes = frozenset(record["causes"])
    matters = frozenset(record.get("matters", ()))
    return Labelled(name, group, server, program, told, causes, record["why"], matters)


def _way_to(setup: dict[str, Any], state: str) -> list[str]:
    """The dialogue by which a state is reached on a captured server."""
    start = [f"# port {setup['port']}"] if "port" in setup else []
    if setup.get("tls"):
        start.append("# tls")
    start += _replies(setup["greeting"])
    verb = "LHLO" if setup.get("lmtp") else "EHLO"
    hello = [f"C: {verb} client.example.test", *_replies(setup["hello"])]
    if state == "connect":
        return start
    if state == "helo":
        return [*start, "C: HELO client.example.test", *_replies(setup["helo"])]
    if state == "ehlo":
        return [*start, *hello]
    tls = ["C: STARTTLS", *_replies(setup.get("starttls", [])), "# tls"]
    if state == "starttls":
        return [*start, *hello, *tls]
    login = [*_LOGIN, *_replies(setup["auth"])]
    needs_tls = setup.get("login_in_tls" if state == "auth" else "mail_in_tls")
    if needs_tls:
        tls += [f"C: {verb} client.example.test", *_replies(setup["tls_hello"])]
    ready = [*start, *hello, *(tls if needs_tls else ())]
    if state == "auth":
        return [*ready, *login]
    if setup.get("mail_after_login"):
        ready += login
    mail = [*ready, *_MAIL, *_replies(setup["mail"])]
    return mail if state == "mail" else [*mail, *_RCPT, *_replies(setup["rcpt"])]


def _errors(record: dict[str, Any]) -> list[str]:
    """Earlier refusals of unknown words, where the case is about their number."""
    count, reply = record.get("errors", (0, ""))
    lines = [(f"C: XLAB{number:02}", f"S: {reply}") for number in range(1, count + 1)]
    return [line for pair in lines for line in pair]


def _last(record: dict[str, Any]) -> list[str]:
    sent = [f"C: {line}" for line in record["sent"]]
    closed = ["# closed server"] if record.get("closed") else []
    return [*sent, *_replies(record["reply"]), *closed]


def _replies(lines: list[str]) -> list[str]:
    return [f"S: {line}" for line in lines]
