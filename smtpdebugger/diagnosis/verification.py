"""Verification: the steps taken one by one, and what they changed. Sans-IO.

Whoever owns the wire asks for the next step, takes it, and hands back the exchanges; the causes
are ranked again with what they show. A step is given out only while it is legal from where the
session stands and the server's patience lasts.
"""

from collections.abc import Sequence

from smtpdebugger.diagnosis.diagnose import diagnose
from smtpdebugger.diagnosis.model import Diagnosis, Evidence, RankedCause, Step
from smtpdebugger.diagnosis.probes import Probe
from smtpdebugger.knowledge.tables import Knowledge
from smtpdebugger.session.exchange import Exchange
from smtpdebugger.session.session import Session

RULED_OUT = 0.02
NOTABLE = 0.02
"""A change of probability smaller than this is none."""


class Verification:
    """The verification of one refusal."""

    def __init__(
        self,
        session: Session,
        exchange: Exchange,
        knowledge: Knowledge,
        probes: Sequence[Probe] = (),
    ) -> None:
        """``probes``: steps that were taken before; they are not taken again."""
        self.probes: list[Probe] = list(probes)
        """The steps that were taken."""
        self._session = session
        self._exchange = exchange
        self._knowledge = knowledge
        self.before = diagnose(session, exchange, knowledge)
        """What was thought without any step."""
        self.after: Diagnosis = self._now() if probes else self.before
        """What is thought now."""

    @property
    def next_step(self) -> Step | None:
        """The most telling step that can be taken now; None where none is left."""
        return next(iter(self.possible()), None)

    def possible(self) -> tuple[Step, ...]:
        """The steps that can be taken now, the most telling first."""
        is_open = self._session.situation.is_open
        steps = (each for each in self._now().verification if not each.missing)
        return tuple(each for each in steps if is_open or each.action == "reconnect")

    def took(self, step: Step, exchanges: Sequence[Exchange], *, elsewhere: bool = False) -> None:
        """Take in what came of a step; ``elsewhere`` tells that it had a connection of its own.

        ``exchanges`` may be incomplete or empty, where the server did not answer.
        """
        self.probes.append(Probe(step.id, tuple(exchanges), elsewhere))
        self.after = self._now()

    def took_in_session(self, step: Step, first: int) -> None:
        """As ``took``, for a step that was sent in the session itself from exchange ``first``."""
        numbers = range(first, len(self._session.exchanges) + 1)
        self.took(step, [self._session.exchange(each) for each in numbers])

    @property
    def changes(self) -> tuple[str, ...]:
        """What the steps changed, as sentences; empty while none was taken."""
        return changes(self.before, self.after) if self.probes else ()

    def _now(self) -> Diagnosis:
        return diagnose(self._session, self._exchange, self._knowledge, self.probes)


def changes(before: Diagnosis, after: Diagnosis) -> tuple[str, ...]:
    """How a diagnosis differs from an earlier one of the same refusal, as sentences."""
    if not before.causes or not after.causes:
        return ()
    told = [_of_leading(before.causes, after.causes)]
    told += [
        f"Ruled out: {each.title[:1].lower()}{each.title[1:]}." for each in _gone(before, after)
    ]
    told += [each.sentence for each in _news(before, after)]
    return tuple(told)


def _of_leading(before: Sequence[RankedCause], after: Sequence[RankedCause]) -> str:
    was, now = before[0], after[0]
    if was.id != now.id:
        return (
            f"Now the likeliest cause is “{now.title}” ({_percent(now)}); "
            f"before, it was “{was.title}” ({_percent(was)})."
        )
    if abs(now.probability - was.probability) < NOTABLE:
        if set(now.evidence) - set(was.evidence):
            return f"Confirmed: “{now.title}” ({_percent(now)})."
        return f"Nothing changed: “{now.title}” stays at {_percent(now)}."
    verb = "rose" if now.probability > was.probability else "fell"
    return f"“{now.title}” {verb} from {_percent(was)} to {_percent(now)}."


def _gone(before: Diagnosis, after: Diagnosis) -> list[RankedCause]:
    now = {each.id: each.probability for each in after.causes}
    return [
        each
        for each in before.causes
        if each.probability >= 3 * RULED_OUT and now.get(each.id, 0.0) < RULED_OUT
        if each.id != "unknown"
    ]


def _news(before: Diagnosis, after: Diagnosis) -> list[Evidence]:
    known = {evidence for cause in before.causes for evidence in (*cause.evidence, *cause.against)}
    found: dict[Evidence, None] = {}
    for cause in after.causes[:2]:
        found.update(dict.fromkeys((*cause.evidence, *cause.against)))
    return [evidence for evidence in found if evidence not in known]


def _percent(cause: RankedCause) -> str:
    return f"{cause.probability * 100:.0f} %"
