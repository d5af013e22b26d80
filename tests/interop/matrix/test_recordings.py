"""The recordings, played again without any server: whole, readable, and every refusal explained."""

import base64
from collections.abc import Iterator
from functools import cache

import pytest

from smtpdebugger.diagnosis.diagnose import diagnose
from smtpdebugger.knowledge.load import load_knowledge
from smtpdebugger.knowledge.tables import Knowledge
from smtpdebugger.protocol.command import Command
from smtpdebugger.protocol.state import END_OF_DATA
from smtpdebugger.session.events import Failed, TlsEstablished
from smtpdebugger.session.session import Session
from smtpdebugger.transcript.file import load_session
from tests.interop import lab
from tests.interop.matrix import plan
from tests.interop.matrix.plan import Probe
from tests.interop.matrix.plausible import plausible
from tests.interop.matrix.shelf import Place, recorded
from tests.interop.recipe import load, names

ENDPOINTS = {endpoint.name: endpoint for name in names() for endpoint in load(name).endpoints}
SERVERS = {endpoint.name: name for name in names() for endpoint in load(name).endpoints}
WHOLE = {load(name).endpoints[0].name for name in names()}
PLACES = [
    Place(SERVERS[name], name, state)
    for name in ENDPOINTS
    for state in plan.states(ENDPOINTS[name])
]

OUT_OF_REACH = {
    ("aiosmtpd-restricted", plan.HELO),  # 530 to HELO: STARTTLS first, which only EHLO offers
    ("cyrus-lmtp-preauth", plan.LOGGED_IN),  # everybody is, from the start: 503 to AUTH PLAIN
    ("opensmtpd", plan.HANDSHAKEN),  # its TLS is broken, here and in the next three
    ("opensmtpd-submission", plan.HANDSHAKEN),
    ("opensmtpd-submission", plan.MAIL),
    ("opensmtpd-submission", plan.RCPT),
    ("opensmtpd-tls", plan.CONNECTED),
    ("postfix-postscreen", plan.RCPT),  # its deep tests end with 450 to every recipient
    ("simplesmtp", plan.HANDSHAKEN),  # it agrees to STARTTLS and never begins TLS
}
"""States a server does not let itself be brought to; the recordings show why."""

DEFECTS = {
    # Addresses are repeated as they came, and chasquid's help is Spanish.
    "8bit": {
        "chasquid", "courier", "exim", "go-smtp", "haraka", "net-server-mail", "postfix", "slimta",
    },
    # smtp-sink's EHLO reply has an empty line.
    "no-text": {"postfix"},
}  # fmt: skip

NAMES = {
    "aiosmtpd": {"aiosmtpd"},
    "chasquid": {"chasquid"},
    "courier": {"Courier"},
    "cyrus": {"Cyrus lmtpd"},
    "dovecot": {"Dovecot submission", "Dovecot LMTP"},
    "dsmtpd": {"aiosmtpd"},
    "exim": {"Exim"},
    "fakesmtpd": {"FakeSMTPd"},
    "go-smtp": {"go-smtp"},
    "haraka": {"Haraka"},
    "inetsim": {"INetSim"},
    "maildev": {"Nodemailer smtp-server"},
    "net-server-mail": {"Net::Server::Mail"},
    "nginx": {"nginx mail proxy", "aiosmtpd"},
    "opensmtpd": {"OpenSMTPD"},
    "postfix": {"Postfix", "Postfix postscreen", "Postfix smtp-sink"},
    "proxsmtp": {"ProxSMTP", "aiosmtpd"},
    "py-smtpd": {"Python's smtpd module"},
    "qpsmtpd": {"qpsmtpd"},
    "sendmail": {"Sendmail"},
    "simplesmtp": {"simplesmtp for Node.js"},
    "slimta": {"python-slimta"},
    "smtp-server": {"Nodemailer smtp-server"},
    "twisted": {"Twisted Mail"},
}
"""What a server may be taken for; anything else only with doubt. Some have another inside them."""

DOUBT = 0.9


@cache
def knowledge() -> Knowledge:
    return load_knowledge()


def sessions(endpoint: str) -> Iterator[tuple[Place, Session]]:
    """All recordings of an endpoint."""
    for place in PLACES:
        if place.endpoint == endpoint:
            session, problems = load_session(place.file)
            assert not problems
            yield place, session


def asked(place: Place, session: Session) -> set[bytes]:
    """The lines that were put in the state a recording is about."""
    wanted = plan.STANDS_IN[place.state]
    return {
        each.unit.octets.removesuffix(b"\r\n")
        for each in session.exchanges
        if isinstance(each.unit, Command) and each.before.state is wanted
    }


def is_secret(probe: Probe) -> bool:
    """Whether a recording has a mask in the place of a probe, or of a part of it."""
    return probe[0].startswith(b"AUTH PLAIN ") or probe == (b"AGFsaWNl",)


def test_every_state_of_every_endpoint_is_recorded_and_nothing_else() -> None:
    assert recorded() == sorted(PLACES)
    assert len({place.server for place in PLACES}) >= 14
    assert len({place.endpoint for place in PLACES}) >= 40


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_everything_was_asked_in_its_state(endpoint: str) -> None:
    for place, session in sessions(endpoint):
        found = asked(place, session)
        probes = plan.probes(place.state, whole=endpoint in WHOLE)
        missing = [each for each in probes if not is_secret(each) and each[0] not in found]
        if (endpoint, place.state) in OUT_OF_REACH:
            assert missing
        else:
            assert not missing


OFFERING = [
    name for name, at in ENDPOINTS.items() if at.expect.keywords and name != "opensmtpd-tls"
]


@pytest.mark.parametrize("endpoint", OFFERING)
def test_the_keywords_are_those_of_the_recipe(endpoint: str) -> None:
    session, _ = load_session(Place(SERVERS[endpoint], endpoint, plan.GREETED).file)
    capabilities = next(each.after.capabilities for each in session.exchanges[1:])
    assert capabilities is not None
    # Some write AUTH=PLAIN beside AUTH PLAIN, for clients older than RFC 2554.
    keywords = {each.partition("=")[0] for each in capabilities.keywords}
    assert keywords == set(ENDPOINTS[endpoint].expect.keywords or ())


@pytest.mark.parametrize(
    "place", [place for place in PLACES if place.state in {plan.HANDSHAKEN, plan.TLS}], ids=str
)
def test_tls_was_verified_or_is_known_to_be_broken(place: Place) -> None:
    session, _ = load_session(place.file)
    handshakes = [each for each in session.events if isinstance(each, TlsEstablished)]
    works = ENDPOINTS[place.endpoint].tls_works
    assert bool(handshakes) == works
    assert all(each.verified for each in handshakes)
    failures = [each for each in session.events if isinstance(each, Failed)]
    assert works or failures
    assert not (works and [each for each in failures if each.stage == "tls"])


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_replies_parse_without_surprise(endpoint: str) -> None:
    server = SERVERS[endpoint]
    for _, session in sessions(endpoint):
        replies = [each.reply for each in session.exchanges if each.reply is not None]
        found = {defect.name for reply in replies for defect in reply.defects}
        found |= {
            defect.name for reply in replies for line in reply.lines for defect in line.defects
        }
        assert {name for name in found if server not in DEFECTS.get(name, ())} == set()


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_no_message_was_sent_and_no_secret_kept(endpoint: str) -> None:
    secrets = [lab.PASSWORD, base64.b64encode(lab.PASSWORD.encode()).decode()[:-2]]
    secrets += [plan.plain_response(word) for word in (lab.PASSWORD, "wrong")]
    for place, session in sessions(endpoint):
        accepted = [
            each for each in session.exchanges if each.reply is not None and each.reply.is_positive
        ]
        assert not [each for each in accepted if each.verb == END_OF_DATA]
        assert not [each for each in accepted if "LAST" in each.command_text]
        text = place.file.read_text("utf-8")
        assert not [secret for secret in secrets if secret in text]


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_every_refusal_has_a_plausible_cause_and_no_wrong_server(endpoint: str) -> None:
    for place, session in sessions(endpoint):
        before = ""
        for each in session.exchanges:
            after, before = before, each.verb
            if each.reply is None or not each.is_negative:
                continue
            found = diagnose(session, each, knowledge())
            assert sum(cause.probability for cause in found.causes) == pytest.approx(1)
            server = found.server
            assert server.confidence <= DOUBT or server.name in NAMES[place.server], str(place)
            reply = f"{each.code} {each.reply.text}"
            bounds = plausible(each.command_text, place.state, reply, after=after)
            assert found.causes[0].id in bounds, f"{place} {each.number}: {each.command_text}"
