"""Cases for the tests: dialogues in, observations and diagnoses out."""

from functools import lru_cache
from pathlib import Path

from smtpdebugger.diagnosis.case import Case
from smtpdebugger.diagnosis.diagnose import diagnose
from smtpdebugger.diagnosis.evidence import observe
from smtpdebugger.diagnosis.model import Alternative, Diagnosis, RankedCause
from smtpdebugger.diagnosis.observation import Observation
from smtpdebugger.knowledge.load import load_knowledge
from smtpdebugger.knowledge.tables import Knowledge
from smtpdebugger.transcript.dialogue import read_dialogue

DIALOGUES = Path(__file__).resolve().parents[1] / "dialogues"

EHLO = """\
S: 220 mail.example.test ESMTP
C: EHLO client.example.test
S: 250-mail.example.test
S: 250-PIPELINING
S: 250-SIZE 1000
S: 250-STARTTLS
S: 250 8BITMIME
"""

AUTH = EHLO.replace("250 8BITMIME", "250-8BITMIME\nS: 250 AUTH PLAIN LOGIN")

POSTFIX = """\
S: 220 mx.example.test ESMTP Postfix
C: EHLO client.example.test
S: 250-mx.example.test
S: 250-PIPELINING
S: 250-SIZE 10240000
S: 250-ETRN
S: 250-ENHANCEDSTATUSCODES
S: 250-8BITMIME
S: 250-DSN
S: 250 SMTPUTF8
"""

EXIM = """\
S: 220 mx.example.test ESMTP Exim 4.96 Mon, 23 Nov 2026 10:00:00 +0000
C: EHLO client.example.test
S: 250-mx.example.test Hello client.example.test [192.0.2.1]
S: 250-SIZE 52428800
S: 250-8BITMIME
S: 250-PIPELINING
S: 250-PIPECONNECT
S: 250-CHUNKING
S: 250-PRDR
S: 250 HELP
"""

QPSMTPD = """\
S: 220 mx.example.test ESMTP qpsmtpd 0.94 ready; send us your mail, but not your spam.
C: EHLO client.example.test
S: 250-mx.example.test Hi client.example.test [192.0.2.1]
S: 250-PIPELINING
S: 250-8BITMIME
S: 250 STARTTLS
"""

TWISTED = """\
S: 220 mx.example.test NO UCE NO UBE NO RELAY PROBES ESMTP
C: EHLO client.example.test
S: 250-mx.example.test Hello client.example.test, nice to meet you
S: 250 STARTTLS
"""

SIMPLESMTP = """\
S: 220 mx.example.test ESMTP node.js simplesmtp
C: EHLO client.example.test
S: 250-mx.example.test at your service, [192.0.2.1]
S: 250-8BITMIME
S: 250 ENHANCEDSTATUSCODES
"""

TRANSACTION = """\
C: MAIL FROM:<ann@example.test>
S: 250 2.1.0 Ok
C: RCPT TO:<bob@example.test>
S: 250 2.1.5 Ok
"""


@lru_cache(maxsize=1)
def knowledge() -> Knowledge:
    """The tables, loaded once."""
    return load_knowledge()


def case_of(text: str, number: int = 0) -> Case:
    """The case of one exchange of a dialogue; of the last that has a reply by default."""
    session = read_dialogue(text)
    answered = [each for each in session.exchanges if each.reply is not None]
    exchange = session.exchange(number) if number else answered[-1]
    return Case(session, exchange, knowledge())


def diagnosis_of(text: str, number: int = 0) -> Diagnosis:
    """The diagnosis of one exchange of a dialogue; of the last that has a reply by default."""
    case = case_of(text, number)
    return diagnose(case.session, case.exchange, knowledge())


def leading(text: str, number: int = 0) -> str:
    """The id of the leading cause."""
    return diagnosis_of(text, number).causes[0].id


def cause_of(text: str, cause: str) -> RankedCause:
    """One cause of the last exchange's diagnosis."""
    return next(each for each in diagnosis_of(text).causes if each.id == cause)


def seen_in(text: str, number: int = 0) -> dict[str, Observation]:
    """What all evidence observes, by rule."""
    return {each.rule: each for each in observe(case_of(text, number))}


def sends(text: str, number: int = 0) -> list[tuple[str, ...]]:
    """The commands of all alternatives that only send."""
    return [each.commands for each in alternatives(text, number) if each.action == "send"]


def alternatives(text: str, number: int = 0) -> tuple[Alternative, ...]:
    """The alternatives of one exchange's diagnosis."""
    return diagnosis_of(text, number).alternatives
