"""Session stages: how far the present connection came, from connecting to QUIT."""

from enum import Enum
from typing import NamedTuple

from smtpdebugger.protocol.state import END_OF_DATA, GREETING, SASL_RESPONSE, State
from smtpdebugger.session.answered import Answered, last_answered
from smtpdebugger.session.columns import FAILURE, KIND_BITS
from smtpdebugger.session.rows import RowKind
from smtpdebugger.session.session import Session

NAMES = ("Connect", "Greeting", "EHLO", "TLS", "AUTH", "MAIL", "RCPT", "DATA", "QUIT")

_LOOK_BACK = 40
"""Rows looked at for the failure that ended a connection."""
_STAGE_OF_FAILURE = {
    "resolve": "Connect",
    "connect": "Connect",
    "greeting": "Greeting",
    "tls": "TLS",
    "certificate": "TLS",
}


class Progress(Enum):
    """How a stage stands; the values are words for people."""

    PENDING = "to come"
    CURRENT = "next"
    DONE = "done"
    FAILED = "failed"
    SKIPPED = "skipped"


class Stage(NamedTuple):
    """One stage of the bar."""

    name: str
    progress: Progress
    note: str = ""
    """Why it stands so, where that is not plain: ``answered 530``."""


def stages(session: Session) -> tuple[Stage, ...]:
    """All stages of the session's latest connection, in order."""
    return _Reading(session).stages()


def in_words(all_stages: tuple[Stage, ...]) -> str:
    """The bar as a sentence for screen readers."""
    words = []
    for progress in (Progress.CURRENT, Progress.FAILED, Progress.DONE, Progress.SKIPPED):
        names = [
            f"{stage.name} ({stage.note})" if stage.note else stage.name
            for stage in all_stages
            if stage.progress is progress
        ]
        if names:
            words.append(f"{progress.value.capitalize()}: {', '.join(names)}.")
    return " ".join(words)


class _Reading:
    """One look at a session; by verb, so that its length does not matter."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._now = session.situation
        greetings = session.by_verb.get(GREETING, [])
        # Before its greeting, a new connection has nothing of the one before.
        fresh = self._now.greeting is None and self._now.state is State.CONNECTED and greetings
        self._begin = len(session.exchanges) + 1 if fresh else (greetings or [1])[-1]
        self._done: dict[str, str] = {}
        self._failed: dict[str, str] = {}

    def stages(self) -> tuple[Stage, ...]:
        self._read_beginning()
        self._read_login()
        self._read_transaction()
        self._read_end()
        self._read_failure()
        current = self._current() if self._now.is_open else ""
        reached = max((NAMES.index(name) for name in self._done), default=-1)
        return tuple(self._stage(name, current, reached) for name in NAMES)

    def _stage(self, name: str, current: str, reached: int) -> Stage:
        if name == current and name not in self._failed:
            again = "again, after TLS" if name == "EHLO" and self._now.tls else ""
            return Stage(name, Progress.CURRENT, again)
        if name in self._failed:
            return Stage(name, Progress.FAILED, self._failed[name])
        if name in self._done:
            return Stage(name, Progress.DONE, self._done[name])
        if NAMES.index(name) < reached:
            return Stage(name, Progress.SKIPPED)
        return Stage(name, Progress.PENDING)

    def _read_beginning(self) -> None:
        now = self._now
        if now.host or now.port is not None or self._session.exchanges:
            self._done["Connect"] = ""
        if now.greeting is not None:
            self._settle("Greeting", self._last(GREETING))
        hello = self._last("EHLO", "HELO", "LHLO")
        if now.hello in {State.EHLO, State.HELO}:
            self._done["EHLO"] = "HELO" if now.hello is State.HELO else ""
        elif hello is not None and hello.is_negative:
            self._failed["EHLO"] = _answer(hello)

    def _read_login(self) -> None:
        if self._now.tls:
            self._done["TLS"] = ""
        else:
            self._settle("TLS", self._last("STARTTLS"), only_failure=True)
        if self._now.authenticated:
            self._done["AUTH"] = ""
        else:
            self._settle("AUTH", self._last("AUTH", SASL_RESPONSE), only_failure=True)

    def _read_transaction(self) -> None:
        """The transaction that is open, or else the last one since EHLO or RSET."""
        since = self._last_accepted("RSET", "EHLO", "HELO", "LHLO")
        mail = self._last("MAIL", after=since)
        self._settle("MAIL", mail)
        if mail is None or mail.is_negative:
            return
        start = mail.number
        accepted = self._now.recipients > 0 or self._last_accepted("RCPT") > start
        if accepted:
            self._done["RCPT"] = ""
        else:
            self._settle("RCPT", self._last("RCPT", after=start))
        data = self._last("DATA", END_OF_DATA, "BDAT", after=start)
        if data is not None and data.code != 354:
            self._settle("DATA", data)

    def _read_end(self) -> None:
        leave = self._last("QUIT")
        if leave is not None and leave.code is not None and not leave.is_negative:
            self._done["QUIT"] = ""

    def _read_failure(self) -> None:
        """A failure that is no reply, and a connection that ended without QUIT."""
        rows, marks = self._session.rows, self._session.columns.marks
        if not any(mark & KIND_BITS == FAILURE for mark in marks[-_LOOK_BACK:]):
            return
        for row in rows[: -_LOOK_BACK - 1 : -1]:
            if row.kind is RowKind.EVENT and row.head == "tcp":
                break
            if row.kind is RowKind.FAILURE:
                name = _STAGE_OF_FAILURE.get(row.head)
                if name is not None:
                    self._failed[name] = row.text.split(". ")[0].removesuffix(".")
                    self._done.pop(name, None)

    def _current(self) -> str:
        """What comes next; empty where that is not plain."""
        now = self._now
        if now.state is State.CONNECTED:
            return "Greeting" if "Connect" in self._done else "Connect"
        by_state = {
            State.GREETED: "EHLO",
            State.AUTH: "AUTH",
            State.MAIL: "RCPT",
            State.RCPT: "DATA",
            State.DATA: "DATA",
            State.BDAT: "DATA",
        }
        if now.state in by_state:
            return by_state[now.state]
        if "DATA" in self._done:
            return "QUIT"
        if now.offers("STARTTLS") and not now.tls and "TLS" not in self._failed:
            return "TLS"
        if now.offers("AUTH") and not now.authenticated and "AUTH" not in self._failed:
            return "AUTH"
        return "MAIL"

    # Looking up

    def _settle(self, name: str, last: Answered | None, *, only_failure: bool = False) -> None:
        if last is None:
            return
        if last.is_negative:
            self._failed[name] = _answer(last)
        elif not only_failure and last.is_positive:
            self._done[name] = ""

    def _last(self, *verbs: str, after: int = 0) -> Answered | None:
        """The last answered exchange of any of these verbs in this connection."""
        return last_answered(self._session, *verbs, after=max(self._begin - 1, after))

    def _last_accepted(self, *verbs: str) -> int:
        """The number of the last exchange of these verbs, if it was accepted; else 0."""
        exchange = self._last(*verbs)
        return exchange.number if exchange is not None and not exchange.is_negative else 0


def _answer(exchange: Answered) -> str:
    verb = f"{exchange.verb} " if exchange.verb.isalpha() else ""
    return f"{verb}answered {exchange.code}"
