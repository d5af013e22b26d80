import pytest

from smtpdebugger.gui.models.standing import Standing, standing_of
from smtpdebugger.session.events import Failed
from smtpdebugger.session.session import Session
from tests.gui.stage import READY, session_of, tell


@pytest.mark.parametrize(
    ("lines", "is_connected", "is_busy", "standing"),
    [
        ((), False, True, Standing(True, "connecting")),
        (READY, True, False, Standing(True, "connected")),
        ((*READY, "C: VRFY a", "S: 502 no"), True, False,
         Standing(True, "connected, last reply 502", True)),
        ((*READY, "C: VRFY a", "S: 502 no", "C: NOOP", "S: 250 ok"), True, False,
         Standing(True, "connected")),
        ((*READY, "C: VRFY a", "S: 502 no", "C: NOOP"), True, False,
         Standing(True, "connected, last reply 502", True)),
        ((*READY, "C: QUIT", "S: 221 bye"), False, False, Standing(False, "not connected")),
        ((*READY, "C: MAIL FROM:<>", "S: 421 no"), False, False,
         Standing(False, "not connected, last reply 421", True)),
    ],
)  # fmt: skip
def test_sign_and_words(
    lines: tuple[str, ...], is_connected: bool, is_busy: bool, standing: Standing
) -> None:
    session = session_of(*lines)
    assert standing_of(session, is_connected=is_connected, is_busy=is_busy) == standing


def test_before_anything_has_begun_there_is_nothing_to_say() -> None:
    assert standing_of(Session(), is_connected=False, is_busy=False) == Standing(False, "")


def test_a_connection_that_failed() -> None:
    session = Session()
    session.record(Failed(1, "connect", "Nobody listens there.", ""))
    standing = standing_of(session, is_connected=False, is_busy=False)
    assert standing == Standing(False, "not connected, failed", True)
    tell(session, *READY)
    assert standing_of(session, is_connected=True, is_busy=False) == Standing(True, "connected")
