"""Takes the verification steps of a refusal on the server that refused, as a person would.

Two things are looked at: that the server bears the steps, and whether the true cause leads
afterwards where it led before. The truth is what the evaluation's labels say of the same reply.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from smtpdebugger.diagnosis.model import Step
from smtpdebugger.diagnosis.verification import Verification
from smtpdebugger.knowledge.tables import Knowledge
from smtpdebugger.session.exchange import Exchange
from smtpdebugger.transport.client import SmtpClient
from tests.evaluation.cases import captured, last_answered
from tests.interop.alternatives.ground import CLOSING_SECONDS, Ground
from tests.interop.alternatives.refusals import Refusal
from tests.interop.alternatives.trying import FILLED, HELLOS
from tests.interop.matrix.play import UnreachableError

MOST_STEPS = 12
"""More than there are steps for any refusal; they end by themselves."""

EARLIER_ERRORS = 2
"""Unknown words sent before the refusal, to come near the error limit."""

_VARIABLE = re.compile(r"\S*@\S*|<[^>]*>|[\w.-]+\.(?:test|invalid)\b|\[[\d.:]+\]")
_Key = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Verified:
    """The verification of one refusal, played to its end."""

    refused: str
    reply: str
    steps: tuple[str, ...]
    errors: int
    """Refusals of the kind that servers count, which the steps cost in the session itself."""
    promised: int
    """How many they were to cost at most."""
    was_closed: bool
    """Whether the server ended the session because of them; not with a handshake that failed,
    which is no matter of errors."""
    before: str
    after: str
    truth: tuple[str, ...]
    """The causes the labels give this reply; empty where they have none."""
    sent: tuple[str, ...] = ()
    """The verbs of the steps."""
    told: tuple[str, ...] = ()
    """What the steps changed, in sentences."""


async def verify(
    ground: Ground, knowledge: Knowledge, server: str, refusal: Refusal, *, tired: bool = False
) -> Verified | None:
    """Take all steps that are proposed for a refusal; None where it is not refused today.

    ``tired`` makes some errors in the same connection first. Raises UnreachableError.
    """
    async with ground.refused(refusal, EARLIER_ERRORS if tired else 0) as (client, refused):
        if refused is None:
            return None
        return await _Round(ground, knowledge, client, refused).played(server, refusal)


class _Round:
    def __init__(
        self, ground: Ground, knowledge: Knowledge, client: SmtpClient, refused: Exchange
    ) -> None:
        self._ground = ground
        self._client = client
        self._refused = refused
        self._verification = Verification(client.session, refused, knowledge)

    async def played(self, server: str, refusal: Refusal) -> Verified:
        verification, client = self._verification, self._client
        was_open = client.is_connected
        first = len(client.session.exchanges)
        taken: list[Step] = []
        while (step := verification.next_step) is not None and len(taken) < MOST_STEPS:
            taken.append(step)
            await (self._here(step) if step.action == "send" else self._elsewhere(step))
        await asyncio.sleep(CLOSING_SECONDS)
        here = client.session.exchanges[first:]
        return Verified(
            refused=str(refusal),
            reply=_told(self._refused),
            steps=tuple(each.id for each in taken),
            errors=sum(500 <= (each.code or 0) <= 504 for each in here),
            promised=sum(each.errors for each in taken if each.action == "send"),
            was_closed=was_open and not client.is_connected and not _broke(client),
            before=verification.before.causes[0].id,
            after=verification.after.causes[0].id,
            truth=tuple(sorted(truth(server, self._refused))),
            sent=tuple(line.split(" ", 1)[0] for each in taken for line in each.commands),
            told=verification.changes,
        )

    async def _here(self, step: Step) -> None:
        first = len(self._client.session.exchanges) + 1
        for line in step.commands:
            if self._client.is_connected:
                await self._client.send_line(_filled(line))
        self._verification.took_in_session(step, first)

    async def _elsewhere(self, step: Step) -> None:
        door = self._ground.door(step.port)
        if door is None:
            self._verification.took(step, (), elsewhere=True)
            return
        lines = [_filled(each) for each in step.commands]
        says_hello = bool(lines) and lines[0][:4] in HELLOS
        client = await self._ground.elsewhere(door, step.security, ehlo=not says_hello)
        try:
            for line in lines[1:] if says_hello and step.security == "starttls" else lines:
                if client.is_connected:
                    await client.send_line(line)
            self._verification.took(step, client.session.exchanges, elsewhere=True)
        finally:
            await client.disconnect()


def _broke(client: SmtpClient) -> bool:
    begun = [client.session.exchange(each) for each in client.session.by_verb.get("STARTTLS", ())]
    return any(each.code == 220 for each in begun) and not client.session.situation.tls


def _filled(line: str) -> str:
    return line.replace("{client}", FILLED["client"])


def truth(server: str, exchange: Exchange) -> frozenset[str]:
    """What the labelled cases say of a reply; nothing where they do not have it."""
    return _labels().get(_key(server, exchange), frozenset())


@cache
def _labels() -> Mapping[_Key, frozenset[str]]:
    found: dict[_Key, frozenset[str]] = {}
    for case in captured():
        key = _key(case.server, last_answered(case.session()))
        found[key] = found.get(key, frozenset()) | case.causes
    return found


def _key(server: str, exchange: Exchange) -> _Key:
    return server, exchange.verb, _VARIABLE.sub("*", _told(exchange))


def _told(exchange: Exchange) -> str:
    text = "" if exchange.reply is None else " ".join(exchange.reply.plain_text.split())
    return f"{exchange.code} {text}"


async def verify_endpoint(
    ground: Ground,
    knowledge: Knowledge,
    server: str,
    refusals: Iterable[Refusal],
    at_once: int,
    *,
    tired: bool = False,
) -> list[Verified]:
    """The verification of all these refusals."""
    turns = asyncio.Semaphore(at_once)

    async def one(refusal: Refusal) -> Verified | None:
        async with turns:
            try:
                return await verify(ground, knowledge, server, refusal, tired=tired)
            except UnreachableError:
                return None

    found = await asyncio.gather(*(one(each) for each in refusals))
    return [each for each in found if each is not None]
