"""Row details: one transcript row completely, every octet visible, its defects as sentences."""

from collections.abc import Iterator

from smtpdebugger.protocol.command import Chunk, ClientUnit, Command, MailData, SaslResponse
from smtpdebugger.protocol.reply import Reply, decode
from smtpdebugger.protocol.sasl import MASK, masked
from smtpdebugger.protocol.sasl_reading import sentence
from smtpdebugger.session.exchange import Exchange
from smtpdebugger.session.login import login_step
from smtpdebugger.session.rows import Row, RowKind
from smtpdebugger.session.session import Session
from smtpdebugger.session.transaction import recipient_of
from smtpdebugger.session.visible import CONTROLS, visible

MAX_CHARACTERS = 64 * 1024
"""What the details show at most of one reply or command."""


def details(session: Session, row: Row, *, reveal: bool = False) -> str:
    """A row as plain text of several lines: a headline, the octets, then what is wrong.

    ``reveal`` shows the secrets of a login, where the session still holds them.
    """
    lines = [headline(row)]
    if row.exchange > 0 and row.kind in {RowKind.COMMAND, RowKind.REPLY}:
        exchange = session.exchange(row.exchange)
        if row.kind is RowKind.REPLY and (recipient := recipient_of(session, row.exchange)):
            lines[0] += f" · for <{visible(recipient)}>"
        lines += _octets(session, exchange, row)
        if decoded := login_words(session, row, reveal=reveal):
            lines.append(f"decoded: {decoded}")
        lines += [f"▲ {sentence}" for sentence in defects(exchange, row)]
    else:
        lines.append(row.text)
    return "\n".join(lines)


def login_words(session: Session, row: Row, *, reveal: bool = False) -> str:
    """What a row of a login says, out of Base64; empty for every other row."""
    if row.exchange < 1 or row.kind not in {RowKind.COMMAND, RowKind.REPLY}:
        return ""
    step = login_step(session, row.exchange)
    if step is None:
        return ""
    return sentence(step.asked if row.kind is RowKind.REPLY else step.said, reveal=reveal)


def headline(row: Row) -> str:
    """Who, which exchange, when, and how long it took."""
    who = {RowKind.COMMAND: "Client", RowKind.REPLY: "Server", RowKind.REMARK: "Note"}
    parts = [who.get(row.kind, "Event")]
    if row.exchange:
        parts.append(f"exchange {row.exchange}")
    parts.append(f"{row.at / 1e6:.6f} s")
    if row.wait is not None:
        parts.append(f"answered after {row.wait / 1000:.1f} ms")
    if row.direction:
        parts.append("encrypted" if row.tls else "in clear")
    return " · ".join(parts)


def defects(exchange: Exchange, row: Row) -> list[str]:
    """What is wrong with a row's octets, each sentence once."""
    found = exchange.reply if row.kind is RowKind.REPLY else _unit(exchange, row)
    named = () if found is None else found.defects
    return list(dict.fromkeys(defect.sentence for defect in named))


def _octets(session: Session, exchange: Exchange, row: Row) -> Iterator[str]:
    if row.kind is RowKind.REPLY:
        if exchange.reply is not None:
            yield _reply(session, exchange.reply)
        return
    match _unit(exchange, row):
        case Command(octets=octets, secrets=secrets) | SaslResponse(octets=octets, secrets=secrets):
            yield octets_as_text(masked(octets, secrets))
        case MailData(head=head, length=length) | Chunk(head=head, length=length):
            yield octets_as_text(head)
            if length > len(head):
                yield f"… {length - len(head)} more octets of {length}"
        case None:
            yield f"{row.head} {row.text}"


def _unit(exchange: Exchange, row: Row) -> ClientUnit | None:
    if exchange.chunk is not None and row.head == "chunk":
        return exchange.chunk
    is_message = isinstance(exchange.unit, MailData)
    if row.head == "message" and not (is_message and exchange.sent_at == row.at):
        # Octets sent on after an early reply have a row of their own, but no exchange.
        return None
    return exchange.unit


def _reply(session: Session, reply: Reply) -> str:
    octets = reply.octets
    for secret in session.secrets:
        octets = octets.replace(secret, MASK.encode())
    return octets_as_text(octets)


def octets_as_text(octets: bytes) -> str:
    """Octets with every control character visible by name, a new line after each LF."""
    text = decode(octets)
    shown = text[:MAX_CHARACTERS].translate(CONTROLS).replace("‹LF›", "‹LF›\n").removesuffix("\n")
    if not shown.replace("\n", "").isprintable():
        # Beyond ASCII: overrides of direction, blanks that are none, unassigned characters.
        shown = "".join(map(_visible, shown))
    if len(text) > MAX_CHARACTERS:
        shown += f"\n… {len(text) - MAX_CHARACTERS} more characters"
    return shown


def _visible(character: str) -> str:
    if character == "\n" or character.isprintable():
        return character
    return f"⟨U+{ord(character):04X}⟩"
