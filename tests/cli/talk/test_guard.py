import pytest

from smtpdebugger.cli.talk.guard import Guard
from smtpdebugger.session.events import Connected, Received, Sent
from smtpdebugger.session.session import Session

GREETED = [Received(1, b"220 x\r\n"), Sent(2, b"EHLO a\r\n"), Received(3, b"250 x\r\n")]
MAIL = [Sent(4, b"MAIL FROM:<a@b.test>\r\n"), Received(5, b"250 ok\r\n")]
RCPT = [Sent(6, b"RCPT TO:<c@d.test>\r\n"), Received(7, b"250 ok\r\n")]


def guard(*events: object) -> Guard:
    session = Session()
    for event in (Connected(0, "x", "127.0.0.1:25"), *GREETED, *events):
        session.record(event)  # type: ignore[arg-type]
    return Guard(session)


@pytest.mark.parametrize(
    "octets",
    [
        b"DATA\r\n",
        b"data\r\n",
        b"  DATA\r\n",
        b"DATA now\r\n",
        b"DA\0TA\r\n",
        b"DATA",
        b"DATA\r",
        b"DATA\n",
        b"NOOP\r\nDATA\r\n",
        b"NOOP\rDATA\r",
        b"BDAT 0 LAST\r\n",
        b"bdat 5\r\n",
        b"BURL imap://x LAST\r\n",
    ],
)
def test_what_could_deliver_is_held_back_once_a_recipient_is_accepted(octets: bytes) -> None:
    assert "--allow-delivery" in guard(*MAIL, *RCPT).verdict(octets)


@pytest.mark.parametrize("octets", [b"DATA\r\n", b"BDAT 0 LAST\r\n", b"DATABASE\r\n", b"NOOP DATA"])
def test_without_a_recipient_a_server_can_but_refuse_it(octets: bytes) -> None:
    assert guard(*MAIL).verdict(octets) == ""
    assert guard().verdict(octets) == ""


@pytest.mark.parametrize("octets", [b"DATABASE\r\n", b"NOOP DATA\r\n", b"XDATA\r\n", b"RSET\r\n"])
def test_other_commands_pass(octets: bytes) -> None:
    assert guard(*MAIL, *RCPT).verdict(octets) == ""


def test_a_verb_in_pieces_is_still_a_verb() -> None:
    watching = guard(*MAIL, *RCPT)

    assert watching.verdict(b"NOOP\r\nDA") == ""
    assert watching.verdict(b"TA\r\n") != ""


def test_what_was_held_back_is_not_part_of_the_next_line() -> None:
    watching = guard(*MAIL, *RCPT)

    assert watching.verdict(b"DATA\r\n") != ""
    assert watching.verdict(b"RSET\r\n") == ""


def test_a_recipient_counts_before_it_is_answered() -> None:
    asked = [*MAIL, RCPT[0]]
    assert guard(*asked).verdict(b"DATA\r\n") != ""
    assert guard(*MAIL).verdict(b"RCPT TO:<c@d.test>\r\nDATA\r\n") != ""
    assert guard().verdict(b"MAIL FROM:<>\rRCPT TO:<c@d.test>\rDATA\r") != ""


def test_a_refused_recipient_does_not_count() -> None:
    refused = [*MAIL, RCPT[0], Received(7, b"550 no\r\n")]
    assert guard(*refused).verdict(b"DATA\r\n") == ""


def test_behind_a_354_nothing_goes_out_at_all() -> None:
    lured = [*MAIL, Sent(8, b"DATA\r\n"), Received(9, b"354 go on\r\n")]

    assert "Nothing was sent" in guard(*lured).verdict(b".\r\n")


def test_a_line_without_end_takes_no_memory() -> None:
    watching = guard(*MAIL, *RCPT)
    for _ in range(100):
        assert watching.verdict(b"x" * 100_000) == ""

    assert len(watching._unfinished) <= 4096
