"""Writing dialogues: a session as plain ``C:``/``S:`` lines, for mails, tickets and documents.

What ``dialogue`` reads back is the same conversation, without its times. A line that was never
ended ends here, and a bare CR stays as it is.
"""

from collections.abc import Iterable, Iterator

from smtpdebugger.session.events import (
    Closed,
    Connected,
    Failed,
    Received,
    Remark,
    Sent,
    TlsEstablished,
    WireEvent,
)

_MARKS: dict[type, bytes] = {Sent: b"C: ", Received: b"S: "}


def dialogue_lines(events: Iterable[WireEvent]) -> Iterator[bytes]:
    """The lines of a dialogue, each with its end."""
    open_lines: dict[type, bytes] = {}
    is_encrypted = is_connected = False
    for event in events:
        if isinstance(event, Sent | Received):
            is_connected = True
            yield from _said(event, open_lines)
            continue
        yield from _ended(open_lines)
        if isinstance(event, Connected):
            if is_connected:
                yield b"# closed network\n"
            is_encrypted, is_connected = event.tls, True
        elif isinstance(event, Closed):
            is_connected = False
        elif isinstance(event, TlsEstablished) and is_encrypted:
            # It was told when the connection stood.
            continue
        yield from (line.encode("utf-8", "replace") + b"\n" for line in _remarks(event))
    yield from _ended(open_lines)


def _said(event: Sent | Received, open_lines: dict[type, bytes]) -> Iterator[bytes]:
    kind = type(event)
    octets = event.octets
    if isinstance(event, Sent) and event.omitted:
        octets += b"\r\n[" + str(event.omitted).encode() + b" octets left out]\r\n"
    if isinstance(event, Sent):
        octets += event.tail
    lines = (open_lines.pop(kind, b"") + octets).split(b"\n")
    last = lines.pop()
    if last:
        open_lines[kind] = last
    for line in lines:
        yield _MARKS[kind] + line.removesuffix(b"\r") + b"\n"


def _ended(open_lines: dict[type, bytes]) -> Iterator[bytes]:
    for kind, line in open_lines.items():
        yield _MARKS[kind] + line.removesuffix(b"\r") + b"\n"
    open_lines.clear()


def _remarks(event: WireEvent) -> Iterator[str]:
    match event:
        case Connected():
            if event.port is not None:
                yield f"# port {event.port}"
            if event.tls:
                yield "# tls"
        case TlsEstablished():
            yield "# tls"
        case Closed(by=by):
            yield f"# closed {by}"
        case Failed(stage=stage, what=what):
            yield f"# {stage} failed: {_one_line(what)}"
        case Remark(text=text):
            yield f"# note: {_one_line(text)}"


def _one_line(text: str) -> str:
    return " ".join(text.split())
