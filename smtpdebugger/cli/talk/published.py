"""``talk --policies``: what a domain has published about TLS, and whether that is kept."""

import json
from collections.abc import Callable

from smtpdebugger.session.session import Session
from smtpdebugger.transport import mta_sts
from smtpdebugger.transport.client import SmtpClient
from smtpdebugger.transport.policies import Verdict, examine_published


async def examine(client: SmtpClient, domain: str, put: Callable[[Verdict], None]) -> bool:
    """Look it up, and note it in the session; False where something published is not kept.

    It counts for a certificate that was refused as well: signed records may vouch for one that no
    authority does. Where there was no connection, nothing is asked.
    """
    if not _was_connected(client.session):
        return True
    verdicts = await examine_published(client, domain, mta_sts.fetch_policy)
    for each in verdicts:
        put(each)
    return all(each.is_kept is not False for each in verdicts)


def _was_connected(session: Session) -> bool:
    return session.situation.connected_at is not None


def published_object(verdict: Verdict) -> str:
    """A verdict as a line of JSON; ``kept`` is null where there is nothing to keep to."""
    told = {
        "type": "published",
        "subject": verdict.subject,
        "kept": verdict.is_kept,
        "what": verdict.what,
    }
    return f"{json.dumps(told, ensure_ascii=False)}\n"
