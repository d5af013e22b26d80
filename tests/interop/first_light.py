"""What each real server is asked, and the cause its configuration gives each refusal.

The same table serves twice: live, against the servers, and without any server, against the
sessions recorded from them. ``python -m tests.interop.first_light`` records them anew.
"""

import asyncio
import sys
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from smtpdebugger.diagnosis.diagnose import diagnose
from smtpdebugger.diagnosis.model import Diagnosis
from smtpdebugger.knowledge.load import load_knowledge
from smtpdebugger.knowledge.tables import Knowledge
from smtpdebugger.session.session import Header, Session
from smtpdebugger.transcript.recorder import Recorder
from smtpdebugger.transport.client import ConnectionSettings, SmtpClient, Trust
from tests.interop.world import World

RECORDINGS = Path(__file__).with_name("recordings")

Step = tuple[str, int, str]
"""A line, the code a server must answer it with, and the leading cause; empty: no refusal."""


@dataclass(frozen=True)
class Talk:
    """A session with one endpoint."""

    server: str
    endpoint: str
    name: str
    steps: tuple[Step, ...]

    @property
    def file(self) -> Path:
        """Where it is recorded."""
        return RECORDINGS / f"{self.endpoint}.smtpsession"


_DISABLED = "command-disabled-by-admin"

TALKS = (
    Talk("postfix", "postfix", "Postfix", (
        ("EHLO client.lab.test", 250, ""),
        ("STARTTLS", 220, ""),
        ("EHLO client.lab.test", 250, ""),
        ("EXPN staff", 500, "command-unknown"),
        ("FROB", 500, "command-unknown"),
        ("BDAT 0 LAST", 503, "need-mail-first"),
        ("STARTTLS", 554, "already-done"),
        ("QUIT", 221, ""),
    )),
    Talk("postfix", "postfix-policy", "Postfix", (
        ("EHLO client.lab.test", 250, ""),
        ("VRFY alice@lab.test", 502, _DISABLED),
        ("STARTTLS", 220, ""),
        ("EHLO client.lab.test", 250, ""),
        ("VRFY alice@lab.test", 502, _DISABLED),
        ("EXPN staff", 500, "command-unknown"),
        ("ETRN lab.test", 250, ""),
        ("FROB", 500, "command-unknown"),
        ("MAIL FROM:<alice@lab.test>", 250, ""),
        ("RCPT TO:<bob@lab.test>", 250, ""),
        ("BDAT 0 LAST", 521, "extension-not-offered"),
    )),
    Talk("postfix", "postfix-restricted", "Postfix", (
        ("VRFY alice", 502, _DISABLED),
        ("EHLO client.lab.test", 250, ""),
        ("STARTTLS", 502, "tls-unavailable"),
        ("VRFY <alice@lab.test>", 502, _DISABLED),
        ("AUTH PLAIN", 503, "auth-not-enabled"),
        ("RCPT TO:<bob@lab.test>", 503, "need-mail-first"),
        ("QUIT", 221, ""),
    )),
    Talk("exim", "exim", "Exim", (
        ("EHLO client.lab.test", 250, ""),
        ("STARTTLS", 220, ""),
        ("EHLO client.lab.test", 250, ""),
        ("VRFY alice@lab.test", 250, ""),
        ("FROB", 500, "command-unknown"),
        ("BDAT 0 LAST", 503, "need-mail-first"),
        ("QUIT", 221, ""),
    )),
    Talk("exim", "exim-deny", "Exim", (
        ("EHLO client.lab.test", 250, ""),
        ("VRFY alice@lab.test", 502, _DISABLED),
        ("STARTTLS", 220, ""),
        ("EHLO client.lab.test", 250, ""),
        ("VRFY alice@lab.test", 502, _DISABLED),
        ("EXPN staff", 502, _DISABLED),
        ("ETRN lab.test", 458, _DISABLED),
        ("BDAT 0 LAST", 503, "need-mail-first"),
        ("FROB", 500, "command-unknown"),
        ("QUIT", 221, ""),
    )),
    Talk("exim", "exim-restricted", "Exim", (
        ("EHLO client.lab.test", 250, ""),
        ("EXPN staff", 550, _DISABLED),
        ("ETRN lab.test", 458, _DISABLED),
        ("BDAT 0 LAST", 503, "extension-not-offered"),
        ("STARTTLS", 503, "tls-unavailable"),
        ("QUIT", 221, ""),
    )),
)  # fmt: skip


async def talk_to(talk: Talk, world: World, file: Path) -> Session:
    """Hold a talk, recorded; the session."""
    endpoint = world.endpoints[talk.endpoint]
    began = datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    identity = str(uuid.uuid5(uuid.NAMESPACE_DNS, talk.endpoint))
    header = Header(identity, began, talk.endpoint, "live", "smtpdebugger")
    session = Session(header)
    settings = ConnectionSettings(
        endpoint.host,
        endpoint.port,
        ehlo=False,
        client_name="client.lab.test",
        trust=Trust(ca_file=str(world.ca)),
    )
    client = SmtpClient(session, settings)
    with Recorder(session, file):
        await client.connect()
        for line, _code, _cause in talk.steps:
            await client.send_line(line)
        await client.disconnect()
    return session


def replies(session: Session, talk: Talk) -> list[tuple[str, int | None]]:
    """What was sent and answered, as the table has it."""
    asked = [each for each in session.exchanges if each.unit is not None]
    return [(each.command_text, each.code) for each in asked][: len(talk.steps)]


def leading_causes(session: Session, knowledge: Knowledge) -> list[tuple[str, int | None, str]]:
    """Each refusal with the cause the diagnosis puts first."""
    return [(each.command, each.code, each.causes[0].id) for each in diagnoses(session, knowledge)]


def diagnoses(session: Session, knowledge: Knowledge) -> list[Diagnosis]:
    """The diagnosis of every refusal."""
    refused = (each for each in session.exchanges if each.is_negative)
    return [diagnose(session, each, knowledge) for each in refused]


def expected_causes(talk: Talk) -> list[tuple[str, int, str]]:
    """The refusals of a talk with the causes its server's configuration gives them."""
    return [step for step in talk.steps if step[2]]


def main() -> int:
    """Record every talk anew."""
    from tests.interop import world as worlds

    RECORDINGS.mkdir(exist_ok=True)
    knowledge = load_knowledge()
    for server in dict.fromkeys(talk.server for talk in TALKS):
        with worlds.start(server) as world:
            for talk in (each for each in TALKS if each.server == server):
                talk.file.unlink(missing_ok=True)
                session = asyncio.run(talk_to(talk, world, talk.file))
                for found in leading_causes(session, knowledge):
                    mark = "  " if found in expected_causes(talk) else "!!"
                    print(mark, talk.endpoint, *found)
                if replies(session, talk) != [step[:2] for step in talk.steps]:
                    print("!!", talk.endpoint, replies(session, talk))
    return 0


if __name__ == "__main__":
    sys.exit(main())
