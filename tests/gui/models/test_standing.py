import pytest

from smtpdebugger.gui.models.standing import Standing, cut_off, standing_of
from smtpdebugger.session.events import Failed
from smtpdebugger.session.session import Session
from tests.gui.stage import RCPT, READY, session_of, tell


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


LOGIN = (*READY, "C: AUTH LOGIN")
DATA = (*RCPT, "C: DATA", "S: 354 go on")


@pytest.mark.parametrize(
    ("lines", "what"),
    [
        (READY, ""),
        (RCPT, ""),
        ((*RCPT, "C: RSET"), ""),
        ((*RCPT, "C: DATA"), "a message is being sent"),
        (DATA, "a message is not sent whole yet"),
        ((*DATA, "C: Subject: x"), "a message is not sent whole yet"),
        ((*DATA, "C: x", "C: ."), "the server has not said yet whether it takes a message"),
        ((*DATA, "C: x", "C: .", "S: 250 ok"), ""),
        (LOGIN, "a login is going on"),
        ((*LOGIN, "S: 334 VXNlcm5hbWU6"), "a login is going on"),
        ((*LOGIN, "S: 334 VXNlcm5hbWU6", "C: Zm9v"), "a login is going on"),
        ((*LOGIN, "S: 334 VXNlcm5hbWU6", "C: Zm9v", "S: 535 no"), ""),
    ],
)
def test_what_would_be_cut_off(lines: tuple[str, ...], what: str) -> None:
    assert cut_off(session_of(*lines)) == what
