"""How often servers are named right: everything that recorded servers said, told in many forms.

Honestly; cut down to its greeting, to its EHLO reply, to what came before EHLO or without the
greeting; and behind the greeting of another program, as many administrators set one.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from smtpdebugger.diagnosis.case import Case
from smtpdebugger.diagnosis.server import named, observe
from smtpdebugger.knowledge.fingerprint import Guess, Observed
from smtpdebugger.session.session import Session
from smtpdebugger.transcript.dialogue import read_dialogue
from smtpdebugger.transcript.file import load_session
from tests.evaluation.cases import captured, last_answered
from tests.evaluation.score import SURE, everything_known, kin

TESTS = Path(__file__).parents[1]
MATRIX = TESTS / "interop" / "recordings" / "matrix"
DIALOGUES = TESTS / "dialogues"

_PROGRAMS = {
    "cyrus": "cyrus-lmtp",
    "dovecot": "dovecot-submission",
    "dovecot-lmtp": "dovecot-lmtp",
    "dsmtpd": "aiosmtpd",
    "maildev": "nodemailer-smtp-server",
    "microsoft365": "office365",
    "nginx": "nginx-mail",
    "postfix-postscreen": "postscreen",
    "postfix-sink": "smtp-sink",
    "postfix-sink-lmtp": "smtp-sink",
    "py-smtpd": "cpython-smtpd",
    "smtp-server": "nodemailer-smtp-server",
}
"""Folders that do not have the name of their program under resources/servers/."""

GREETINGS = {
    "postfix": "220 mx.example.test ESMTP Postfix",
    "exim": "220 mx.example.test ESMTP Exim 4.97 Mon, 23 Nov 2026 10:00:00 +0000",
    "sendmail": ("220 mx.example.test ESMTP Sendmail 8.18.1/8.18.1; Mon, 23 Nov 2026 10:00:00 GMT"),
    "exchange": (
        "220 mx.example.test Microsoft ESMTP MAIL Service ready at Mon, 23 Nov 2026 10:00:00 +0000"
    ),
    "opensmtpd": "220 mx.example.test ESMTP OpenSMTPD",
}
"""Greetings that are put in front of other servers' dialogues, by the program they name."""


@dataclass(frozen=True)
class Spoken:
    """What a server said in one connection."""

    program: str
    """Its id under resources/servers/."""
    said: Observed
    guesses: tuple[Guess, ...] = ()

    @property
    def name(self) -> str:
        """The program that it is taken for; empty where it is not named."""
        return named(self.guesses).id

    @property
    def is_right(self) -> bool:
        """Whether it is named, and by its own name."""
        return bool(self.name and kin(self.name) & kin(self.program))

    @property
    def is_lie(self) -> bool:
        """Whether another is named with great confidence."""
        return bool(self.name) and not self.is_right and self.guesses[0].confidence > SURE


@dataclass(frozen=True)
class Form:
    """One form in which the dialogues were told, and how they were named."""

    title: str
    told: tuple[Spoken, ...]

    @property
    def right(self) -> float:
        """The share that was named right."""
        return sum(each.is_right for each in self.told) / max(1, len(self.told))

    @property
    def unnamed(self) -> float:
        """The share that was not named."""
        return sum(not each.name for each in self.told) / max(1, len(self.told))

    @property
    def lies(self) -> tuple[Spoken, ...]:
        """Those named wrongly with great confidence."""
        return tuple(each for each in self.told if each.is_lie)

    @property
    def confusions(self) -> list[tuple[tuple[str, str], int]]:
        """Who was taken for whom, the most frequent first."""
        wrong = [each for each in self.told if each.name and not each.is_right]
        return Counter((each.program, each.name) for each in wrong).most_common()


@lru_cache(maxsize=1)
def spoken() -> tuple[Spoken, ...]:
    """All distinct connections of recordings, captured cases and dialogues of known programs."""
    return tuple(dict.fromkeys(_spoken()))


def _spoken() -> Iterator[Spoken]:
    for file in sorted(MATRIX.rglob("*.smtpsession")):
        session, _ = load_session(file)
        yield from _said(_program(file.parent.name, file.parents[1].name), session)
    for case in captured():
        if case.program:
            yield from _said(case.program, case.session())
    for file in sorted(DIALOGUES.rglob("*.smtp")):
        if file.parent.name not in {"unknown", "hosted"}:
            yield from _said(_program(file.parent.name), read_dialogue(file.read_text("utf-8")))


def _program(*folders: str) -> str:
    known = (_PROGRAMS[folder] for folder in folders if folder in _PROGRAMS)
    return next(known, folders[-1])


def _said(program: str, session: Session) -> Iterator[Spoken]:
    if any(each.reply is not None for each in session.exchanges):
        case = Case(session, last_answered(session), everything_known())
        yield Spoken(program, observe(case.knowledge, case.past, case.exchange))


def forms() -> Iterator[Form]:
    """The dialogues in each of their forms."""
    after = [each for each in spoken() if each.said.ehlo]
    before = [each for each in spoken() if not each.said.ehlo]
    yield _form("honest, after EHLO", after)
    yield _form("honest, before EHLO", before)
    bare = [replace(each, said=replace(each.said, greeting=())) for each in after]
    yield _form("without the greeting", bare)
    first = [replace(each, said=Observed(each.said.greeting)) for each in after]
    yield _form("the greeting alone", first)
    hello = [replace(each, said=Observed(ehlo=each.said.ehlo)) for each in after]
    yield _form("the EHLO reply alone", hello)
    for program, greeting in GREETINGS.items():
        for title, those in (("after", after), ("before", before)):
            others = [
                replace(each, said=replace(each.said, greeting=(greeting,)))
                for each in those
                if not kin(each.program) & kin(program)
            ]
            yield _form(f"greeting of {program}, {title} EHLO", others)


def _form(title: str, told: Iterable[Spoken]) -> Form:
    recognise = everything_known().recogniser.recognise
    distinct = dict.fromkeys(told)
    return Form(title, tuple(replace(each, guesses=recognise(each.said)) for each in distinct))
