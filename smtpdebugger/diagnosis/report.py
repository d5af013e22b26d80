"""The report for an administrator: one refusal, told so that somebody else can act on it.

Plain text for mail, Markdown for trackers. Passwords and the content of messages are never in it;
addresses are, because without them nobody finds the line in the server's log.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Literal

from smtpdebugger.diagnosis.case import Case
from smtpdebugger.diagnosis.model import Diagnosis, Finding, RankedCause
from smtpdebugger.protocol.command import Command
from smtpdebugger.protocol.reply import decode
from smtpdebugger.session.events import Connected
from smtpdebugger.session.exchange import Exchange
from smtpdebugger.session.session import Session
from smtpdebugger.session.visible import visible

Style = Literal["text", "markdown"]

MOST_LINES = 40
"""Lines of the session that are quoted; of a longer one the beginning and the end."""

MOST_CAUSES = 3
LEAST_LIKELY = 0.1
MOST_FINDINGS = 5
LINE_LENGTH = 400

SURELY = 0.7
"""How likely the first cause is at least where the report says whose mistake it is."""

_NEAR = 32
"""Events that are looked at for the beginning of a connection."""

_OF_CLIENT = frozenset({"out-of-sequence", "desynchronised"})
_MISTAKES = frozenset(
    {"misspelled-command", "not-a-command", "syntax-args", "syntax-address", "line-too-long"}
)


@dataclass(frozen=True, slots=True)
class _Part:
    title: str
    paragraphs: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    quoted: tuple[str, ...] = ()


def report(
    case: Case,
    diagnosis: Diagnosis,
    *,
    style: Style = "text",
    findings: Sequence[Finding] = (),
    verified: Sequence[str] = (),
) -> str:
    """The report on one reply. ``findings`` are those of the session, ``verified`` tells what
    verification steps changed. Ends with a line end."""
    parts = [part for part in _parts(case, diagnosis, findings, verified) if part is not None]
    told = _markdown if style == "markdown" else _text
    return "\n".join(line for part in parts for line in told(part)).rstrip("\n") + "\n"


def _parts(
    case: Case, diagnosis: Diagnosis, findings: Sequence[Finding], verified: Sequence[str]
) -> Iterator[_Part | None]:
    yield _Part(
        _title(case, diagnosis), (_request(case, diagnosis),), tuple(_facts(case, diagnosis))
    )
    yield _Part("The session up to there", quoted=tuple(_dialogue(case)))
    causes = [each for each in diagnosis.causes[:MOST_CAUSES] if each.id != "unknown"]
    likely = [each for each in causes if each.probability >= LEAST_LIKELY]
    if not likely:
        yield _Part("What it means", (_meaning(diagnosis), "Not enough is known to name a cause."))
    else:
        yield _Part("What it probably is", (_meaning(diagnosis),), tuple(map(_cause, likely)))
        yield _evidence(likely[0])
        yield _asked(likely[0])
    if verified:
        yield _Part("What was tried since", items=tuple(verified))
    yield _findings(findings, diagnosis.exchange)


def _title(case: Case, diagnosis: Diagnosis) -> str:
    where = case.before.host or _domain(case) or "the server"
    code = diagnosis.code or "a line without a code"
    return f"{_capital(case.shown_verb)} answered {code} by {visible(where, 100)}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _request(case: Case, diagnosis: Diagnosis) -> str:
    if _is_ours(diagnosis):
        return "It looks like a mistake of the client. Could you tell if your log says otherwise?"
    if case.code // 100 == 4:
        return "A temporary refusal. Could you look why, in case it does not pass by itself?"
    if case.code // 100 == 5:
        return "A permanent refusal. Could you tell whether it is meant, and lift it if it is not?"
    return "A reply that needs a second look."


def _is_ours(diagnosis: Diagnosis) -> bool:
    """Whether the client is to blame, as far as can be seen: nobody should be asked to lift it."""
    first = next(iter(diagnosis.causes), None)
    if first is None or first.probability < SURELY:
        return False
    return first.family in _OF_CLIENT or first.id in _MISTAKES


def _facts(case: Case, diagnosis: Diagnosis) -> Iterator[str]:
    before = case.before
    yield f"Reply: {_one_line(case)}"
    if diagnosis.command:
        yield f"To: {visible(diagnosis.command, LINE_LENGTH)}"
    if before.host or before.port:
        named = before.host and f"{visible(before.host, 100)}"
        port = f"port {before.port}" if before.port else ""
        yield f"Server: {' '.join(filter(None, (named, port)))}"
    if client := _client(case):
        yield f"Client: {client}"
    if diagnosis.server.id:
        yield f"Software: {diagnosis.server.name} ({diagnosis.server.confidence:.0%})"
    if moment := _moment(case.session, case.exchange):
        yield f"Time: {moment}"
    yield f"Encrypted: {'yes' if before.tls else 'no'}"
    yield f"Logged in: {'yes' if before.authenticated else 'no'}"
    if before.reverse_path is not None:
        yield f"Reverse-path: <{visible(before.reverse_path, 100)}>"
    if diagnosis.closed:
        yield "The server closed the connection with it."


def _client(case: Case) -> str:
    """What the server's log knows the client by: its address, and the name it gave."""
    connected = _connected(case)
    address = "" if connected is None or connected.via else visible(connected.local, 100)
    hellos = [each for verb in ("HELO", "LHLO", "EHLO") for each in case.earlier(verb)]
    units = [each.unit for each in hellos if each.reply is not None and each.reply.is_positive]
    names = [unit.argument for unit in units if isinstance(unit, Command) and unit.argument]
    name = visible(names[-1], 100) if names else ""
    if address and name:
        return f"{address}, which calls itself {name}"
    return address or name


def _connected(case: Case) -> Connected | None:
    """How this connection began, which stands right before its greeting."""
    session = case.session
    events = session.events_since(case.first - 1) if case.first > 1 else iter(session.events)
    near = islice(events, _NEAR)
    return next((event for event in near if isinstance(event, Connected)), None)


def _one_line(case: Case) -> str:
    lines = (visible(decode(line.octets).rstrip("\r\n")) for line in case.reply.lines[:4])
    return " | ".join(lines)[:LINE_LENGTH]


def _moment(session: Session, exchange: Exchange) -> str:
    """When the reply came, as the server's log would have it, in UTC."""
    if exchange.replied_at is None or not session.header.began:
        return ""
    try:
        began = datetime.fromisoformat(session.header.began.replace("Z", "+00:00"))
        moment = began + timedelta(microseconds=exchange.replied_at)
    except (ValueError, OverflowError):
        return ""
    return moment.strftime("%Y-%m-%d %H:%M:%S UTC")


def _domain(case: Case) -> str:
    greeting = case.greeting
    words = greeting.reply.text.split() if greeting is not None and greeting.reply else []
    return words[0] if words and "." in words[0] else ""


def _dialogue(case: Case) -> Iterator[str]:
    numbers = [each for each in case.span if each <= case.number]
    lines = [
        line
        for number in numbers[:8] + (numbers[8:][-24:])
        for line in _lines(case.session.exchange(number))
    ]
    skipped = len(numbers) > 32
    if len(lines) <= MOST_LINES and not skipped:
        yield from lines
        return
    yield from lines[: MOST_LINES // 2]
    yield "…"
    yield from lines[-MOST_LINES // 2 :]


def _lines(exchange: Exchange) -> Iterator[str]:
    mark = "*" if exchange.before.tls else ""
    if exchange.unit is not None:
        yield f"C{mark}: {visible(exchange.command_text, LINE_LENGTH)}".rstrip()
    reply = exchange.reply
    for line in reply.lines if reply is not None else ():
        yield f"S{mark}: {visible(decode(line.octets).rstrip(), LINE_LENGTH)}"
    if reply is None:
        yield "   (no reply)"


def _meaning(diagnosis: Diagnosis) -> str:
    told = f"{diagnosis.meaning.title}. {diagnosis.meaning.meaning}"
    if diagnosis.enhanced and diagnosis.meaning.enhanced_title:
        told += f" {diagnosis.enhanced}: {diagnosis.meaning.enhanced_title}."
    return told


def _cause(cause: RankedCause) -> str:
    return f"{cause.probability * 100:.0f} %: {cause.sentence}"


def _evidence(cause: RankedCause) -> _Part | None:
    items = [each.sentence for each in cause.evidence]
    items += [f"Against it: {each.sentence}" for each in cause.against]
    return _Part("What speaks for it", items=tuple(items)) if items else None


def _asked(cause: RankedCause) -> _Part | None:
    items = cause.fixes.administrator
    return _Part("What could be done on the server", items=items) if items else None


def _findings(findings: Sequence[Finding], number: int) -> _Part | None:
    grave = [each for each in findings if each.severity in {"error", "warning"}]
    # The nearest to the refusal first: a session may hold thousands.
    grave.sort(key=lambda each: (abs(each.exchange - number), each.rule))
    told = dict.fromkeys(
        f"{each.severity}, exchange {each.exchange}: {each.sentence} ({each.reference})"
        for each in grave
    )
    chosen = tuple(told)[:MOST_FINDINGS]
    return _Part("Also seen in this session", items=chosen) if chosen else None


def _text(part: _Part) -> Iterator[str]:
    yield part.title
    yield "=" * len(part.title)
    yield from part.paragraphs
    if part.paragraphs and (part.items or part.quoted):
        yield ""
    yield from (f"- {item}" for item in part.items)
    yield from (f"    {line}" for line in part.quoted)
    yield ""


def _markdown(part: _Part) -> Iterator[str]:
    yield f"## {_escaped(part.title)}"
    yield ""
    for paragraph in part.paragraphs:
        yield _escaped(paragraph)
        yield ""
    yield from (f"- {_escaped(item)}" for item in part.items)
    if part.items:
        yield ""
    if part.quoted:
        fence = "~~~~"
        # Whatever a peer said must not end the block it is quoted in.
        while any(fence in line for line in part.quoted):
            fence += "~"
        yield f"{fence}text"
        yield from part.quoted
        yield fence
        yield ""


_SPECIAL = str.maketrans({sign: f"\\{sign}" for sign in "\\`*_[]<>#|"})


def _escaped(text: str) -> str:
    return " ".join(text.translate(_SPECIAL).split("\n"))
