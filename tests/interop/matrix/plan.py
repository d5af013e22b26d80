"""What is asked in which state.

Every verb of RFC 5321, of the extensions and of their relatives is asked in every state; what only
varies a verb's argument is asked where that verb belongs. No line here can complete a message: a
chunk is never the last one while a transaction is open, and mail data is never ended.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass

from smtpdebugger.protocol.state import State
from tests.interop import lab
from tests.interop.recipe import Endpoint

CLIENT = "client.lab.test"
ALICE = f"alice@{lab.DOMAIN}"
BOB = f"bob@{lab.DOMAIN}"

CONNECTED, HELO, GREETED, HANDSHAKEN, TLS, LOGGED_IN, MAIL, RCPT = STATES = (
    "connected", "helo", "greeted", "handshaken", "tls", "logged-in", "mail", "rcpt",
)  # fmt: skip
"""HANDSHAKEN: after STARTTLS and before the EHLO that has to follow; TLS: after that, too."""

Probe = tuple[bytes, ...]
"""Lines without their ends; several are sent without waiting in between."""


def plain_response(password: str) -> str:
    """The initial response of AUTH PLAIN (RFC 4616)."""
    return base64.b64encode(f"\0{lab.USER}\0{password}".encode()).decode()


LOGIN = f"AUTH PLAIN {plain_response(lab.PASSWORD)}"


def lines(text: str) -> tuple[Probe, ...]:
    """One probe for each line of a text."""
    return tuple((line.encode(),) for line in text.strip().splitlines())


# What may end the session, or make a server wait before it answers, comes last.
VERBS = lines(f"""
NOOP
HELP
RSET
VRFY alice
EXPN staff
ETRN lab.test
TURN
ATRN
SEND FROM:<{ALICE}>
SOML FROM:<{ALICE}>
SAML FROM:<{ALICE}>
XCLIENT ADDR=127.0.0.9 NAME=spoof.lab.test
XFORWARD NAME=spoof.lab.test
FOO
PIPELINING
LHLO {CLIENT}
MAIL FROM:<{ALICE}>
RCPT TO:<{BOB}>
DATA
AUTH PLAIN
AUTH BOGUS
STARTTLS
HELO {CLIENT}
EHLO {CLIENT}
8BITMIME
QUIT
""")

OUTSIDE_A_TRANSACTION = lines("BDAT 0 LAST\nBURL imap://alice@lab.test/INBOX LAST")
INSIDE_A_TRANSACTION = lines("BDAT 0")

ODD: tuple[Probe, ...] = (
    (b"",),
    (b"NOOP a\x00b",),
    ("NOOP caf\xe9".encode("latin-1"),),
    (b"NOOP \x01\x08",),
    (b"NOOP " + b"x" * 593,),
    (b"RSET", b"NOOP", b"FOO"),
    (b"QUIT", b"NOOP"),
)

VARIANTS: dict[str, tuple[Probe, ...]] = {
    CONNECTED: lines(f"""
HELO
EHLO
EHLO @@bad@@
EHLO [127.0.0.1]
MAIL FROM:<>
GET / HTTP/1.1
CONNECT mx.lab.test:25 HTTP/1.1
Subject: hello
{LOGIN}
"""),
    HELO: lines(f"""
NOOP
HELP
FOO
STARTTLS
AUTH PLAIN
BDAT 0 LAST
ETRN lab.test
MAIL FROM:<{ALICE}> SIZE=1000
MAIL FROM:<{ALICE}> BODY=8BITMIME
MAIL FROM:<почта@lab.test> SMTPUTF8
EHLO {CLIENT}
QUIT
"""),
    GREETED: (*lines(f"""
noop
NoOp
NOOP hello
NOOP\thello
 NOOP
HELP MAIL
HELP FOO
HELP  MAIL
RSET foo
VRFY
VRFY <{ALICE}>
VRFY nobody
VRFY почта
EXPN
EXPN *
ETRN
ETRN example.org
FOO bar baz
XADR alice
XUSR
XVRB
VERB
ONEX
SIZE
CHUNKING
XEXCH50 2 2
MAIL
MAIL FROM:{ALICE}
MAIL FROM: <{ALICE}>
mail from:<{ALICE}>
MAIL FROM:<>
MAIL FROM:<{ALICE}> FOO=bar
MAIL FROM:<{ALICE}> SIZE=1000
MAIL FROM:<{ALICE}> SIZE=99999999999
MAIL FROM:<{ALICE}> BODY=8BITMIME
MAIL FROM:<{ALICE}> BODY=BINARYMIME
MAIL FROM:<почта@lab.test> SMTPUTF8
MAIL FROM:<почта@lab.test>
MAIL FROM:<{ALICE}> RET=HDRS ENVID=QQ314159
MAIL FROM:<x@sender.test>
MAIL FROM:<x@no-such-domain.invalid>
RCPT
DATA foo
BDAT
EHLO
STARTTLS foo
QUIT now
AUTH
AUTH PLAIN !!!
AUTH LOGIN
AUTH CRAM-MD5
AUTH SCRAM-SHA-256
AUTH XOAUTH2
AUTH EXTERNAL =
AUTH PLAIN {plain_response("wrong")}
AGFsaWNl
.
*
ПОЧТА
"""), *ODD),
    HANDSHAKEN: lines(f"""
NOOP
HELP
FOO
VRFY alice
AUTH PLAIN
AUTH BOGUS
STARTTLS
MAIL FROM:<{ALICE}>
EHLO {CLIENT}
QUIT
"""),
    TLS: lines(f"""
AUTH
AUTH PLAIN !!!
AUTH LOGIN
AUTH CRAM-MD5
AUTH SCRAM-SHA-256
AUTH XOAUTH2
AUTH EXTERNAL =
AUTH PLAIN {plain_response("wrong")}
{LOGIN}
STARTTLS foo
"""),
    LOGGED_IN: lines(f"""
AUTH PLAIN
AUTH BOGUS
STARTTLS
VRFY alice
EXPN staff
ETRN lab.test
BDAT 0 LAST
FOO
MAIL FROM:<{ALICE}> AUTH=<>
MAIL FROM:<x@sender.test>
XCLIENT ADDR=127.0.0.9 NAME=spoof.lab.test
EHLO {CLIENT}
"""),
    MAIL: lines(f"""
DATA foo
BDAT
RCPT
RCPT TO:<nobody@lab.test>
RCPT TO:<x@example.org>
RCPT TO:<postmaster>
RCPT TO:<{BOB}> FOO=bar
RCPT TO:<{BOB}> NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;{BOB}
RCPT TO:<greylist@lab.test>
RCPT TO:<spam@lab.test>
RCPT TO:<full@lab.test>
RCPT TO:<@a.test:{BOB}>
RCPT TO:<x%example.org@lab.test>
RCPT TO:<bob@@lab.test>
{LOGIN}
"""),
    RCPT: lines("""
DATA foo
RCPT TO:<nobody@lab.test>
RCPT TO:<x@example.org>
MAIL FROM:<>
"""),
}  # fmt: skip

STANDS_IN = {
    CONNECTED: State.GREETED,
    HELO: State.HELO,
    GREETED: State.EHLO,
    HANDSHAKEN: State.GREETED,
    TLS: State.EHLO,
    LOGGED_IN: State.EHLO,
    MAIL: State.MAIL,
    RCPT: State.RCPT,
}
"""The state of the protocol a session is in when a probe is put."""

_EVERY_VERB = {CONNECTED, GREETED, TLS, MAIL, RCPT}
_BY_VARIANTS_ALONE = {HELO, HANDSHAKEN, LOGGED_IN}


def probes(state: str, *, whole: bool) -> tuple[Probe, ...]:
    """What is asked in a state, in order; a ``whole`` play has the variants of arguments too."""
    asked: tuple[Probe, ...] = ()
    if whole or state in _BY_VARIANTS_ALONE:
        asked += VARIANTS[state]
    if state in _EVERY_VERB:
        asked += INSIDE_A_TRANSACTION if state in {MAIL, RCPT} else OUTSIDE_A_TRANSACTION
        asked += VERBS
    return tuple(dict.fromkeys(asked))


def states(endpoint: Endpoint) -> tuple[str, ...]:
    """The states an endpoint can be brought to; where its TLS is broken, up to that."""
    if endpoint.tls == "implicit" and not endpoint.tls_works:
        return (CONNECTED,)
    left_out = set()
    if endpoint.protocol == "lmtp":
        left_out.add(HELO)
    if endpoint.tls != "starttls":
        left_out.add(HANDSHAKEN)
    if endpoint.tls != "starttls" or not endpoint.tls_works:
        left_out.add(TLS)
    if not endpoint.expect.mechanisms:
        left_out.add(LOGGED_IN)
    return tuple(each for each in STATES if each not in left_out)


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one connection is used for, so that no reply is about too many errors."""

    refusals: int = 25
    commands: int = 40
    hellos: int = 1
    """More of EHLO, HELO and LHLO; Sendmail takes a second for the third and two for the next."""

    pause: float = 0.0
    """Seconds between two connections."""


_LIMITS = {
    "aiosmtpd": Limits(refusals=4),
    "chasquid": Limits(refusals=2),
    # Its tarpit begins with 8 seconds after the first error.
    "courier-restricted": Limits(refusals=1),
    "dovecot": Limits(refusals=9),
    "dsmtpd": Limits(refusals=4),
    # 3 unknown commands, 3 syntax errors, 10 commands outside transactions.
    "exim": Limits(3, 8),
    "go-smtp": Limits(refusals=3),
    "maildev": Limits(8, 8),
    # Behind these two stands aiosmtpd.
    "nginx": Limits(refusals=4),
    "proxsmtp": Limits(refusals=4),
    # From the tenth error on every reply waits a second.
    "postfix": Limits(refusals=9),
    # Every connection begins with a second of silence, but for one that overlaps another.
    "postfix-postscreen": Limits(18, 18, pause=0.2),
    "sendmail": Limits(refusals=18),
    "smtp-server": Limits(8, 8),
}


_SPOILS = {
    # Answers TURN twice; answers MAIL with 503 when RSET followed upon the null reverse-path.
    "net-server-mail": {b"TURN", b"MAIL FROM:<>"},
    # Goes on counting the refused size in the MAIL commands that follow.
    "postfix": {b"MAIL FROM:<%b> SIZE=99999999999" % ALICE.encode()},
}


def limits(endpoint: Endpoint) -> Limits:
    """How patient an endpoint is; one whose name begins like another's is of the same server."""
    names = [name for name in _LIMITS if endpoint.name.startswith(name)]
    return _LIMITS[max(names, key=len)] if names else Limits()


def spoils(endpoint: Endpoint, probe: Probe) -> bool:
    """Whether a server is known to be out of step, or out of its mind, after a probe."""
    return any(endpoint.name.startswith(name) and probe[0] in _SPOILS[name] for name in _SPOILS)
