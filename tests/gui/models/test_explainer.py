import pytest
from pytestqt.qtbot import QtBot

from smtpdebugger.diagnosis.model import Alternative
from smtpdebugger.diagnosis.probes import Probe
from smtpdebugger.gui.models.explainer import Explainer
from smtpdebugger.session.events import Connected, Received, Sent
from smtpdebugger.session.session import Session
from tests.gui.stage import READY, explainer, session_of


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
        explainer.library.load()
        assert explainer.knowledge is None
    session = refused_session()
    diagnosis = explainer.explain(session, session.exchange(3))
    assert diagnosis is not None
    assert diagnosis.causes[0].id == "command-disabled-by-admin"


def test_a_diagnosis_is_made_once_and_again_when_the_session_moved_on(qtbot: QtBot) -> None:
    explainer = Explainer()
    with qtbot.waitSignal(explainer.ready, timeout=20_000):
        explainer.library.load()
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


def test_what_steps_showed_counts_and_is_forgotten_with_the_session(qtbot: QtBot) -> None:
    session = session_of(*READY, "C: VRFY a", "S: 502 5.5.1 no", "C: XNOSUCHVERB", "S: 500 what?")
    explainer_ = explainer()
    before = explainer_.explain(session, session.exchange(3))
    probe = Probe("unknown-word", (session.exchange(4),))

    explainer_.verified(3, [probe], ["It changed."])
    after = explainer_.explain(session, session.exchange(3))

    assert before is not None
    assert after is not None
    assert after.causes != before.causes
    assert explainer_.changes(3) == ("It changed.",)
    explainer_.forget()
    assert explainer_.changes(3) == ()
    assert explainer_.explain(session, session.exchange(3)) == before


def test_code_and_report_of_a_refusal(qtbot: QtBot) -> None:
    session = session_of(*READY, "C: VRFY a", "S: 502 5.5.1 no")
    explainer_ = explainer()
    diagnosis = explainer_.explain(session, session.exchange(3))
    assert diagnosis is not None

    code = explainer_.code(session, 3, diagnosis.alternatives[0])
    assert code is not None
    assert 'HOST, PORT = "mail.example.test", 587' in code.smtplib
    explainer_.verified(3, [], ["Ruled out: nothing."])
    report = explainer_.report(session, 3, "markdown", [])
    assert report.startswith("## VRFY answered 502 by mail.example.test")
    assert "Ruled out: nothing." in report


def test_before_the_knowledge_is_there_nothing_can_be_written(qtbot: QtBot) -> None:
    session = session_of(*READY, "C: VRFY a", "S: 502 5.5.1 no")
    empty = Explainer()
    assert empty.code(session, 3, Alternative("send", ("NOOP",))) is None
    assert empty.report(session, 3, "text", []) == ""


def test_of_many_refusals_only_the_latest_diagnoses_are_kept(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = explainer()
    monkeypatch.setattr("smtpdebugger.gui.models.explainer.MOST_KEPT", 2)
    session = refused_session()
    for _ in range(2):
        session.record(Sent(6, b"EXPN staff\r\n"))
        session.record(Received(7, b"502 5.5.1 no\r\n"))
    told = [known.explain(session, session.exchange(number)) for number in (3, 4, 5)]

    assert known.explain(session, session.exchange(5)) is told[2]
    assert known.explain(session, session.exchange(4)) is told[1]
    again = known.explain(session, session.exchange(3))
    assert again is not told[0]
    assert again == told[0]
