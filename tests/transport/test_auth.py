"""Logging in: every mechanism, right and wrong, and servers that go astray."""

from __future__ import annotations

import hashlib
import ssl
from base64 import b64encode

import pytest

from smtpdebugger.protocol.mechanisms import Credentials
from smtpdebugger.protocol.sasl_reading import sentence
from smtpdebugger.session.login import login_step
from smtpdebugger.transport.auth import Login, Outcome
from smtpdebugger.transport.client import SmtpClient
from smtpdebugger.transport.settings import TlsChoices, Trust
from tests.peers.auth import PASSWORD, TOKEN, USER, lets_in
from tests.peers.peer import Line, Peer, Script
from tests.transport.certificates import self_signed
from tests.transport.support import client_for, failures, replies, run

IN_CLEAR = ("PLAIN", "LOGIN", "CRAM-MD5", "SCRAM-SHA-1", "SCRAM-SHA-256", "XOAUTH2", "OAUTHBEARER")


def secret_for(mechanism: str) -> str:
    return TOKEN if "OAUTH" in mechanism else PASSWORD


def login(mechanism: str = "", *, secret: str | None = None, **choices: object) -> Login:
    who = Credentials(USER, secret_for(mechanism) if secret is None else secret)
    choices.setdefault("allow_clear", True)
    return Login(who, mechanism, **choices)  # type: ignore[arg-type]


def tried(
    script: Script, *attempts: Login, context: ssl.SSLContext | None = None, **settings: object
) -> tuple[list[Outcome], SmtpClient]:
    """The outcomes of logins over one connection, and the client that tried."""

    async def work() -> tuple[list[Outcome], SmtpClient]:
        async with Peer(script, context=context) as peer:
            if context is not None:
                settings.update(security="tls", trust=Trust(verify=False))
            client = client_for(peer.port, **settings)
            assert await client.connect()
            outcomes = [await client.authenticate(each) for each in attempts]
            await client.disconnect()
            return outcomes, client

    return run(work)


@pytest.mark.parametrize("initial", [True, False])
@pytest.mark.parametrize("mechanism", IN_CLEAR)
def test_right_and_wrong_with_and_without_initial_response(mechanism: str, initial: bool) -> None:
    wrong = login(mechanism, secret="nonsense", initial_response=initial)
    right = login(mechanism, initial_response=initial)
    (refused, accepted), client = tried(lets_in(mechanism), wrong, right)
    assert (refused.has_succeeded, accepted.has_succeeded) == (False, True)
    assert refused.exchange is not None
    assert refused.exchange.code == 535
    assert accepted.problem == ""
    assert client.session.situation.authenticated
    assert not [what for _, what in failures(client)]


@pytest.mark.parametrize("mechanism", IN_CLEAR)
def test_an_initial_response_stands_in_the_command_only_where_the_client_begins(
    mechanism: str,
) -> None:
    heard: list[str] = []
    tried(lets_in(mechanism, heard=heard), login(mechanism))
    words = len(heard[1].split())
    assert words == (2 if mechanism in {"LOGIN", "CRAM-MD5"} else 3)
    heard.clear()
    tried(lets_in(mechanism, heard=heard), login(mechanism, initial_response=False))
    assert heard[1] == f"AUTH {mechanism}"


def test_external_says_nothing_and_says_so() -> None:
    heard: list[str] = []
    script = lets_in("EXTERNAL", heard=heard)
    (first, second), _ = tried(
        script, Login(Credentials()), Login(Credentials(), "external", initial_response=False)
    )
    assert first.has_succeeded
    assert second.has_succeeded
    assert heard[1:] == ["AUTH EXTERNAL =", "AUTH EXTERNAL", ""]


@pytest.mark.parametrize("mechanism", ["SCRAM-SHA-1-PLUS", "SCRAM-SHA-256-PLUS"])
@pytest.mark.parametrize("kind", ["tls-server-end-point", "tls-unique"])
def test_a_login_is_bound_to_its_connection(mechanism: str, kind: str) -> None:
    context, der = self_signed("127.0.0.1")
    script = lets_in(mechanism, binding=kind, end_point=hashlib.sha256(der).digest())
    choices = TlsChoices(maximum="1.2" if kind == "tls-unique" else None)
    wrong = login(mechanism, secret="no", binding=kind)
    right = login("", binding=kind)
    (refused, accepted), _ = tried(script, wrong, right, context=context, tls=choices)
    assert refused.exchange is not None
    assert refused.exchange.code == 535
    assert "binds logins to TLS in another way" in refused.problem
    assert accepted.has_succeeded
    assert accepted.problem == ""
    assert accepted.mechanism == mechanism


@pytest.mark.parametrize(
    ("kind", "told"),
    [("tls-unique", "not defined for TLS 1.3"), ("tls-exporter", "Python's ssl")],
)
def test_why_a_login_cannot_be_bound_is_told_and_nothing_sent(kind: str, told: str) -> None:
    context, _ = self_signed("127.0.0.1")
    heard: list[str] = []
    attempt = login("SCRAM-SHA-256-PLUS", binding=kind)
    (outcome,), client = tried(lets_in(heard=heard), attempt, context=context)
    assert told in outcome.problem
    assert outcome.exchange is None
    assert len(heard) == 1
    assert told in failures(client)[-1][1]


def test_in_clear_there_is_nothing_to_bind_to() -> None:
    (outcome,), _ = tried(lets_in(), login("SCRAM-SHA-1-PLUS"))
    assert "no TLS connection" in outcome.problem


@pytest.mark.parametrize("mechanism", ["PLAIN", "LOGIN", "XOAUTH2", "OAUTHBEARER", ""])
def test_a_secret_is_not_sent_in_clear_unless_that_is_allowed(mechanism: str) -> None:
    heard: list[str] = []
    attempt = login(mechanism, allow_clear=False)
    (outcome,), client = tried(lets_in("PLAIN", heard=heard), attempt)
    assert outcome.was_withheld
    assert "not encrypted" in failures(client)[0][1]
    assert len(heard) == 1


@pytest.mark.parametrize("mechanism", ["CRAM-MD5", "SCRAM-SHA-256"])
def test_a_proof_may_go_in_clear(mechanism: str) -> None:
    (outcome,), _ = tried(lets_in(mechanism), login("", allow_clear=False))
    assert outcome.has_succeeded


def test_never_a_second_mechanism() -> None:
    heard: list[str] = []
    script = lets_in("PLAIN", "LOGIN", "CRAM-MD5", heard=heard)
    (outcome,), _ = tried(script, login("", secret="wrong"))
    assert outcome.mechanism == "CRAM-MD5"
    assert [each for each in heard if each.startswith("AUTH")] == ["AUTH CRAM-MD5"]


def test_the_strongest_is_chosen_and_an_unknown_one_is_told() -> None:
    script = lets_in("LOGIN", "SCRAM-SHA-256", "PLAIN")
    (best, unknown), client = tried(script, login(), login("KERBEROS_V4"))
    assert best.mechanism == "SCRAM-SHA-256"
    assert "KERBEROS_V4 cannot be spoken here" in unknown.problem
    assert unknown.exchange is None
    assert "was not sent" in failures(client)[0][1]


@pytest.mark.parametrize("secret", ["x" * 10_000, "\udcff\udcfe", "wonder land "])
@pytest.mark.parametrize("mechanism", ["PLAIN", "LOGIN", "CRAM-MD5"])
def test_odd_passwords_are_sent_as_they_are(mechanism: str, secret: str) -> None:
    heard: list[str] = []
    (outcome,), _ = tried(lets_in(mechanism, heard=heard), login(mechanism, secret=secret))
    assert outcome.exchange is not None
    assert outcome.exchange.code == 535
    if mechanism != "CRAM-MD5":
        octets = secret.encode("utf-8", "surrogateescape")
        whole = b"\0alice\0" + octets if mechanism == "PLAIN" else octets
        assert b64encode(whole).decode() == heard[-1].split(" ")[-1]
    # Too long for a command line, so it waited for the 334.
    assert all(len(each) + 2 <= 512 for each in heard if each.startswith("AUTH"))


def test_a_password_with_nul_is_told_before_anything_is_sent() -> None:
    heard: list[str] = []
    (plain, other), _ = tried(
        lets_in("PLAIN", "LOGIN", heard=heard),
        login("PLAIN", secret="a\0b"),
        login("LOGIN", secret="a\0b"),
    )
    assert "NUL" in plain.problem
    assert other.exchange is not None
    assert heard[1] == "AUTH LOGIN"


def test_an_expired_token_is_told_in_words() -> None:
    (outcome,), client = tried(lets_in("XOAUTH2"), login("XOAUTH2", secret="stale"))
    assert outcome.exchange is not None
    assert outcome.exchange.code == 535
    asked = [login_step(client.session, each.number) for each in client.session.exchanges[2:]]
    assert asked[0] is not None
    assert "often it has expired" in sentence(asked[0].asked)


def asks(*challenges: str, end: str = "235 welcome") -> Script:
    """Asks these things whatever is said, until it is cancelled."""

    async def script(line: Line) -> None:
        await line.say("220 peer.test ESMTP")
        await line.hear()
        await line.say("250-peer.test", "250 AUTH LOGIN SCRAM-SHA-256")
        await line.hear()
        for challenge in challenges:
            await line.say(f"334 {challenge}".rstrip(" "))
            if await line.hear() == "*":
                await line.say("501 cancelled")
                return
        await line.say(end)
        await line.forever()

    return script


def test_who_asks_too_much_is_answered_with_an_asterisk() -> None:
    (outcome,), client = tried(asks("VXNlcg==", "UGFzcw==", "U2hvZQ=="), login("LOGIN"))
    assert outcome.exchange is not None
    assert outcome.exchange.code == 501
    assert "asks more than LOGIN has answers for: asks Shoe" in outcome.problem
    assert failures(client)[-1][0] == "login"


def test_a_challenge_that_is_no_base64_cancels_the_login() -> None:
    (outcome,), client = tried(asks("Username: please"), login("LOGIN"))
    assert "not in Base64" in outcome.problem
    assert replies(client)[-1][1] == 501


def test_nonsense_for_scram_cancels_the_login() -> None:
    (outcome,), client = tried(asks("cj1ub25zZW5zZQ=="), login("SCRAM-SHA-256"))
    assert "SCRAM-SHA-256 cannot go on" in outcome.problem
    assert replies(client)[-1][1] == 501


def test_a_server_that_proves_nothing_is_told_of() -> None:
    (outcome,), client = tried(asks(), login("SCRAM-SHA-256"))
    assert outcome.has_succeeded
    assert "without proving" in outcome.problem
    assert failures(client)[0][0] == "login"


def test_a_server_that_closes_in_the_middle_ends_the_login() -> None:
    async def script(line: Line) -> None:
        await line.say("220 peer.test ESMTP")
        await line.hear()
        await line.say("250-peer.test", "250 AUTH LOGIN")
        await line.hear()

    (outcome,), _ = tried(script, login("LOGIN"))
    assert not outcome.has_succeeded
    assert outcome.problem == "No reply came."


def test_no_secret_is_in_what_is_told_or_shown() -> None:
    (_, _), client = tried(lets_in("PLAIN", "LOGIN"), login("PLAIN"), login("LOGIN"))
    shown = " ".join(f"{row.head} {row.text}" for row in client.session.rows)
    for secret in (PASSWORD, b64encode(PASSWORD.encode()).decode()):
        assert secret not in shown
    steps = [login_step(client.session, each.number) for each in client.session.exchanges]
    told = " ".join(sentence(each.said) for each in steps if each is not None)
    assert PASSWORD not in told
    assert USER in told
    revealed = " ".join(sentence(each.said, reveal=True) for each in steps if each is not None)
    assert revealed.count(PASSWORD) == 2


def test_what_is_offered_after_a_login_is_read_anew_when_asked() -> None:
    async def script(line: Line) -> None:
        await line.say("220 x")
        await line.hear()
        await line.say("250-x", "250 AUTH PLAIN")
        await line.hear()
        await line.say("235 welcome")
        await line.hear()
        await line.say("250-x", "250-SIZE 5", "250 CHUNKING")
        await line.forever()

    async def work() -> None:
        async with Peer(script) as peer:
            client = client_for(peer.port)
            assert await client.connect()
            assert (await client.authenticate(login("PLAIN"))).has_succeeded
            before = client.session.situation.capabilities
            assert before is not None
            assert "CHUNKING" not in before
            assert await client.ehlo()
            after = client.session.situation.capabilities
            assert after is not None
            assert after.size_limit == 5
            assert client.session.situation.authenticated
            await client.disconnect()

    run(work)
