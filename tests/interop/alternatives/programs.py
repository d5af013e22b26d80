"""Runs the developer's version of every alternative on the server that refused.

A program must end by itself and print what it was answered last. Of all that it says nothing may
be answered "unknown", "not implemented", "bad sequence" or "syntax", save what was refused itself,
which a program may try before it falls back.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable
from dataclasses import dataclass

from smtpdebugger.diagnosis.case import Case
from smtpdebugger.diagnosis.code import code_for
from smtpdebugger.diagnosis.diagnose import diagnose
from smtpdebugger.knowledge.tables import Knowledge
from tests.interop import lab
from tests.interop.alternatives.executing import Ran, execute
from tests.interop.alternatives.ground import Ground
from tests.interop.alternatives.refusals import Refusal
from tests.interop.alternatives.trying import FILLED
from tests.interop.matrix.play import UnreachableError
from tests.interop.recipe import Endpoint

_NO_LOGIN = re.compile(r"SMTPAuthenticationError: \((5[23]\d|501)")
"""501 is what RFC 4954 section 4 has for a response that a server cannot read."""

_FOUND_ABSENT = re.compile(r"\b502 b'\w+ is not offered'")

_SEQUENCE = 503
NOT_UNDERSTOOD = frozenset({500, 501, 502, 503, 504, 555})


@dataclass(frozen=True, slots=True)
class Program:
    """One program, run."""

    refused: str
    """Endpoint, state and command."""
    reply: str
    cause: str
    offered: str
    library: str
    outcome: str
    """good | refused | absent (what it needs is not offered, and it found that out) | wrong |
    failed | broken (by the server: TLS that works for nobody, replies nobody asked for)"""
    code: int
    """What it printed last; 0 for nothing."""
    failed: str
    said: tuple[tuple[str, int], ...]
    text: str

    @property
    def is_bad(self) -> bool:
        """Whether it is the program that is to blame."""
        return self.outcome in {"wrong", "failed"}

    @property
    def told(self) -> str:
        """What happened, in one line."""
        said = " · ".join(f"{line or '(reply)'} {code}" for line, code in self.said)
        return f"{said} {self.failed}".strip()


class Developer:
    """The programs of one endpoint; each is run once."""

    def __init__(self, ground: Ground, knowledge: Knowledge) -> None:
        self._ground = ground
        self._knowledge = knowledge
        self._seen: set[tuple[str, str]] = set()

    async def run_all(self, refusal: Refusal) -> list[Program]:
        """The programs for all alternatives of a refusal that were not run yet."""
        async with self._ground.refused(refusal) as (client, exchange):
            if exchange is None:
                return []
            case = Case(client.session, exchange, self._knowledge)
            diagnosis = diagnose(client.session, exchange, self._knowledge)
        ran = []
        for alternative in diagnosis.alternatives:
            code = code_for(case, alternative, diagnosis.causes[0].family)
            door = self._ground.door(alternative.port)
            if code is None or door is None:
                continue
            constants: dict[str, object] = {
                "HOST, PORT": (lab.HOST, self._ground.at.port),
                "OTHER_PORT": door.port,
                "RECIPIENTS": [FILLED["address"]],
                **{name.upper(): value for name, value in FILLED.items() if name != "client"},
            }
            for library in ("smtplib", "aiosmtplib"):
                text = getattr(code, library)
                if not text:
                    continue
                key = library, text
                if key in self._seen:
                    continue
                self._seen.add(key)
                done = await asyncio.to_thread(execute, text, constants)
                ran.append(
                    Program(
                        refused=str(refusal),
                        reply=f"{diagnosis.code} {diagnosis.text}"[:200],
                        cause=diagnosis.causes[0].id,
                        offered=alternative.label,
                        library=library,
                        outcome=outcome(done, case.verb, case.code, self._ground.at),
                        code=done.code,
                        failed=done.failed,
                        said=tuple(done.said),
                        text=text,
                    )
                )
        return ran


def outcome(ran: Ran, refused: str, first: int, at: Endpoint) -> str:
    """What to think of a run after the refusal of a verb with a code."""
    if ran.failed:
        if _NO_LOGIN.match(ran.failed):
            return "refused"
        return "broken" if _is_servers_fault(ran, at) else "failed"
    said = ((line.partition(" ")[0].upper(), code) for line, code in ran.said)
    if any(
        code in NOT_UNDERSTOOD and (verb != refused or _is_out_of_order(code, first))
        for verb, code in said
    ):
        return "wrong"
    if _FOUND_ABSENT.search(ran.printed):
        return "absent"
    if not ran.code or ran.code in NOT_UNDERSTOOD:
        return "wrong"
    return "good" if ran.code < 400 else "refused"


def _is_out_of_order(code: int, first: int) -> bool:
    """Whether what was refused was tried again in the wrong place."""
    return code == _SEQUENCE and first != _SEQUENCE


def _is_servers_fault(ran: Ran, at: Endpoint) -> bool:
    verbs = [line.partition(" ")[0].upper() for line, _ in ran.said]
    if "STARTTLS" in verbs and not at.tls_works:
        return True
    # Net::Server::Mail answers TURN twice.
    return "TURN" in verbs and at.name.startswith("net-server-mail")


async def run_endpoint(
    ground: Ground, knowledge: Knowledge, refusals: Iterable[Refusal], at_once: int
) -> list[Program]:
    """All programs for these refusals."""
    developer = Developer(ground, knowledge)
    turns = asyncio.Semaphore(at_once)
    unreachable: set[str] = set()

    async def one(refusal: Refusal) -> list[Program]:
        async with turns:
            if refusal.state in unreachable:
                return []
            try:
                return await developer.run_all(refusal)
            except UnreachableError:
                unreachable.add(refusal.state)
                return []

    found = await asyncio.gather(*(one(each) for each in refusals))
    return [each for some in found for each in some]
