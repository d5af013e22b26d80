from pytestqt.qtbot import QtBot

from smtpdebugger.gui.models.explainer import Explainer
from smtpdebugger.session.events import Connected, Received, Sent
from smtpdebugger.session.session import Session


def refused_session() -> Session:
    session = Session()
    session.record(Connected(0, "mx.example.test", "127.0.0.1:25"))
    session.record(Received(1, b"220 mx.example.test ESMTP Postfix\r\n"))
    session.record(Sent(2, b"EHLO me\r\n"))
    session.record(Received(3, b"250-mx.example.test\r\n250 PIPELINING\r\n"))
    session.record(Sent(4, b"VRFY alice@example.test\r\n"))
    session.record(Received(5, b"502 5.5.1 VRFY command is disabled\r\n"))
    return session


def test_before_the_knowledge_is_there_it_says_nothing(qtbot: QtBot) -> None:
    session = refused_session()
    assert Explainer().explain(session, session.exchange(3)) is None


def test_it_loads_in_slices_and_then_explains(qtbot: QtBot) -> None:
    explainer = Explainer()
    with qtbot.waitSignal(explainer.ready, timeout=20_000):
        explainer.load()
        assert explainer.knowledge is None
    session = refused_session()
    diagnosis = explainer.explain(session, session.exchange(3))
    assert diagnosis is not None
    assert diagnosis.causes[0].id == "command-disabled-by-admin"


def test_a_diagnosis_is_made_once_and_again_when_the_session_moved_on(qtbot: QtBot) -> None:
    explainer = Explainer()
    with qtbot.waitSignal(explainer.ready, timeout=20_000):
        explainer.load()
    session = refused_session()
    first = explainer.explain(session, session.exchange(3))
    assert explainer.explain(session, session.exchange(3)) is first
    session.record(Sent(6, b"MAIL FROM:<>\r\n"))
    session.record(Received(7, b"250 2.1.0 Ok\r\n"))
    later = explainer.explain(session, session.exchange(3))
    assert later is not None
    assert later is not first
    explainer.forget()
    assert explainer.explain(session, session.exchange(3)) == later
