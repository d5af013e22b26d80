"""Sessions for tests: built from lines, compared field by field, and drawn at random."""

from base64 import b64encode
from collections.abc import Callable, Iterable
from dataclasses import fields
from itertools import pairwise
from typing import Any

from hypothesis import strategies as st

from smtpdebugger.session.events import (
    Closed,
    Connected,
    Failed,
    Received,
    Remark,
    Resolved,
    Sent,
    TlsEstablished,
    WireEvent,
)
from smtpdebugger.session.exchange import Exchange
from smtpdebugger.session.session import Session


def converse(*lines: str, session: Session | None = None) -> Session:
    """A session from ``S: …`` and ``C: …`` lines; ``!tls``, ``!closed`` and ``!connected``."""
    session = session or Session()
    for at, line in enumerate(lines, 1):
        who, _, text = line.partition(" ")
        octets = text.encode("latin-1") + b"\r\n"
        match who:
            case "S:":
                session.record(Received(at * 1000, octets))
            case "C:":
                session.record(Sent(at * 1000, octets))
            case "!tls":
                session.record(TlsEstablished(at * 1000, "TLSv1.3"))
            case "!closed":
                session.record(Closed(at * 1000, "server"))
            case "!connected":
                session.record(Connected(at * 1000, "mx.example.test", "192.0.2.25:25"))
            case _:
                raise ValueError(line)
    return session


def replayed(events: Iterable[WireEvent]) -> Session:
    """A session of these events."""
    session = Session()
    for event in events:
        session.record(event)
    return session


def told(exchange: Exchange) -> dict[str, Any]:
    """All that an exchange tells, for comparison."""
    return {each.name: getattr(exchange, each.name) for each in fields(exchange)} | {
        "verb": exchange.verb,
        "command_text": exchange.command_text,
    }


def assert_same(one: Session, other: Session) -> None:
    """Rows, exchanges with their units, replies and situations, and the end are equal."""
    assert one.rows == other.rows
    assert [told(each) for each in one.exchanges] == [told(each) for each in other.exchanges]
    assert one.situation == other.situation
    assert one.by_verb == other.by_verb
    assert one.expects == other.expects
    assert one.waiting == other.waiting


# Random sessions

Step = Callable[[int], WireEvent]

REPLIES = (
    b"220 mx.example.test ESMTP\r\n",
    b"250-mx.example.test\r\n250-PIPELINING\r\n250-AUTH PLAIN LOGIN\r\n250 SIZE 1000\r\n",
    b"250 2.1.0 ok\r\n",
    b"250-unfinished\r\n",
    b"334 VXNlcm5hbWU6\r\n",
    b"334 UGFzc3dvcmQ6\r\n",
    b"334 \r\n",
    b"235 2.7.0 welcome\r\n",
    b"535 5.7.8 no\r\n",
    b"354 go ahead\r\n",
    b"502 5.5.1 not implemented\r\n",
    b"421 4.3.2 bye\r\n",
    b"500 \xff\xfe latin \x00\r\n",
    b"250-a\r\n550 b\r\n",
    b"2501234 five\r\n",
    b"no code at all\n",
    b"250",
    b"\r",
    b"\n",
)
COMMANDS = (
    b"EHLO client.example.test\r\n",
    b"HELO x\r\n",
    b"MAIL FROM:<a@example.test>\r\n",
    b"RCPT TO:<b@example.test>\r\n",
    b"DATA\r\n",
    b"RSET\r\n",
    b"NOOP\r\n",
    b"STARTTLS\r\n",
    b"BDAT 7\r\n",
    b"BDAT 5 LAST\r\n",
    b"hello!!",
    b"QUIT\r\n",
    b"Subject: caf\xc3\xa9\r\n\r\ntext\r\n",
    b".\r\n",
    b"\r\n.\r\n",
    b"AUTH LOGIN\r\n",
    b"auth plain =\r\n",
    b"AUTH CRAM-MD5\r\n",
    b"*\r\n",
    b"XYZZY\r\n",
    b"LOGIN user hunter22\r\n",
    b"MA\xc4\xb1L \xff\r\n",
    b"NOOP \xe2\x80\xa2\xe2\x80\xa2\xe2\x80\xa2\xe2\x80\xa2\xe2\x80\xa2\xe2\x80\xa2\n",
    b"no end",
    b"\r\n",
)
SECRETS = tuple(
    b64encode(each)
    for each in (
        b"\0alice\0hunter22",
        b"alice",
        b"hunter22",
        b"user=a\x01auth=Bearer tok123456\x01\x01",
    )
)


def _secret_lines(secret: bytes) -> tuple[bytes, ...]:
    return (
        b"AUTH PLAIN " + secret + b"\r\n",
        b"  auth\tlogin  " + secret + b"  \r\n",
        b"AUHT PLAIN " + secret + b"\n",
        b"PASS " + secret + b"\r\n",
        secret + b"\r\n",
        b"NOOP " + secret + b" again\r\n",
    )


def _echoing(secret: bytes) -> tuple[bytes, ...]:
    return (
        b'500 unknown command "' + secret + b'"\r\n',
        b"500-" + secret.lower() + b"\r\n500 " + secret[:9] + b"\xff\r\n",
        secret + b"\r\n",
        b"250" + secret + b"\r\n",
        b"535 hunter22 is wrong, HUNTER22 too\r\n",
    )


def octets_from(*pools: tuple[bytes, ...]) -> st.SearchStrategy[bytes]:
    """Lines of these pools, and now and then any octets at all."""
    known = st.sampled_from([each for pool in pools for each in pool])
    return st.one_of(known, known, known, st.binary(max_size=20))


client_octets = octets_from(COMMANDS, *map(_secret_lines, SECRETS))
server_octets = octets_from(REPLIES, *map(_echoing, SECRETS))

_texts = st.text(st.characters(exclude_categories=("Cs",)), max_size=12)
other_events: st.SearchStrategy[Step] = st.one_of(
    st.builds(lambda host: lambda at: Connected(at, host, "192.0.2.1:587", "x", True), _texts),
    st.builds(lambda a: lambda at: Resolved(at, "h", (a, "::1")), _texts),
    st.builds(
        lambda a, chain: lambda at: TlsEstablished(at, "TLSv1.2", a, False, a, a, a, (chain,)),
        _texts,
        st.binary(max_size=9),
    ),
    st.builds(lambda a: lambda at: Failed(at, "send", a, a), _texts),
    st.builds(lambda a: lambda at: Closed(at, "network", a), _texts),
    st.builds(lambda a: lambda at: Remark(at, a, 3), _texts),
)


@st.composite
def pieces(draw: st.DrawFn, octets: bytes) -> list[bytes]:
    """Octets cut at random places; all of them come out."""
    cuts = draw(st.lists(st.integers(0, len(octets)), max_size=4).map(sorted))
    borders = [0, *cuts, len(octets)]
    return [octets[a:b] for a, b in pairwise(borders) if a < b]


def _fragments() -> tuple[tuple[tuple[str, bytes], ...], ...]:
    """Stretches of sessions that reach what single lines at random hardly reach."""
    greeting = (("S", REPLIES[0]), ("C", COMMANDS[0]), ("S", REPLIES[1]))
    envelope = (("C", b"".join(COMMANDS[2:5])), ("S", b"250 ok\r\n250 ok\r\n354 go\r\n"))
    message = b"Subject: caf\xc3\xa9\r\n\r\n..dots\r\n."
    found = [
        greeting,
        (*greeting, *envelope, ("C", message + b"\r\n"), ("S", b"250 queued\r\n")),
        (*envelope, ("C", b".\r\n"), ("S", b"554 no\r\n")),
        (*envelope, ("C", message[:-1]), ("S", b"452 early\r\n"), ("C", b"x\r\n.\r\n")),
        (*envelope, ("C", b"a\n.\n"), ("S", b"250 taken\r\n"), ("C", b"NOOP\r\n")),
        (("C", b"DATA\r\nSubject"), ("S", b"354 go\r\n"), ("C", b": x\r\n.\r\n")),
        (("C", b"BDAT 7\r\n"), ("S", b"502 no\r\n"), ("C", b"NOOP\r\n")),
        (("C", b"RCPT TO:<x>\r\nBDAT 9\r\n"), ("S", b"550 no\r\n"), ("C", b"012345678NOOP\r\n")),
        (("C", b"STARTTLS\r\nNOOP\r\nAUTH PLA"), ("S", b"220 go\r\n")),
    ]
    for secret in SECRETS:
        asked = (("C", b"AUTH LOGIN\r\n"), ("S", b"334 UGFzc3dvcmQ6\r\n"), ("C", secret + b"\r\n"))
        found += [
            (*asked, ("S", b"235 yes\r\n")),
            (*asked, *(("S", each) for each in _echoing(secret))),
            (*asked, ("S", b"535 no\r\n"), ("C", secret + b"\r\n")),
            (("C", b"AUTH LOGIN\r\n"), ("S", b"502 no\r\n"), ("C", secret + b"\r\nQUIT\r\n")),
            (("C", b"AUTH PLAIN " + secret + b"\r\n" + secret + b"\r\n"),),
            (("C", b"AUTH XOAUTH2 " + secret + b"\r\n"), ("S", b"334 e30=\r\n"), ("C", b"\r\n")),
        ]
    return tuple(found)


FRAGMENTS = _fragments()


@st.composite
def event_lists(draw: st.DrawFn, max_steps: int = 15) -> list[WireEvent]:
    """The events of a session in which anything may happen."""
    steps: list[Step] = []
    for kind in draw(st.lists(st.sampled_from("FFFCCSSx"), max_size=max_steps)):
        if kind == "x":
            steps.append(draw(other_events))
        elif kind == "F":
            for who, octets in draw(st.sampled_from(FRAGMENTS)):
                steps += _events(who, draw(pieces(octets)))
        else:
            octets = draw(client_octets if kind == "C" else server_octets)
            steps += _events(kind, draw(pieces(octets)))
    return [step(at * 10) for at, step in enumerate(steps)]


def _events(who: str, cut: list[bytes]) -> list[Step]:
    make = Sent if who == "C" else Received
    return [lambda at, piece=piece: make(at, piece) for piece in cut]
