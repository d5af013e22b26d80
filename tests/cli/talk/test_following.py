import asyncio
from collections.abc import Callable

from smtpdebugger.cli.talk.following import SOON, Follower
from smtpdebugger.cli.talk.stopping import Stopper
from smtpdebugger.session.events import Closed, Connected, Failed, Received, Sent, WireEvent
from smtpdebugger.session.session import Session
from tests.transport.support import run, until

HELLO: list[WireEvent] = [
    Connected(0, "x", "127.0.0.1:25"),
    Received(1, b"220 x\r\n"),
    Sent(2, b"NOOP\r\n"),
]


class Seen:
    """A view that notes how many rows there were."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.rows: list[int] = []

    def catch_up(self) -> None:
        self.rows.append(len(self.session.rows))

    def finish(self, exit_code: int) -> None:
        raise AssertionError(exit_code)


def following(work: Callable[[Session, Seen, Stopper], object], *, at_once: bool = False) -> Seen:
    async def follow() -> Seen:
        session, stopper = Session(), Stopper()
        seen = Seen(session)
        Follower(session, seen, stopper, at_once=at_once)
        for event in HELLO:
            session.record(event)
        found = work(session, seen, stopper)
        if asyncio.iscoroutine(found):
            await found
        return seen

    return run(follow)


def test_what_went_well_is_shown_soon_and_all_together() -> None:
    async def work(session: Session, seen: Seen, _: Stopper) -> None:
        session.record(Received(3, b"250 ok\r\n"))
        await asyncio.sleep(0)
        assert seen.rows == []
        await until(lambda: bool(seen.rows))
        await asyncio.sleep(SOON * 3)

    assert following(work).rows == [4]


def test_a_refusal_is_shown_before_anything_else_is_sent() -> None:
    async def work(session: Session, _: Seen, __: Stopper) -> None:
        session.record(Received(3, b"502 no\r\n"))
        await asyncio.sleep(0)

    assert set(following(work).rows) == {4}


def test_so_is_a_failure() -> None:
    async def work(session: Session, _: Seen, __: Stopper) -> None:
        session.record(Failed(3, "send", "no"))
        await asyncio.sleep(0)

    assert set(following(work).rows) == {4}


def test_a_person_sees_all_at_once() -> None:
    async def work(_: Session, __: Seen, ___: Stopper) -> None:
        await asyncio.sleep(0)

    assert following(work, at_once=True).rows == [3]


def test_the_end_of_the_connection_ends_all_waiting() -> None:
    async def work(session: Session, _: Seen, stopper: Stopper) -> None:
        assert not stopper.is_woken
        session.record(Closed(3, "server"))
        assert stopper.is_woken

    following(work)
