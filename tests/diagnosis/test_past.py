"""The past of a connection: worked out once, and anew when the session has grown."""

import gc
import weakref

from smtpdebugger.diagnosis.past import RECENT, Past, past_of
from smtpdebugger.session.events import Received, Sent
from smtpdebugger.session.session import Session
from tests.diagnosis.cases import EHLO, case_of

NO = "C: FOO\nS: 500 no\n"


def test_refusals_of_one_connection_share_their_past() -> None:
    session = case_of(EHLO + NO + NO).session
    numbers: list[int] = []

    def work(past: Past, verb: str) -> int:
        numbers.append(len(past.latest(verb)))
        return numbers[-1]

    for _ in range(3):
        assert past_of(session, range(1, 5)).derived(work, "FOO") == 2
    assert numbers == [2]

    session.record(Sent(9_000_000, b"FOO\r\n"))
    session.record(Received(9_000_001, b"500 no\r\n"))
    assert past_of(session, range(1, 6)).derived(work, "FOO") == 3


def test_only_the_connection_at_hand_is_looked_at() -> None:
    session = case_of(EHLO + NO + "# closed server\n" + EHLO + NO * 100).session

    assert past_of(session, range(1, 4)).latest("FOO") == [3]
    assert past_of(session, range(4, 106)).latest("FOO") == [*range(105, 105 - RECENT, -1)]
    assert [each.number for each in past_of(session, range(4, 106)).first_answers] == [4, 5, 6, 7]


def test_a_past_does_not_keep_its_session() -> None:
    session = Session()
    past_of(session, range(1, 1))
    gone = weakref.ref(session)

    del session
    gc.collect()

    assert gone() is None
