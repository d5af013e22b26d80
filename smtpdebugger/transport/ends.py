"""Trying ways to end mail data on a server one owns; what it did is told, not judged."""

from typing import Protocol

from smtpdebugger.protocol.framing import Mode
from smtpdebugger.protocol.transparency import ENDS
from smtpdebugger.session.session import Session

TRUE_END = ENDS["CRLF . CRLF"]


class Wire(Protocol):
    """What a try needs of a client."""

    session: Session

    async def send_octets(self, octets: bytes) -> None:
        """Send octets and wait for nothing."""

    async def news_within(self, seconds: float) -> bool:
        """Wait until the server says something, at most so long."""


async def try_end(wire: Wire, name: str, seconds: float) -> str:
    """Send one of ``ENDS`` after mail data; a sentence about what the server did.

    The mail data is not ended otherwise: the true end is the next thing to send where the server
    waits on. Raises KeyError for a name that is none.
    """
    octets = ENDS[name]
    if wire.session.expects is not Mode.MAIL_DATA:
        return "Nothing was sent: the server does not wait for mail data."
    before = len(wire.session.exchanges)
    await wire.send_octets(octets)
    answered = any(each.code is not None for each in wire.session.exchanges[before:])
    if not answered and not await wire.news_within(seconds):
        return f"{name}: no reply within {seconds:g} s, so the server waits for more mail data."
    codes = [each.code for each in wire.session.exchanges[before:] if each.code is not None]
    said = f"replied {codes[0]}" if codes else "ended the connection"
    more = f", and {len(codes) - 1} more replies followed" if len(codes) > 1 else ""
    return f"{name}: the server {said}{more}: it took this for the end of the mail data."
