"""No secret in any output: files, copies, rows, details, explanations, reports and talk.

Every mechanism, its messages as a client of that kind sends them, split at any octet, with servers
that accept, prove themselves, refuse and repeat what they were sent.
"""

import hashlib
import hmac
import json
import os
import shlex
from base64 import b64decode, b64encode, urlsafe_b64encode
from binascii import b2a_qp
from collections.abc import Iterator
from functools import cache
from html import escape
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smtpdebugger.cli.convert import FORMATS
from smtpdebugger.cli.explain_json import as_json
from smtpdebugger.cli.explained import explain_all, reports_of
from smtpdebugger.cli.talk.json_lines import JsonView
from smtpdebugger.cli.talk.text import TextView
from smtpdebugger.gui.models.row_details import details
from smtpdebugger.session.events import Closed, Connected, Received, Sent, WireEvent
from smtpdebugger.session.session import Session
from smtpdebugger.transcript.copying import Wishes, copied_events
from smtpdebugger.transcript.dialogue_writer import dialogue_lines
from smtpdebugger.transcript.file import load_session
from smtpdebugger.transcript.recorder import Recorder, save_copy

PASSWORD = b"Corr3ct-Horse/Battery"
TOKEN = b"ya29.A0ARrdaM-secret-token-0123456789"
USER = b"alice@example.test"
NONCE = b"fyko+d2lbbFgONRv9qkxdawL"


def b64(octets: bytes) -> bytes:
    return b64encode(octets)


def _cram(challenge: bytes, digest: str) -> bytes:
    return b64(USER + b" " + hmac.new(PASSWORD, challenge, digest).hexdigest().encode())


_CHALLENGE = b"<1896.697170952@mail.example.test>"
_DIGEST = (
    b'username="alice",realm="mail",nonce="x",cnonce="y",nc=00000001,qop=auth,'
    b'digest-uri="smtp/mail",response=' + hashlib.md5(PASSWORD).hexdigest().encode()
)
_SCRAM_FIRST = b"n,,n=alice,r=" + NONCE
_SCRAM_FINAL = (
    b"c=biws,r=" + NONCE + b"3rfcNHYJY1ZVvWVs7j,p=" + b64(hashlib.sha1(PASSWORD).digest())
)
_NTLM = (
    b"NTLMSSP\0\1\0\0\0" + bytes(24),
    b"NTLMSSP\0\3\0\0\0" + hashlib.md5(PASSWORD).digest() * 3,
)
_GSSAPI = b"`\x82\x02\x00\x06\x09*\x86H\x86\xf7\x12\x01\x02\x02" + hashlib.sha512(PASSWORD).digest()

MECHANISMS: dict[str, tuple[bytes | None, tuple[bytes, ...]]] = {
    "PLAIN": (b64(b"\0" + USER + b"\0" + PASSWORD), ()),
    "PLAIN in two steps": (None, (b64(b"\0" + USER + b"\0" + PASSWORD),)),
    "LOGIN": (None, (b64(USER), b64(PASSWORD))),
    "LOGIN with name": (b64(USER), (b64(PASSWORD),)),
    "CRAM-MD5": (None, (_cram(_CHALLENGE, "md5"),)),
    "CRAM-SHA256": (None, (_cram(_CHALLENGE, "sha256"),)),
    "DIGEST-MD5": (None, (b64(_DIGEST), b"")),
    "SCRAM-SHA-1": (b64(_SCRAM_FIRST), (b64(_SCRAM_FINAL),)),
    "SCRAM-SHA-256-PLUS": (None, (b64(_SCRAM_FIRST), b64(_SCRAM_FINAL))),
    "XOAUTH2": (b64(b"user=" + USER + b"\1auth=Bearer " + TOKEN + b"\1\1"), (b"",)),
    "OAUTHBEARER": (b64(b"n,a=" + USER + b",\1auth=Bearer " + TOKEN + b"\1\1"), (b"AQ==",)),
    "NTLM": (b64(_NTLM[0]), (b64(_NTLM[1]),)),
    "GSSAPI": (None, (b64(_GSSAPI), b64(_GSSAPI[::-1]))),
    "EXTERNAL": (b64(b"Corr3ct-external-name"), ()),
    "X-UNHEARD-OF": (b64(PASSWORD), (b64(PASSWORD[::-1]),)),
}
"""The initial response, if any, and what answers each 334."""

PROOFS = {
    "SCRAM-SHA-1": b"v=" + b64(hashlib.sha1(PASSWORD[::-1]).digest()),
    "SCRAM-SHA-256-PLUS": b"v=" + b64(hashlib.sha256(PASSWORD[::-1]).digest()),
    "DIGEST-MD5": b"rspauth=" + hashlib.md5(PASSWORD[::-1]).hexdigest().encode(),
}
"""What servers say last: made from the password too."""

IS_THOROUGH = bool(os.environ.get("SMTPDEBUGGER_THOROUGH"))
STEP, STRIDE = (1, 1) if IS_THOROUGH else (4, 29)
"""With SMTPDEBUGGER_THOROUGH=1 in the environment all cuts are tried, which takes minutes."""

_CHALLENGES = (b64(b"Username:"), b64(b"Password:"), b64(_CHALLENGE), b"")


def _client_secrets(name: str) -> list[bytes]:
    """What must not be seen: messages as they were sent, and the secrets in them."""
    initial, responses = MECHANISMS[name]
    sent = [each for each in (initial, *responses) if each and each not in {b"AQ=="}]
    proof = PROOFS.get(name, b"")
    proofs = [b64(proof), proof.partition(b"=")[2]] if proof else []
    names = {b64(USER), b64(_SCRAM_FIRST), b64(_NTLM[0])}
    return [
        *(each for each in sent if each not in names),
        *proofs,
        PASSWORD,
        TOKEN,
        b64(PASSWORD),
        b64(TOKEN),
    ]


def _talk(
    name: str, ending: bytes, *, is_refused: bool
) -> Iterator[tuple[type[Sent | Received], bytes]]:
    initial, responses = MECHANISMS[name]
    yield Received, b"220 mail.example.test ESMTP Postfix\r\n"
    yield Sent, b"EHLO client.example.test\r\n"
    yield Received, b"250-mail.example.test\r\n250 AUTH PLAIN LOGIN\r\n"
    yield Sent, b" ".join(filter(None, (b"AUTH", name.split()[0].encode(), initial))) + b"\r\n"
    for number, response in enumerate(responses):
        if is_refused and number == 0:
            yield Received, b"504 5.5.4 Unrecognized authentication type\r\n"
        elif not is_refused:
            yield Received, b"334 " + _CHALLENGES[number % 4] + b"\r\n"
        yield Sent, response + b"\r\n"
    if name in PROOFS and not is_refused:
        yield Received, b"334 " + b64(PROOFS[name]) + b"\r\n"
        yield Sent, b"\r\n"
    yield Received, ending
    yield Sent, b"VRFY bob\r\n"
    yield Received, b"502 5.5.1 VRFY command is disabled\r\n"


def _endings(name: str, secret: bytes) -> tuple[bytes, ...]:
    return (
        b"235-2.7.0 Authentication successful\r\n235 2.7.0 " + PROOFS.get(name, b"") + b"\r\n",
        b"535 5.7.8 Error: authentication failed: bad " + secret + b"\r\n",
        b'500-5.5.2 what is "' + secret[:20].lower() + b'..."?\r\n500 ' + secret + b"\r\n",
        b"535 5.7.8 " + PASSWORD + b" is wrong for alice\r\n",
    )


def _session(talk: Iterator[tuple[type[Sent | Received], bytes]], cut: int) -> Session:
    """The talk, cut in two events at octet ``cut`` of all of it."""
    session = Session()
    session.record(Connected(0, "mail.example.test", "192.0.2.25:587"))
    done = 0
    for kind, octets in talk:
        border = min(max(cut - done, 0), len(octets))
        for piece in (octets[:border], octets[border:]):
            if piece:
                session.record(kind(len(session.events), piece))
        done += len(octets)
    session.record(Closed(len(session.events), "client"))
    return session


def _in_base64(octets: bytes) -> Iterator[bytes]:
    """What stays of octets in base64 of something longer, wherever they stand in it."""
    for before in range(3):
        encoded = b64(b"x" * before + octets)
        # The first and the last character hold bits of neighbours.
        yield encoded[-(-before * 8 // 6) : (before + len(octets)) * 8 // 6]


@cache
def forms(name: str) -> tuple[bytes, ...]:
    """Every way in which one of the secrets of a login could be read in an output."""
    found: set[bytes] = set()
    for secret in _client_secrets(name):
        text = secret.decode("latin-1")
        found |= {secret, secret[::-1], *_in_base64(secret), urlsafe_b64encode(secret)}
        found |= {secret.hex().encode(), secret.hex().upper().encode(), secret.hex(" ").encode()}
        found |= {quote(secret, safe="").encode(), quote_plus(text).encode(), b2a_qp(secret)}
        found |= {json.dumps(text)[1:-1].encode(), repr(secret)[2:-1].encode()}
        found |= {escape(text).encode(), shlex.quote(text).encode()}
    return tuple(sorted(found))


def quick_outputs(session: Session, folder: Path) -> dict[str, bytes]:
    """What is drawn, copied and written, as octets."""
    copy, folder_copy = folder / "copy.smtpsession", folder / "renamed.smtpsession"
    save_copy(session, copy)
    save_copy(session, folder_copy, Wishes(mask_mail=True, pseudonyms=("addresses", "hosts")))
    rows = session.rows
    converted = {}
    for format_name, write in FORMATS.items():
        write(session, folder / format_name, Wishes(whole_messages=True))
        converted[f"convert --to {format_name}"] = (folder / format_name).read_bytes()
    return converted | {
        "copy": copy.read_bytes(),
        "copy with pseudonyms": folder_copy.read_bytes(),
        "rows": "\n".join(f"{each.line}\n{each.sentence}\n{each.text}" for each in rows).encode(),
        "details": "\n".join(details(session, each) for each in rows).encode(),
        "exchanges": repr(list(session.exchanges)).encode(),
    }


def slow_outputs(session: Session) -> dict[str, bytes]:
    """What explains."""
    explained = explain_all(session, True, with_code=True)
    talk: list[str] = []
    by_number = {each.exchange: each for each in explained.diagnoses}
    for view in (TextView, JsonView):
        written = view(session, talk.append, lambda exchange: by_number.get(exchange.number))
        written.catch_up()
        written.finish(1)
    return {
        "explain": repr((explained, *explained.diagnoses)).encode(),
        "explain --format json": "".join(as_json(explained)).encode(),
        "reports": "\n".join(reports_of(session, explained, "markdown")).encode(),
        "talk": "".join(talk).encode(),
    }


def decoded(octets: bytes) -> bytes:
    """What the file's own base64 hides."""
    try:
        lines = [json.loads(line) for line in octets.splitlines()]
        return b"".join(b64decode(line.get("base64", "")) for line in lines)
    except ValueError:
        return b""


def assert_none(name: str, outputs: dict[str, bytes]) -> None:
    for where, octets in outputs.items():
        inside = decoded(octets)
        for secret in forms(name):
            assert secret not in octets, f"{secret!r} in {where}"
            assert secret not in inside, f"{secret!r} in {where}, encoded"


@pytest.mark.parametrize("name", MECHANISMS)
def test_split_at_any_octet_no_secret_survives(name: str, tmp_path: Path) -> None:
    secret = _client_secrets(name)[0]
    for is_refused in (False, True):
        talk = list(_talk(name, _endings(name, secret)[1], is_refused=is_refused))
        before = sum(len(octets) for _, octets in talk[:3])
        length = sum(len(octets) for _, octets in talk)
        # Every octet of what the client sends to log in; then as many of the rest as time allows.
        client = before + sum(len(octets) for _, octets in talk[3:4])
        for cut in (*range(before, client + 1, STEP), *range(client + 1, length, STRIDE)):
            assert_none(name, quick_outputs(_session(iter(talk), cut), tmp_path))


@given(st.data())
@settings(max_examples=100 if IS_THOROUGH else 12, deadline=None)
def test_no_secret_survives_in_anything_that_is_written(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    name = data.draw(st.sampled_from(sorted(MECHANISMS)))
    endings = _endings(name, _client_secrets(name)[0])
    # A server that tells a password which the client never sent cannot be seen through.
    in_clear = name.startswith(("PLAIN", "LOGIN"))
    ending = data.draw(st.sampled_from(endings if in_clear else endings[:3]))
    talk = list(_talk(name, ending, is_refused=data.draw(st.booleans())))
    cut = data.draw(st.integers(0, sum(len(octets) for _, octets in talk)))
    session = _session(iter(talk), cut)
    folder = tmp_path_factory.mktemp("outputs")
    outputs = quick_outputs(session, folder) | slow_outputs(session)
    live = Session()
    with Recorder(live, folder / "live.smtpsession") as recorder:
        for event in session.events:
            live.record(event)
    outputs["recording"] = recorder.path.read_bytes()
    assert_none(name, outputs)
    again, _ = load_session(recorder.path)
    assert_none(
        name, {f"{where}, read back": each for where, each in quick_outputs(again, folder).items()}
    )


def _with_mail(*lines: bytes) -> Session:
    session = Session()
    events: list[tuple[type[Sent | Received], bytes]] = [
        (Received, b"220 mx\r\n"),
        (Sent, b"AUTH PLAIN " + b64(b"\0alice\0" + PASSWORD) + b"\r\n"),
        (Received, b"235 ok\r\n"),
        (Sent, b"DATA\r\n"),
        (Received, b"354 go\r\n"),
        *((Sent, line) for line in lines),
        (Sent, b"\r\n.\r\n"),
        (Received, b"250 ok\r\n"),
    ]
    for at, (kind, octets) in enumerate(events):
        session.record(kind(at, octets))
    return session


@cache
def _mail() -> bytes:
    return (
        b"Subject: your account\r\n\r\nPassword: hunter2222\r\napi_key = 'k3y-0123'\r\n"
        b"Authorization: Bearer tok-abcdef\r\nhttps://bob:pa55word@example.test/?token=t0k3n1&a=b\r\n"
        b"eyJhbGciOiJub25l.eyJzdWIiOiIxMjM0.c2lnbmF0dXJl and " + PASSWORD
    )


def test_secrets_in_mail_data_are_masked_on_request() -> None:
    secrets = (
        b"hunter2222",
        b"k3y-0123",
        b"tok-abcdef",
        b"pa55word",
        b"t0k3n1",
        b"c2lnbmF0",
        PASSWORD,
    )
    plain = b"".join(dialogue_lines(copied_events(_with_mail(_mail()))))
    assert all(secret in plain for secret in secrets), "a message is what it is, unless asked for"
    for cut in range(len(_mail()) + 1):
        session = _with_mail(_mail()[:cut], _mail()[cut:])
        events: list[WireEvent] = list(copied_events(session, Wishes(mask_mail=True)))
        masked = b"".join(dialogue_lines(events))
        assert not [secret for secret in secrets if secret in masked]
        assert b"your account" in masked
