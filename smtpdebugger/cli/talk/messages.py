"""Messages from files: looked through before they are sent, and streamed."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from smtpdebugger.cli.talk.directives import Unreadable
from smtpdebugger.protocol.envelope import Envelope
from smtpdebugger.protocol.fitness import objections
from smtpdebugger.session.session import Session
from smtpdebugger.session.transaction import open_envelope
from smtpdebugger.transport.source import File, Source, SourceError, WithCrlf, scan


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
        facts = await scan(File(Path(path)))
        source: Source = File(Path(path))
    except SourceError as error:
        raise Unreadable(str(error).rstrip(".")) from error
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
