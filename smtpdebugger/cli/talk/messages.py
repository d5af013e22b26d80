"""Messages from files: looked through before they are sent, and streamed."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from smtpdebugger.cli.talk.directives import Unreadable
from smtpdebugger.protocol.envelope import Envelope
from smtpdebugger.protocol.fitness import objections
from smtpdebugger.protocol.message_facts import MessageFacts
from smtpdebugger.session.session import Session
from smtpdebugger.session.transaction import open_envelope
from smtpdebugger.transport.source import File, Source, SourceError, WithCrlf, scan

MOST_LOOKED = 256 * 1024 * 1024
"""Octets of a message that are looked through before it is sent: the server waits meanwhile, and
hangs up on who says nothing for minutes."""


def check_readable(path: str) -> None:
    """Raises Unreadable where there is no such file."""
    try:
        File(Path(path)).close()
    except SourceError as error:
        raise Unreadable(str(error).rstrip(".")) from error


async def open_message(
    path: str,
    session: Session,
    tell: Callable[[str], None],
    *,
    by_bdat: bool,
    envelope: Envelope | None = None,
) -> Source:
    """The message in a file; ``tell`` gets what speaks against sending it. Raises Unreadable.

    ``envelope`` where it is not that of the open transaction. As mail data a file with LF alone
    gets CRLF; any other is as it is, and chunks always are.
    """
    try:
        facts = await scan(File(Path(path)), most=MOST_LOOKED)
        source: Source = File(Path(path))
    except SourceError as error:
        raise Unreadable(str(error).rstrip(".")) from error
    if facts.octets < source.size:
        tell(f"{path}: only the first {facts.octets} octets were looked through.\n")
        facts = _of_all(facts, source.size)
    if facts.is_lf_only and not by_bdat:
        source = WithCrlf(source, facts)
        facts = replace(facts, bare_lf=0, crlf=facts.bare_lf, octets=source.size)
    found = objections(
        envelope or open_envelope(session) or Envelope(recipients=("",)),
        facts,
        session.situation.capabilities,
        by_bdat=by_bdat,
        tls=session.situation.tls,
    )
    tell("".join(f"{path}: {each.sentence}\n" for each in found))
    return source


def _of_all(facts: MessageFacts, octets: int) -> MessageFacts:
    """What a part tells of the whole: how many line ends it has can be reckoned only."""
    share = octets / facts.octets
    return replace(facts, octets=octets, bare_lf=round(facts.bare_lf * share))
