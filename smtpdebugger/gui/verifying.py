"""Takes verification steps on the wire: in the session at hand, or in a connection of their own.

What happens comes back as exchanges; what they mean is the diagnosis room's matter.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

from smtpdebugger.diagnosis.model import Step
from smtpdebugger.diagnosis.verification import Verification
from smtpdebugger.session.session import Session
from smtpdebugger.transport.client import ConnectionSettings, SmtpClient


async def verify(
    client: SmtpClient, verification: Verification, taken: Callable[[Verification], None]
) -> None:
    """Take the steps one by one, the most telling first; ``taken`` is called after each.

    Only those are taken that are proposed at the start, since a person has read these and no
    others; what turns out to be worth asking besides is for the next press. Ends where the
    connection does.
    """
    read = {each.id for each in verification.possible()}
    while client.is_connected:
        step = next((each for each in verification.possible() if each.id in read), None)
        if step is None:
            return
        if step.action == "send":
            first = len(client.session.exchanges) + 1
            await _send(client, step.commands)
            verification.took_in_session(step, first)
        else:
            other = await look_elsewhere(client.settings, step)
            exchanges = [other.exchange(each + 1) for each in range(len(other.exchanges))]
            verification.took(step, exchanges, elsewhere=True)
        taken(verification)


async def look_elsewhere(settings: ConnectionSettings, step: Step) -> Session:
    """A short session of its own: connect, the step's commands, QUIT."""
    session = Session()
    security = step.security or settings.security
    says_lhlo = step.commands[:1] and step.commands[0].upper().startswith("LHLO")
    wanted = replace(
        settings,
        port=step.port or settings.port,
        security=security,
        ehlo=True,
        protocol="lmtp" if says_lhlo else "smtp",
    )
    client = SmtpClient(session, wanted)
    try:
        if await client.connect():
            # The first EHLO is sent on connecting.
            await _send(client, step.commands[1:])
            await client.quit()
    finally:
        await client.disconnect()
    return session


async def _send(client: SmtpClient, lines: Sequence[str]) -> None:
    for line in lines:
        if not client.is_connected:
            return
        await client.send_line(line)
