"""Transcript rows: a session as people read it, one row per event, command or reply.

The window, the command line and every export show these rows, so secrets are masked and control
characters made visible here, once.
"""

from enum import Enum
from typing import NamedTuple

from smtpdebugger.protocol.command import Chunk, ClientUnit, Command, MailData
from smtpdebugger.protocol.reply import Reply, decode
from smtpdebugger.protocol.sasl import masked
from smtpdebugger.session.events import Closed, Connected, Failed, Remark, Resolved, TlsEstablished
from smtpdebugger.session.visible import visible

Happening = Resolved | Connected | TlsEstablished | Failed | Closed | Remark
"""Events that are neither what the client sent nor what the server sent."""


class RowKind(Enum):
    """What a row tells of."""

    EVENT = "event"
    FAILURE = "failure"
    COMMAND = "command"
    REPLY = "reply"
    REMARK = "remark"


class Row(NamedTuple):
    """One row of the transcript."""

    kind: RowKind
    at: int
    """Microseconds since the session began."""
    head: str
    """Verb, reply code, or the name of the event."""
    text: str
    """The rest; lines of a multiline reply are joined by LF."""
    exchange: int = 0
    """The number of the exchange, or 0."""
    wait: int | None = None
    """How long the reply took, in microseconds."""
    tls: bool = False
    is_negative: bool = False
    has_defects: bool = False

    @property
    def direction(self) -> str:
        """``C:`` from the client, ``S:`` from the server, empty for events."""
        return {RowKind.COMMAND: "C:", RowKind.REPLY: "S:"}.get(self.kind, "")

    @property
    def sentence(self) -> str:
        """The row in words, for screen readers: direction, verb or code, text."""
        spoken = {RowKind.COMMAND: "Client", RowKind.REPLY: "Server"}.get(self.kind, "Event")
        return f"{spoken}: {self.head} {self.text}".replace("\n", "; ").strip()

    @property
    def line(self) -> str:
        """The row as one line of plain text, for copying and for terminals."""
        mark = {"C:": "~>" if self.tls else "->", "S:": "<~" if self.tls else "<-"}
        sign = mark.get(self.direction, "--")
        text = self.text.replace("\n", " | ")
        return f"{self.at / 1e6:10.6f} {sign} {self.head} {text}".rstrip()


def command_row(unit: ClientUnit, exchange: int, at: int, tls: bool) -> Row:
    """The row of something the client sent."""
    match unit:
        case Command():
            # The verb as the person typed it: case and blanks are theirs.
            text = decode(masked(unit.octets, unit.secrets)).rstrip("\r\n")
            head, _, rest = text.lstrip(" ").partition(" ")
        case MailData(length=length):
            head, rest = "message", f"{length} octets of mail data{_excerpt(unit.head)}"
        case Chunk(length=length, is_complete=is_complete):
            part = "" if is_complete else ", unfinished"
            head, rest = "chunk", f"{length} octets{part}"
        case _:
            head, rest = "SASL", decode(masked(unit.octets, unit.secrets)).rstrip("\r\n")
    return Row(
        RowKind.COMMAND,
        at,
        visible(head, 80),
        visible(rest),
        exchange,
        tls=tls,
        has_defects=bool(unit.defects),
    )


def _excerpt(head: bytes) -> str:
    for line in head.splitlines():
        if line.lower().startswith(b"subject:"):
            return f" ({decode(line).strip()})"
    return ""


def reply_row(reply: Reply, exchange: int, at: int, wait: int | None, tls: bool) -> Row:
    """The row of a reply."""
    code = reply.code
    return Row(
        RowKind.REPLY,
        at,
        "???" if code is None else str(code).rjust(3, "0"),
        visible(reply.text),
        exchange,
        wait=wait,
        tls=tls,
        is_negative=reply.is_negative,
        has_defects=bool(reply.defects),
    )


def event_row(event: Happening, tls: bool) -> Row:
    """The row of an event that is neither command nor reply."""
    match event:
        case Resolved(host=host, addresses=addresses):
            head, text = "dns", f"{host} is {', '.join(addresses)}{_duration(event.took)}"
        case Connected():
            head, text = "tcp", _connected_text(event)
        case TlsEstablished():
            head, text = "tls", _tls_text(event)
        case Failed(what=what, advice=advice):
            what += _duration(event.took)
            return Row(
                RowKind.FAILURE,
                event.at,
                # The word fits its column: a certificate is a matter of TLS.
                "tls" if event.stage == "certificate" else event.stage,
                visible(f"{what} {advice}".strip()),
                tls=tls,
                is_negative=True,
            )
        case Closed(by=by, reason=reason):
            who = {"client": "this program", "server": "the server"}.get(by, "the network")
            head = "closed"
            text = f"Connection closed by {who}{': ' * bool(reason)}{reason}"
        case Remark(text=text):
            return Row(RowKind.REMARK, event.at, "note", visible(text), event.exchange, tls=tls)
    return Row(RowKind.EVENT, event.at, head, visible(text), tls=tls)


def _connected_text(event: Connected) -> str:
    where = f"{event.host} [{event.peer}]" if event.host else event.peer
    via = f" through {event.via}" if event.via else ""
    start = ", TLS from the start" if event.tls else ""
    return f"Connected to {where}{via}{start}{_duration(event.took)}"


def _duration(microseconds: int) -> str:
    """How long something took, to stand behind what it was; empty where nobody measured it."""
    if not microseconds:
        return ""
    if microseconds < 1_000_000:
        return f" ({microseconds / 1000:.1f} ms)"
    return f" ({microseconds / 1_000_000:.1f} s)"


def _tls_text(event: TlsEstablished) -> str:
    # What is doubtful comes first: the end of a long row is cut off in a narrow window.
    doubt = f"certificate not verified: {event.reason}" if event.reason else ""
    expires = f"valid to {event.expires}" if event.expires else ""
    facts = (event.version, doubt, event.cipher, event.subject, expires)
    parts = [each for each in facts if each]
    return " · ".join(parts) or "The connection is encrypted from here on"
