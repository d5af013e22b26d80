"""What the matrix saw: which probes were refused in which state, and what an endpoint can do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from smtpdebugger.knowledge.tables import Knowledge
from smtpdebugger.protocol.state import State
from smtpdebugger.session.exchange import Exchange
from smtpdebugger.session.session import Session
from smtpdebugger.transcript.file import load_session
from tests.interop.matrix import plan
from tests.interop.matrix.plan import Probe
from tests.interop.matrix.shelf import Place
from tests.interop.recipe import load

_SECRET = b"AUTH "
"""Lines that begin so are masked in recordings: not to be found again by their text."""

_TRANSFERS = {"DATA": 354, "BDAT": 250}
_BY_DEED = frozenset({"submit-message", "transfer-content"})
"""Goals that only the transfer of content reaches, whatever else of a transaction is accepted."""

_BY_OFFER = frozenset({"use-extension", "go-faster"})


@dataclass(frozen=True, slots=True)
class Refusal:
    """A probe that was refused in a state of an endpoint."""

    endpoint: str
    state: str
    probe: Probe

    def __str__(self) -> str:
        text = " · ".join(line.decode("utf-8", "replace") for line in self.probe)
        return f"{self.endpoint} {self.state}: {text}"


class Recorded:
    """What the recordings of one endpoint show."""

    def __init__(self, server: str, endpoint: str, knowledge: Knowledge) -> None:
        """Read them; raises FileNotFoundError where the matrix was never recorded."""
        recipe = load(server)
        at = next(each for each in recipe.endpoints if each.name == endpoint)
        self.endpoint = endpoint
        self._knowledge = knowledge
        self._whole = at is recipe.endpoints[0]
        self._refused: dict[str, set[str]] = {}
        self._goals: set[str] = set()
        self._offered: set[str] = set()
        for state in plan.states(at):
            session, _problems = load_session(Place(server, endpoint, state).file)
            self._refused[state] = set(self._look_at(session))

    def refusals(self) -> Iterator[Refusal]:
        """Every probe that was refused, in the order of the plan."""
        for state, texts in self._refused.items():
            for probe in plan.probes(state, whole=self._whole):
                told = {line.decode("utf-8", "replace") or "(empty line)" for line in probe}
                if told & texts or any(line.startswith(_SECRET) for line in probe):
                    yield Refusal(self.endpoint, state, probe)

    def can_reach(self, goal: str, keyword: str) -> bool:
        """Whether this endpoint was seen reaching a goal, in whatever state, protected or logged
        in; of an extension, whether it was ever offered."""
        return keyword in self._offered if goal in _BY_OFFER else goal in self._goals

    def _look_at(self, session: Session) -> Iterator[str]:
        for exchange in session.exchanges:
            self._note(exchange)
            if exchange.is_negative:
                yield exchange.command_text

    def _note(self, exchange: Exchange) -> None:
        after = exchange.after
        if after.capabilities is not None:
            self._offered |= {each.keyword for each in after.capabilities}
        if after.tls:
            self._goals.add("encrypt")
        if after.authenticated:
            self._goals.add("authenticate")
        record = self._knowledge.verb(exchange.verb)
        if exchange.reply is None or not exchange.reply.is_positive or record is None:
            return
        if exchange.verb in _TRANSFERS and exchange.before.state is State.RCPT:
            if exchange.code == _TRANSFERS[exchange.verb]:
                self._goals |= _BY_DEED
        elif exchange.verb == "RCPT":
            self._goals.add("verify-address")
        elif exchange.verb in {"EHLO", "LHLO"}:
            self._goals |= {record.goal, "learn-commands"}
        elif record.goal not in _BY_DEED | {"encrypt", "authenticate"}:
            self._goals.add(record.goal)
