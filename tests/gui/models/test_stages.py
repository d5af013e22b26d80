import pytest

from smtpdebugger.gui.models.stages import NAMES, Progress, in_words, stages
from smtpdebugger.session.events import Connected, Failed
from smtpdebugger.session.session import Session
from tests.gui.sessions import Talk, encrypted, greeted

SIGNS = {
    Progress.PENDING: ".",
    Progress.CURRENT: ">",
    Progress.DONE: "+",
    Progress.FAILED: "!",
    Progress.SKIPPED: "-",
}


def bar(session: Session) -> str:
    """One sign a stage: Connect, Greeting, EHLO, TLS, AUTH, MAIL, RCPT, DATA, QUIT."""
    return "".join(SIGNS[stage.progress] for stage in stages(session))


def transaction() -> Talk:
    return encrypted().say(b"MAIL FROM:<a@b.test>", b"250 ok").say(b"RCPT TO:<c@d.test>", b"250 ok")


def delivered() -> Talk:
    return transaction().say(b"DATA", b"354 go").say(b"Subject: x\r\n\r\n.", b"250 queued")


@pytest.mark.parametrize(
    ("talk", "signs"),
    [
        (Talk(), ">........"),
        (Talk().connect(), "++>......"),
        (greeted(), "+++>....."),
        (greeted().say(b"STARTTLS", b"454 4.7.0 not now"), "+++!.>..."),
        (greeted().say(b"STARTTLS", b"220 go").tls(), "++>+....."),
        (encrypted(), "++++>...."),
        (encrypted().say(b"AUTH PLAIN AGEAYg==", b"235 welcome"), "+++++>..."),
        (encrypted().say(b"AUTH PLAIN AGEAYg==", b"535 5.7.8 no"), "++++!>..."),
        (encrypted().say(b"AUTH LOGIN", b"334 VXNlcm5hbWU6"), "++++>...."),
        (encrypted().say(b"MAIL FROM:<a@b.test>", b"250 ok"), "++++-+>.."),
        (encrypted().say(b"MAIL FROM:<a@b.test>", b"530 5.7.0 login"), "++++>!..."),
        (encrypted().say(b"RCPT TO:<a@b.test>", b"503 no MAIL"), "++++>...."),
        (transaction(), "++++-++>."),
        (transaction().say(b"RCPT TO:<e@f.test>", b"550 no"), "++++-++>."),
        (transaction().say(b"DATA", b"354 go"), "++++-++>."),
        (transaction().say(b"RSET", b"250 ok"), "++++>...."),
        (delivered(), "++++-+++>"),
        (delivered().say(b"QUIT", b"221 bye").closed("server"), "++++-++++"),
        (encrypted().closed("network"), "++++....."),
        (Talk().connect().say(b"EHLO x", b"502 5.5.1 no"), "++!......"),
        (Talk().connect().say(b"EHLO x", b"502 no").say(b"HELO x", b"250 hi"), "+++..>..."),
    ],
)
def test_how_far_a_session_came(talk: Talk, signs: str) -> None:
    # Skipped stages are those before the farthest one that is done.
    assert bar(talk.session) == signs


def test_a_refused_greeting_fails() -> None:
    session = Session()
    session.record(Connected(1, "mx.test", "192.0.2.25:25"))
    assert bar(session) == "+>......."

    talk = Talk()
    talk.session = session
    assert bar(talk.server(b"554 no\r\n").session)[:2] == "+!"


@pytest.mark.parametrize(
    ("stage", "name"), [("resolve", "Connect"), ("connect", "Connect"), ("tls", "TLS")]
)
def test_a_failure_is_shown_where_it_happened(stage: str, name: str) -> None:
    talk = greeted()
    talk.session.record(Failed(9, stage, "It did not work. There is more.", "Try again."))

    failed = [each for each in stages(talk.session) if each.progress is Progress.FAILED]

    assert [(each.name, each.note) for each in failed] == [(name, "It did not work")]


def test_a_new_connection_starts_over() -> None:
    talk = delivered().say(b"QUIT", b"221 bye").closed("server")
    talk.session.record(Connected(talk.now + 1, "mx.test", "192.0.2.25:25"))

    assert bar(talk.session) == "+>......."


def test_the_bar_in_words() -> None:
    assert (
        in_words(stages(encrypted().session)) == "Next: AUTH. Done: Connect, Greeting, EHLO, TLS."
    )
    assert "Next: EHLO (again, after TLS)." in in_words(
        stages(greeted().say(b"STARTTLS", b"220 go").tls().session)
    )
    refusal = in_words(stages(greeted().say(b"STARTTLS", b"454 no").session))
    assert "Failed: TLS (STARTTLS answered 454)." in refusal


def test_there_are_nine() -> None:
    assert tuple(stage.name for stage in stages(Session())) == NAMES
