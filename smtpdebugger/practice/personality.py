"""A personality: how one kind of mail server greets, answers and refuses. Read from TOML.

Every file of resources/personalities is one. A *rule* answers a verb; the first that fits is
played. What a positive reply then means for the session is not written here: the state table of
the protocol room decides it, as for any server.
"""

import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, cast

from smtpdebugger import resources
from smtpdebugger.practice.reading import Table
from smtpdebugger.protocol.state import State

Security = Literal["none", "starttls", "tls"]

ANY_VERB = "*"


@dataclass(frozen=True, slots=True)
class Rule:
    """What is answered to a verb, and when."""

    verbs: frozenset[str]
    """In capitals; ``*`` is every verb."""
    reply: tuple[str, ...]
    """Reply lines with their codes, without hyphens; empty: the EHLO reply or an AUTH dialogue."""
    argument: re.Pattern[str] | None = None
    """Must match somewhere in the argument; its named groups can stand in the reply."""
    line: re.Pattern[str] | None = None
    """Must match at the beginning of the whole line, for what is no verb at all."""
    states: frozenset[State] = frozenset()
    """Empty: in every state."""
    tls: bool | None = None
    authenticated: bool | None = None
    delay_ms: int = 0
    close: bool = False
    """Close the connection behind the reply."""


@dataclass(frozen=True, slots=True)
class Login:
    """How AUTH goes."""

    mechanisms: frozenset[str] = frozenset()
    user: str = ""
    password: str = ""
    accepted: str = "235 2.7.0 Authentication successful"
    refused: str = "535 5.7.8 Error: authentication failed: authentication failure"
    unknown: str = "535 5.7.8 Error: authentication failed: no mechanism available"
    cancelled: str = "501 5.7.0 Authentication aborted"
    malformed: str = "535 5.7.8 Error: authentication failed: malformed response"


@dataclass(frozen=True, slots=True)
class ErrorLimit:
    """When a server loses its patience."""

    count: int = 0
    """Negative replies after which it closes; 0: never."""
    reply: str = "421 {host} Error: too many errors"
    slow_after: int = 0
    """Negative replies after which it answers each further one late; 0: never."""
    slow_ms: int = 0


@dataclass(frozen=True, slots=True)
class Personality:
    """One kind of mail server."""

    identity: str
    name: str
    about: str
    host: str
    greeting: tuple[str, ...]
    security: Security
    """How a client had best connect: none, starttls or tls."""
    ehlo: tuple[str, ...]
    """Lines of the EHLO reply in clear, after the host's own."""
    ehlo_tls: tuple[str, ...]
    rules: tuple[Rule, ...]
    message_accepted: str
    chunk_accepted: str
    has_chunks: bool
    """Whether BDAT is followed by octets; else those are read as commands."""
    greeting_delay_ms: int = 0
    login: Login = field(default_factory=Login)
    error_limit: ErrorLimit = field(default_factory=ErrorLimit)


def list_personalities() -> list[str]:
    """The names of all personalities there are, for ``load_personality``."""
    return sorted(each.stem for each in resources.path("personalities").glob("*.toml"))


def load_personality(name: str) -> Personality:
    """A personality by its name. Raises ValueError with a sentence where it is none."""
    if name not in list_personalities():
        known = ", ".join(list_personalities())
        raise ValueError(f"there is no personality “{name}”; there are {known}")
    return read_personality(resources.path("personalities", f"{name}.toml"))


def read_personality(path: Path) -> Personality:
    """A personality from its file. Raises ValueError that names the file and the key."""
    try:
        content = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ValueError(f"{path.name}: {error}") from error
    table = Table(path.name, "", content)
    ehlo, chunks = table.table("ehlo"), table.table("chunks")
    personality = Personality(
        identity=path.stem,
        name=table.text("name"),
        about=table.text("about"),
        host=table.text("host"),
        greeting=_reply(table, "greeting"),
        greeting_delay_ms=table.number("greeting_delay_ms", 0),
        security=_security(table),
        ehlo=ehlo.texts("lines", ()),
        ehlo_tls=ehlo.texts("lines_after_tls", ()),
        rules=tuple(_rule(each) for each in table.tables("rule")),
        message_accepted=table.table("message").text("accepted", "250 OK"),
        chunk_accepted=chunks.text("accepted", "250 OK"),
        has_chunks=chunks.flag("supported", False),
        login=_login(table.table("login")),
        error_limit=_error_limit(table.table("errors")),
    )
    table.end()
    return personality


def _security(table: Table) -> Security:
    value = table.text("security", "none")
    if value not in {"none", "starttls", "tls"}:
        raise table.wrong("security", "must be none, starttls or tls")
    return cast("Security", value)


def _rule(table: Table) -> Rule:
    when = table.table("when")
    rule = Rule(
        verbs=frozenset(each.upper() for each in table.texts("verb")),
        reply=_reply(table, "reply", ()),
        argument=table.pattern("argument"),
        line=table.pattern("line"),
        states=_states(when),
        tls=when.choice("tls"),
        authenticated=when.choice("authenticated"),
        delay_ms=table.number("delay_ms", 0),
        close=table.flag("close", False),
    )
    if not rule.reply and not rule.verbs <= {"EHLO", "AUTH"}:
        raise table.wrong("reply", "is missing; only EHLO and AUTH can do without")
    return rule


def _states(table: Table) -> frozenset[State]:
    names = table.texts("state", ())
    known = {state.value: state for state in State}
    for name in names:
        if name not in known:
            raise table.wrong("state", f"knows no state {name}; there are {', '.join(known)}")
    return frozenset(known[name] for name in names)


def _reply(table: Table, key: str, default: tuple[str, ...] | None = None) -> tuple[str, ...]:
    lines = table.texts(key, default)
    for line in lines:
        if not re.match(r"[2-5][0-9]{2}( |$)", line):
            raise table.wrong(key, f"has a line without a reply code: {line}")
    return lines


def _login(table: Table) -> Login:
    defaults = Login()
    return Login(
        frozenset(each.upper() for each in table.texts("mechanisms", ())),
        table.text("user", ""),
        table.text("password", ""),
        table.text("accepted", defaults.accepted),
        table.text("refused", defaults.refused),
        table.text("unknown", defaults.unknown),
        table.text("cancelled", defaults.cancelled),
        table.text("malformed", defaults.malformed),
    )


def _error_limit(table: Table) -> ErrorLimit:
    return ErrorLimit(
        table.number("limit", 0),
        table.text("reply", ErrorLimit().reply),
        table.number("slow_after", 0),
        table.number("slow_ms", 0),
    )
