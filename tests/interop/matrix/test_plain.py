"""Two plays of one dialogue are the same plain text, and two dialogues are not."""

import base64

import pytest

from smtpdebugger.session.events import Closed, Connected, Received, Sent, TlsEstablished
from smtpdebugger.session.session import Session
from tests.interop.matrix.plain import plain, without_certificates


def dialogue(*replies: str, command: str = "EHLO client.lab.test") -> Session:
    """A session of a greeting and one command."""
    session = Session()
    session.record(Connected(0, "127.0.0.1", "127.0.0.1:20100"))
    session.record(Received(1, b"220 mx.lab.test ESMTP\r\n"))
    session.record(Sent(2, command.encode() + b"\r\n"))
    for reply in replies:
        session.record(Received(3, reply.encode() + b"\r\n"))
    return session


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("220 Mon, 23 Nov 2026 14:38:06 +0000", "220 Tue, 1 Dec 2026 01:02:03 -0500"),
        ("220 Mon, 23 Nov 2026 17:01:28 GMT; go", "220 Tue, 24 Nov 2026 17:01:28 CET; go"),
        ("250 ok 2026-11-23T14:38:06.017Z", "250 ok 2027-01-01T00:00:00Z"),
        ("250 Ok SESSIONID=<cyrus-1-2-3>", "250 Ok SESSIONID=<cyrus-4-5-6>"),
        ("220 mx ESMTP Haraka/3.3.4 ready (78C984)", "220 mx ESMTP Haraka/3.3.4 ready (24287A)"),
        ("250 Who was that Maud person anyway?", "250 Your mind releases itself"),
        ("250-mx\r\n250-DSN\r\n250 SIZE", "250-mx\r\n250-SIZE\r\n250 DSN"),
        ("250-mx\r\n250 AUTH PLAIN LOGIN", "250-mx\r\n250 AUTH LOGIN PLAIN"),
    ],
)
def test_what_differs_by_nature_is_taken_out(one: str, other: str) -> None:
    assert plain(dialogue(one)) == plain(dialogue(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("250 ok", "250 OK"),
        ("250 ok", "251 ok"),
        ("250-mx\r\n250 SIZE 1", "250-mx\r\n250 SIZE 2"),
        ("250-mx\r\n250 DSN", "250 mx"),
        ("250 Haraka/3.3.4", "250 Haraka/3.3.5"),
    ],
)
def test_what_a_server_says_counts(one: str, other: str) -> None:
    assert plain(dialogue(one)) != plain(dialogue(other))


def test_pieces_of_a_reply_do_not_count() -> None:
    assert plain(dialogue("250-mx", "250 DSN")) == plain(dialogue("250-mx\r\n250 DSN"))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("<1.2@mx.lab.test>", "<345.6@mx.lab.test>"),
        ('nonce="abc",realm="lab.test"', 'nonce="xyz",realm="lab.test"'),
    ],
)
def test_a_challenge_is_told_without_its_nonce(one: str, other: str) -> None:
    def challenged(text: str) -> list[str]:
        challenge = base64.b64encode(text.encode()).decode()
        return plain(dialogue(f"334 {challenge}", command="AUTH CRAM-MD5"))

    assert challenged(one) == challenged(other)
    assert "lab.test" in challenged(one)[-1]


def test_an_answer_after_the_end_is_a_matter_of_luck() -> None:
    def ended(*more: str) -> list[str]:
        session = dialogue("221 Bye", command="QUIT")
        session.record(Sent(4, b"NOOP\r\n"))
        for reply in more:
            session.record(Received(5, reply.encode() + b"\r\n"))
        session.record(Closed(6, "server", ""))
        return plain(session)

    assert ended() == ended("451 Local Error")
    assert "S: 221 Bye" in ended()


def test_events_are_told_in_their_place_without_ports_and_times() -> None:
    session = dialogue("220 go ahead", command="STARTTLS")
    session.record(TlsEstablished(9, "TLSv1.3", "X", verified=True, expires="2030-01-01"))
    session.record(Closed(10, "network", "the connection was reset"))

    assert plain(session) == [
        "-- connected",
        "S: 220 mx.lab.test ESMTP",
        "C: STARTTLS",
        "S: 220 go ahead",
        "-- TLSv1.3, verified",
        "-- closed by them",
    ]


def test_certificates_are_left_out_and_nothing_else() -> None:
    session = dialogue("220 go ahead", command="STARTTLS")
    session.record(TlsEstablished(9, "TLSv1.3", "X", chain=(b"der",), expires="2030-01-01"))

    bare = without_certificates(session)

    assert bare.events[:-1] == session.events[:-1]
    assert bare.events[-1] == TlsEstablished(9, "TLSv1.3", "X")
