"""The composer's history."""

from smtpdebugger.gui.composer.history import MAX_LINES, History, may_be_secret, without_secrets


def recalled(history: History) -> list[str]:
    found = []
    while (line := history.earlier("")) is not None:
        found.append(line)
    return found


def test_lines_come_back_latest_first_and_the_draft_last() -> None:
    history = History()
    for line in ("EHLO me", "NOOP", "NOOP", "QUIT"):
        history.add(line)
    assert history.earlier("VRF") == "QUIT"
    assert history.earlier("QUIT") == "NOOP"
    assert history.earlier("NOOP") == "EHLO me"
    assert history.earlier("EHLO me") is None
    assert [history.later() for _ in range(4)] == ["NOOP", "QUIT", "VRF", None]


def test_a_secret_is_never_kept() -> None:
    history = History()
    history.add("AUTH PLAIN AGFsaWNlAHNlY3JldA==")
    history.add("AUTH LOGIN")
    assert recalled(history) == ["AUTH LOGIN", "AUTH PLAIN"]
    history = History()
    history.earlier("AUTH PLAIN AGFsaWNlAHNlY3JldA==")
    history.add("NOOP")
    history.earlier("AUTH PLAIN AGFsaWNlAHNlY3JldA==")
    assert history.later() == "AUTH PLAIN"


def test_what_follows_a_refused_login_may_be_the_password() -> None:
    history = History()
    history.add("c2VjcmV0", after_auth=True)
    history.add("QUIT", after_auth=True)
    history.add("c2VjcmV0")
    assert recalled(history) == ["c2VjcmV0", "QUIT"]


def test_what_was_sent_as_a_secret_is_none_of_any_line() -> None:
    history, known = History(), set[bytes]()
    history.known = lambda: known
    history.add("VRFY hunter22")
    known.add(b"hunter22")
    history.add("EXPN hunter22 and more")
    history.add("NOOP")
    assert recalled(history) == ["NOOP", "EXPN", "VRFY"]
    assert history.later() == "EXPN"


def test_what_a_secret_looks_like() -> None:
    assert may_be_secret("c2VjcmV0")
    assert not may_be_secret("NOOP")
    assert without_secrets("PASS hunter2") == "PASS"
    assert without_secrets("MAIL FROM:<a@b.test>") == "MAIL FROM:<a@b.test>"


def test_it_is_bounded_and_can_be_forgotten() -> None:
    history = History()
    for number in range(MAX_LINES + 10):
        history.add(f"NOOP {number}")
    assert len(recalled(history)) == MAX_LINES
    history.clear()
    assert recalled(history) == []
