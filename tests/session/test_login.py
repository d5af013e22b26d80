"""A login read back from a session: decoded, and masked where the secret is gone."""

from __future__ import annotations

from base64 import b64encode

from smtpdebugger.protocol.sasl import MASK
from smtpdebugger.protocol.sasl_reading import sentence
from smtpdebugger.session.events import Connected, Received, Sent
from smtpdebugger.session.login import login_step
from smtpdebugger.session.session import Session


def talked(*lines: str) -> Session:
    """Lines ``C: …`` and ``S: …``."""
    session = Session()
    session.record(Connected(0, "h", "127.0.0.1:25"))
    for at, line in enumerate(("S: 220 x", "C: EHLO a", "S: 250 x", *lines), 1):
        octets = line[3:].encode() + b"\r\n"
        session.record(Sent(at, octets) if line[0] == "C" else Received(at, octets))
    return session


def b64(octets: bytes) -> str:
    return b64encode(octets).decode()


def told(session: Session, *, reveal: bool = False) -> list[str]:
    steps = (login_step(session, each.number) for each in session.exchanges)
    return [
        f"{each.mechanism}: {sentence(each.said, reveal=reveal)} / {sentence(each.asked)}"
        for each in steps
        if each is not None
    ]


def test_each_step_of_a_login_is_decoded() -> None:
    session = talked(
        "C: AUTH LOGIN", f"S: 334 {b64(b'Username:')}", f"C: {b64(b'alice')}",
        f"S: 334 {b64(b'Password:')}", f"C: {b64(b'wonderland')}", "S: 235 ok",
    )  # fmt: skip
    assert told(session) == [
        "LOGIN:  / asks Username:",
        "LOGIN: user alice / asks Password:",
        f"LOGIN: password {MASK} / ",
    ]
    assert told(session, reveal=True)[2] == "LOGIN: password wonderland / "


def test_an_initial_response_a_refusal_in_json_and_a_cancel_are_decoded() -> None:
    token = b64(b"user=alice\1auth=Bearer t0ken-t0ken\1\1")
    refusal = b64(b'{"status":"400"}')
    session = talked(f"C: AUTH XOAUTH2 {token}", f"S: 334 {refusal}", "C: *", "S: 501 no")
    assert told(session) == [
        f"XOAUTH2: user alice, token (Bearer) {MASK} / status 400 (the token is not accepted)",
        "XOAUTH2: cancels the login / ",
    ]


def test_what_is_no_base64_is_told_and_masked() -> None:
    session = talked("C: AUTH PLAIN geheim!", "S: 334 what?", "C: nonsense!", "S: 501 no")
    assert told(session) == [
        f"PLAIN: not in Base64 {MASK} / not in Base64 what?",
        f"PLAIN: not in Base64 {MASK} / ",
    ]


def test_what_was_saved_with_masks_stays_masked() -> None:
    session = talked(f"C: AUTH PLAIN {MASK}", "S: 535 no")
    assert told(session, reveal=True) == [f"PLAIN: response {MASK} / "]


def test_other_exchanges_are_no_logins() -> None:
    session = talked("C: NOOP", "S: 250 ok", "C: AUTH", "S: 501 what?")
    assert told(session) == [":  / "]
    assert login_step(session, 3) is None


def test_a_servers_proof_is_a_secret_that_can_be_revealed_while_it_is_known() -> None:
    first, proof = b64(b"r=abc,s=c2FsdA==,i=4096"), b64(b"v=" + b"A" * 27 + b"=")
    session = talked(
        f"C: AUTH SCRAM-SHA-1 {b64(b'n,,n=alice,r=a')}", f"S: 334 {first}",
        f"C: {b64(b'c=biws,r=abc,p=' + b'B' * 27 + b'=')}", f"S: 334 {proof}", "C: ", "S: 235 ok",
    )  # fmt: skip
    assert told(session)[1] == (
        f"SCRAM-SHA-1: channel binding biws, nonce abc, proof {MASK} / server's proof {MASK}"
    )
    step = login_step(session, 4)
    assert step is not None
    assert sentence(step.asked, reveal=True) == f"server's proof {'A' * 27}="
    assert [each.reply.text for each in session.exchanges if each.reply][3] == MASK
    saved = talked("C: AUTH SCRAM-SHA-1", f"S: 334 {MASK}")
    assert told(saved) == [f"SCRAM-SHA-1:  / server's proof {MASK}"]
