"""Traces whose lines are marked: which side a line comes from is told by a sign or word before it.

Which of two signs is the server's is told by what stands behind them: most of a server's lines
begin with a reply code. So a log of a server and one of a client are read alike, whichever way
their arrows point.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from smtpdebugger.transcript.dialogue import Step
from smtpdebugger.transcript.trace_text import COMMAND, REPLY, remark, unquoted

_CLIENT = frozenset(
    {"c", "client", "client -> server", "client -> smtp", "send", "sent", "sending"}
)
_SERVER = frozenset(
    {"s", "server", "server -> client", "smtp -> from server", "reply", "recv", "received"}
)

_STAMP = r"(?:[^<>|]{0,120}?[\]):\s])??\s*"
"""Times, names of programs and the like before a sign."""


SAMPLE = 2_000
"""Lines by which the dialect of a longer trace is told."""

_STAMPS = re.compile(r"^(?:\d\d:\d\d:\d\d(?:\.\d+)?\s+)?(?:\d+ (?=\d{3}[ -]))?")
"""What Exim's debug output has before the rest of a reply."""

_EXCHANGE_HELLO = re.compile(r"^250 {2}(\S+ Hello \[[^\]]*\]) (.*)$")
_KEYWORDS = re.compile(
    r"(?:AUTH|X-EXPS)(?: (?:NTLM|LOGIN|PLAIN|GSSAPI|XOAUTH2|EXCHANGEAUTH|SHA256))*"
    r"|SIZE(?: \d+)?|\S+"
)


@dataclass(frozen=True)
class Dialect:
    """A way to mark lines. Groups: ``mark``, ``text``, and ``key`` where sessions are mingled."""

    name: str
    pattern: re.Pattern[str]


DIALECTS = (
    Dialect(
        "PHPMailer",
        re.compile(
            r"^.{0,120}?\b(?P<mark>CLIENT -> SERVER|SERVER -> CLIENT|CLIENT -> SMTP"
            r"|SMTP -> FROM SERVER):[ \t]?(?P<text>.*)$"
        ),
    ),
    Dialect("C and S", re.compile(r"^(?:.{0,160}?[\s\])|])??#?(?P<mark>[CS])\*?: ?(?P<text>.*)$")),
    Dialect("smtplib", re.compile(r"^(?:\S+ )?(?P<mark>send|reply): (?P<text>b?['\"].*)$")),
    Dialect(
        "mutt", re.compile(r"^\[[\d: -]{10,20}\] (?P<key>\d{1,5})(?P<mark>[<>]) (?P<text>.*)$")
    ),
    Dialect(
        "s-nail",
        re.compile(r"^(?:[\w.-]{1,40}: )?(?P<mark>>>> SERVER:|>>>)(?! SERVER) (?P<text>.*)$"),
    ),
    Dialect("Net::SMTP of Ruby", re.compile(r"^(?P<mark>->|<-) (?P<text>\".*\")$")),
    Dialect(
        "Postfix's verbose log",
        re.compile(r"^.*?\[(?P<key>\d+)\]: (?P<mark>[<>]) \S+?\[[^\]]*\](?::\d+)?: ?(?P<text>.*)$"),
    ),
    Dialect(
        "Exchange's protocol log",
        re.compile(
            r"^[^,]+,[^,]*,(?P<key>[^,]+),\d+,[^,]*,[^,]*,"
            r"(?P<mark>[<>]),(?P<text>\"(?:[^\"]|\"\")*\"|[^,]*),"
        ),
    ),
    Dialect(
        "tcpdump",
        re.compile(r"^.*?\bIP6? (?P<mark>\S+) > \S+: .*?\bSMTP:? (?P<text>[^,\s].*)$"),
    ),
    Dialect("Exim", re.compile(rf"^{_STAMP}SMTP(?P<mark><<|>>|\|>|\+>)[ \t]?(?P<text>.*)$")),
    Dialect("<-- and -->", re.compile(rf"^{_STAMP}(?P<mark><--|-->)[ \t]?(?P<text>.*)$")),
    Dialect("<<< and >>>", re.compile(rf"^{_STAMP}(?P<mark><<<|>>>)[ \t]?(?P<text>.*)$")),
    Dialect(
        "swaks",
        re.compile(rf"^{_STAMP}\[?(?P<mark><-|<~\*?|<\*\*?|->|~>|\*\*?>)\]? {{0,2}}(?P<text>.*)$"),
    ),
    Dialect("<< and >>", re.compile(rf"^{_STAMP}(?P<mark><<|>>)[ \t]?(?P<text>.*)$")),
    Dialect("<= and =>", re.compile(rf"^{_STAMP}(?P<mark><=|=>)[ \t]?(?P<text>.*)$")),
    Dialect(
        "< and >", re.compile(rf"^(?:fetchmail: SMTP|{_STAMP})(?P<mark>[<>])[ \t](?P<text>.*)$")
    ),
    Dialect(
        "names",
        re.compile(
            r"(?i)^(?:.{0,160}?[\s\])|])??(?P<mark>client|server|sent|send|sending|recv"
            r"|received|receive|in|out)[ ]?[:>][ \t]*(?P<text>.*)$"
        ),
    ),
)


@dataclass
class Reading:
    """A text as one dialect reads it."""

    dialect: Dialect
    said: list[re.Match[str] | None]
    """For each line what the dialect makes of it."""
    sides: dict[str, str] = field(default_factory=dict)
    """For each mark the side that it stands for."""
    score: int = 0
    """How many lines are plainly a reply of the server or a command of the client."""


def best_reading(lines: Sequence[str]) -> Reading | None:
    """The dialect that makes most of the lines; None where none makes a session of them."""
    best = _best(lines[:SAMPLE])
    if len(lines) <= SAMPLE:
        return best
    # A log may begin with much else; a long trace has shown its dialect long before its end.
    return _read(best.dialect, lines) if best is not None else _best(lines)


def _best(lines: Sequence[str]) -> Reading | None:
    best: Reading | None = None
    for dialect in DIALECTS:
        reading = _read(dialect, lines)
        if reading is not None and (best is None or reading.score > best.score):
            best = reading
    return best


def _read(dialect: Dialect, lines: Sequence[str]) -> Reading | None:
    reading = Reading(dialect, [dialect.pattern.match(line) for line in lines])
    replies, commands = Counter[str](), Counter[str]()
    for found in reading.said:
        if found is None:
            continue
        first, mark = unquoted(found["text"])[0].lstrip(" \"'"), _mark(found)
        replies[mark] += REPLY.match(first) is not None
        commands[mark] += COMMAND.match(first) is not None
    for mark in replies:
        side = _side(mark, replies[mark], commands[mark])
        if side:
            reading.sides[mark] = side
            reading.score += replies[mark] if side == "server" else commands[mark]
    if not reading.score:
        return None
    # Both directions cannot be the same side's.
    return reading if _is_sound(reading) else None


def _mark(found: re.Match[str]) -> str:
    mark = found["mark"].lower()
    if mark.strip("*|+~-=<>") or mark[0] not in "*|+~-=<>":
        return mark
    return "<" if "<" in mark else ">"


def _side(mark: str, replies: int, commands: int) -> str:
    if mark not in {"c", "s"} and not replies and not commands:
        return ""
    if mark in _CLIENT:
        return "client"
    if mark in _SERVER:
        return "server"
    if replies == commands:
        return ""
    return "server" if replies > commands else "client"


def _is_sound(reading: Reading) -> bool:
    sides = list(reading.sides.values())
    return reading.dialect.name == "tcpdump" or max(map(sides.count, sides)) == 1


def steps_of(reading: Reading, lines: Sequence[str]) -> tuple[list[Step], int]:
    """The steps that the lines tell, session after session, and how many lines told nothing."""
    sessions: dict[str, list[Step]] = {}
    current = sessions.setdefault("", [])
    left_out = 0
    for line, found in zip(lines, reading.said, strict=True):
        side = reading.sides.get(_mark(found), "") if found is not None else ""
        if found is not None and side:
            current = sessions.setdefault(found.groupdict().get("key") or "", [])
            current += _said(side, found["text"])
        elif told := [*_unmarked(reading, current, line)]:
            current += told
        elif line.strip():
            left_out += 1
    joined: list[Step] = []
    for told in sessions.values():
        if joined and told and joined[-1].kind != "closed":
            joined.append(Step("closed", "client"))
        joined += told
    return joined, left_out


def _said(side: str, text: str) -> Iterator[Step]:
    text = text.replace('""', '"').strip('"') if text.startswith('"') and '""' in text else text
    for line in unquoted(text):
        if side == "client":
            yield Step("client", line)
        elif line.strip():
            yield from _reply_lines(line.lstrip())


def _reply_lines(line: str) -> Iterator[Step]:
    """A reply that a program printed on one line: tshark joins its lines with bars, Exchange's log
    with blanks."""
    hello = _EXCHANGE_HELLO.match(line)
    code = line[:3]
    parts = re.split(rf" \| |, (?={re.escape(code)}[- ])", line)
    if hello is not None:
        line, parts = f"{code}-", [hello[1], *_KEYWORDS.findall(hello[2])]
    if len(parts) == 1 or line[3:4] != "-":
        yield Step("server", line)
        return
    for number, part in enumerate(parts, 1):
        text = part[4:] if REPLY.match(part) and part[:3] == code else part
        yield Step("server", f"{code}{'-' if number < len(parts) else ' '}{text}")


def _unmarked(reading: Reading, told: Sequence[Step], line: str) -> Iterator[Step]:
    """A line without a mark: the rest of a reply, the other side's, or a remark."""
    bare = _STAMPS.sub("", line).strip()
    last = told[-1] if told else Step("closed")
    has = set(reading.sides.values())
    if REPLY.match(bare) and (
        (last.kind == "server" and last.text[3:4] == "-" and bare[:3] == last.text[:3])
        or "server" not in has
    ):
        yield Step("server", bare)
    elif COMMAND.match(bare) and (
        "client" not in has or (last.kind == "client" and line[:1].isspace())
    ):
        yield Step("client", bare)
    else:
        yield from remark(line)
