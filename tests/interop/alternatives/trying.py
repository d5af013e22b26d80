"""Sends what a diagnosis offers, up to the point where mail would be delivered, and no further."""

from __future__ import annotations

import asyncio
import re
from binascii import b2a_base64
from collections.abc import Iterable
from dataclasses import dataclass

from smtpdebugger.diagnosis.case import Case
from smtpdebugger.diagnosis.diagnose import diagnose
from smtpdebugger.diagnosis.model import Alternative, Diagnosis
from smtpdebugger.diagnosis.ways import goal_of
from smtpdebugger.knowledge.tables import Knowledge
from smtpdebugger.protocol.mechanisms import (
    Credentials,
    MechanismError,
    answer,
    begin,
    mechanism_named,
)
from smtpdebugger.protocol.reply import CHALLENGE
from smtpdebugger.protocol.sasl_reading import from_base64
from smtpdebugger.protocol.state import State
from smtpdebugger.session.exchange import Exchange
from smtpdebugger.session.situation import Situation
from smtpdebugger.transport.client import SmtpClient
from tests.interop import lab
from tests.interop.alternatives.ground import Ground
from tests.interop.alternatives.judging import is_wrong_by_code, leading_cause
from tests.interop.alternatives.refusals import Recorded, Refusal
from tests.interop.matrix import plan
from tests.interop.matrix.play import UnreachableError

FILLED = {
    "address": plan.BOB,
    "mailbox": plan.ALICE,
    "domain": lab.DOMAIN,
    "client": plan.CLIENT,
    "octets": "1000",
    "argument": "alice",
}
"""What a person would put for the placeholders."""

CHUNK = b"Subject: hello\r\n"

_NAMES = re.compile(r"\{([a-z]+)\}")
_WHO = Credentials(user=lab.USER, secret=lab.PASSWORD)
_WITH_PASSWORD = ("PLAIN", "LOGIN", "CRAM-MD5", "SCRAM-")
MOST_STEPS = 6
HELLOS = frozenset({"EHLO", "LHLO", "HELO"})


@dataclass(frozen=True, slots=True)
class Trial:
    """One alternative, tried."""

    refused: str
    """Endpoint, state and command."""
    reply: str
    cause: str
    """The leading cause of that."""
    offered: str
    """The alternative as a button shows it."""
    goal: str
    outcome: str
    """good | wrong | refused | silent | closed | no-door"""
    line: str = ""
    """The command that was not answered well."""
    answer: str = ""
    answer_cause: str = ""
    by_code: bool = False
    by_cause: bool = False


@dataclass(frozen=True, slots=True)
class Offer:
    """What was offered for one refusal."""

    refused: str
    reply: str
    cause: str
    goal: str
    is_reachable: bool
    """Whether the endpoint can reach the goal at all, and has not reached it yet."""
    ways: int
    """Commands and reconnections that were offered for that very goal."""
    advice: int
    """Other things to do for it."""
    good: int
    """How many of the ways were answered well."""
    trials: tuple[Trial, ...] = ()


class Endpoint:
    """The trials of one endpoint."""

    def __init__(self, ground: Ground, recorded: Recorded, knowledge: Knowledge) -> None:
        self._ground = ground
        self._recorded = recorded
        self._knowledge = knowledge
        self._seen: dict[tuple[str, ...], Trial] = {}

    async def try_all(self, refusal: Refusal) -> Offer | None:
        """Everything that is offered for a refusal; None where it is not refused today."""
        async with self._ground.refused(refusal) as (client, exchange):
            if exchange is None:
                return None
            session = client.session
            case = Case(session, exchange, self._knowledge)
            diagnosis = diagnose(session, exchange, self._knowledge)
            goal, keyword = goal_of(case), case.record.keyword if case.record else ""
            offered = [each for each in diagnosis.alternatives if each.action != "other"]
            first = next((each for each in offered if each.action == "send"), None)
            here = None
            if first is not None:
                here = await self._try(refusal, diagnosis, first, client, case.verb)
        # postscreen treats who has another connection open differently.
        trials = [
            here
            if here is not None and each is first
            else await self._try(refusal, diagnosis, each, None, case.verb)
            for each in offered
        ]
        to_goal = [each for each in diagnosis.alternatives if each.goal == goal]
        ways = sum(each.action != "other" for each in to_goal)
        return Offer(
            refused=str(refusal),
            reply=_told(exchange),
            cause=diagnosis.causes[0].id,
            goal=goal,
            is_reachable=not _is_reached(exchange.after, goal)
            and self._recorded.can_reach(goal, keyword or case.verb),
            ways=ways,
            advice=len(to_goal) - ways,
            good=sum(each.outcome == "good" and each.goal == goal for each in trials),
            trials=tuple(trials),
        )

    async def _try(
        self,
        refusal: Refusal,
        diagnosis: Diagnosis,
        alternative: Alternative,
        client: SmtpClient | None,
        verb: str,
    ) -> Trial:
        key = (refusal.state, verb, diagnosis.text, str(diagnosis.code), alternative.label)
        if key in self._seen:
            return self._seen[key]
        trial = await self._played(refusal, diagnosis, alternative, client)
        self._seen[key] = trial
        return trial

    async def _played(
        self,
        refusal: Refusal,
        diagnosis: Diagnosis,
        alternative: Alternative,
        client: SmtpClient | None,
    ) -> Trial:
        made = _Making(refusal, diagnosis, alternative, self._knowledge)
        if alternative.action == "reconnect":
            door = self._ground.door(alternative.port)
            if door is None:
                return made.trial("no-door")
            elsewhere = await self._ground.elsewhere(
                door, alternative.security, ehlo=not _says_hello(alternative)
            )
            try:
                return await made.arrive(elsewhere)
            finally:
                await elsewhere.disconnect()
        if client is not None:
            return await made.follow(client)
        async with self._ground.refused(refusal) as (fresh, exchange):
            if exchange is None or exchange.code != diagnosis.code:
                return made.trial("silent", answer="refused differently the next time")
            return await made.follow(fresh)


class _Making:
    """One trial in the making."""

    def __init__(
        self,
        refusal: Refusal,
        diagnosis: Diagnosis,
        alternative: Alternative,
        knowledge: Knowledge,
    ) -> None:
        self._refusal = refusal
        self._diagnosis = diagnosis
        self._alternative = alternative
        self._knowledge = knowledge
        # A connection that starts TLS has said EHLO inside.
        starts_tls = alternative.action == "reconnect" and alternative.security == "starttls"
        self._has_greeted = starts_tls and _says_hello(alternative)

    def trial(self, outcome: str, **more: object) -> Trial:
        """The trial with its outcome."""
        return Trial(
            refused=str(self._refusal),
            reply=f"{self._diagnosis.code} {self._diagnosis.text}",
            cause=self._diagnosis.causes[0].id,
            offered=self._alternative.label,
            goal=self._alternative.goal,
            outcome=outcome,
            **more,  # type: ignore[arg-type]
        )

    async def arrive(self, client: SmtpClient) -> Trial:
        """A reconnection: what the connection itself brought, then its commands."""
        for exchange in client.session.exchanges:
            if exchange.is_negative:
                return self._judged(client, exchange)
        wanted = self._alternative.security in {"starttls", "tls"}
        if not client.is_connected or (wanted and not client.session.situation.tls):
            failed = [str(each) for each in client.session.events[-2:]]
            return self.trial("closed", line="(connecting)", answer=" ".join(failed)[:200])
        return await self.follow(client)

    async def follow(self, client: SmtpClient) -> Trial:
        """Send the commands one by one, up to the first that is not answered well."""
        lines = self._alternative.commands
        if self._has_greeted:
            lines = lines[1:]
        for template in lines:
            line = _NAMES.sub(lambda match: FILLED[match[1]], template)
            if not client.is_connected:
                return self.trial("closed", line=line, answer="the server had closed")
            if line.startswith("BDAT "):
                # A chunk that is not the last proves the verb, and ends nothing.
                exchange = await client.send_chunk(f"BDAT {len(CHUNK)}", CHUNK)
            else:
                exchange = await client.send_line(line)
            if exchange is not None and exchange.code == CHALLENGE:
                exchange = await _log_in(client, line, exchange)
            if exchange is None or exchange.reply is None:
                return self.trial("silent", line=line)
            if exchange.is_negative:
                return self._judged(client, exchange)
        return self.trial("good")

    def _judged(self, client: SmtpClient, exchange: Exchange) -> Trial:
        assert exchange.reply is not None
        cause, by_cause = leading_cause(client.session, exchange, self._knowledge)
        by_code = is_wrong_by_code(exchange.reply)
        return self.trial(
            "wrong" if by_code or by_cause else "refused",
            line=exchange.command_text,
            answer=_told(exchange),
            answer_cause=cause,
            by_code=by_code,
            by_cause=by_cause,
        )


def _is_reached(now: Situation, goal: str) -> bool:
    """Whether the session was there already: logged in, protected, or opened."""
    return {
        "authenticate": now.authenticated,
        "encrypt": now.tls,
        "open-session": now.hello is not State.GREETED,
    }.get(goal, False)


def _says_hello(alternative: Alternative) -> bool:
    return bool(alternative.commands) and alternative.commands[0][:4] in HELLOS


async def _log_in(client: SmtpClient, line: str, asked: Exchange) -> Exchange | None:
    """Answer the challenges of AUTH, with the lab's own password or not at all."""
    name = line.split(" ")[1].upper()
    exchange: Exchange | None = asked
    if not name.startswith(_WITH_PASSWORD):
        await client.send_line(b"*")
        return asked
    try:
        dialogue, waiting = begin(mechanism_named(name), _WHO)
        for _ in range(MOST_STEPS):
            if exchange is None or exchange.reply is None or exchange.code != CHALLENGE:
                return exchange
            challenge = from_base64(exchange.reply.text.encode("utf-8", "surrogateescape"))
            response = waiting if waiting is not None else answer(dialogue, challenge or b"")
            waiting = None
            if response is None:
                break
            exchange = await client.send_line(b2a_base64(response, newline=False))
    except MechanismError:
        await client.send_line(b"*")
        return asked
    return exchange


def _told(exchange: Exchange) -> str:
    text = "" if exchange.reply is None else " ".join(exchange.reply.plain_text.split())
    return f"{exchange.code} {text}"[:200]


async def try_endpoint(
    ground: Ground,
    recorded: Recorded,
    knowledge: Knowledge,
    refusals: Iterable[Refusal],
    at_once: int,
) -> tuple[list[Offer], set[str]]:
    """Everything that is offered for these refusals; and the states that cannot be reached."""
    endpoint = Endpoint(ground, recorded, knowledge)
    turns = asyncio.Semaphore(at_once)
    unreachable: set[str] = set()

    async def one(refusal: Refusal) -> Offer | None:
        async with turns:
            if refusal.state in unreachable:
                return None
            try:
                return await endpoint.try_all(refusal)
            except UnreachableError:
                unreachable.add(refusal.state)
                return None

    found = await asyncio.gather(*(one(each) for each in refusals))
    return [each for each in found if each is not None], unreachable
