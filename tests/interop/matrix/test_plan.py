"""The plan asks everything everywhere, and nothing that could send a message."""

from typing import Any, cast

import pytest

from tests.interop.matrix import plan
from tests.interop.recipe import Endpoint, Expect, Protocol, Tls

VERBS_OF_RFC_5321 = {
    "EHLO", "HELO", "MAIL", "RCPT", "DATA", "RSET", "VRFY", "EXPN", "HELP", "NOOP", "QUIT",
}  # fmt: skip
VERBS_BESIDE_IT = {
    "STARTTLS", "AUTH", "BDAT", "ETRN", "ATRN", "TURN", "SEND", "SOML", "SAML", "XCLIENT",
    "XFORWARD", "LHLO", "FOO", "PIPELINING", "8BITMIME",
}  # fmt: skip


def endpoint(tls: str, protocol: str = "smtp", **other: Any) -> Endpoint:
    return Endpoint("some", "127.0.0.1", 25, cast(Tls, tls), cast(Protocol, protocol), **other)


@pytest.mark.parametrize("whole", [True, False])
@pytest.mark.parametrize("state", ["connected", "greeted", "tls", "mail", "rcpt"])
def test_every_verb_is_asked_in_every_state(state: str, whole: bool) -> None:
    asked = {probe[0].split(b" ")[0].decode() for probe in plan.probes(state, whole=whole)}

    assert asked >= VERBS_OF_RFC_5321 | VERBS_BESIDE_IT


@pytest.mark.parametrize("state", plan.STATES)
def test_nothing_is_asked_twice(state: str) -> None:
    asked = plan.probes(state, whole=True)

    assert asked
    assert len(set(asked)) == len(asked)


@pytest.mark.parametrize("state", [plan.MAIL, plan.RCPT])
def test_no_chunk_is_the_last_one_of_a_transaction(state: str) -> None:
    lines = [line.upper() for probe in plan.probes(state, whole=True) for line in probe]

    assert b"BDAT 0" in lines
    assert not [line for line in lines if b"LAST" in line]


def test_a_lone_dot_is_only_asked_where_no_mail_data_is_open() -> None:
    states = [each for each in plan.STATES if (b".",) in plan.probes(each, whole=True)]

    assert states == [plan.GREETED]


def test_the_states_of_an_endpoint_follow_from_what_it_is() -> None:
    login = Expect(mechanisms=("PLAIN",))
    assert plan.states(endpoint("starttls", expect=login)) == plan.STATES
    assert plan.LOGGED_IN not in plan.states(endpoint("starttls"))
    assert plan.TLS not in plan.states(endpoint("implicit"))
    assert plan.HANDSHAKEN not in plan.states(endpoint("none"))
    assert plan.HELO not in plan.states(endpoint("none", "lmtp"))


def test_broken_tls_is_tried_and_not_gone_beyond() -> None:
    states = plan.states(endpoint("starttls", tls_works=False))
    assert plan.HANDSHAKEN in states
    assert plan.TLS not in states
    assert plan.states(endpoint("implicit", tls_works=False)) == (plan.CONNECTED,)


def test_the_limits_of_an_endpoint_are_those_of_the_longest_name() -> None:
    def of(name: str) -> plan.Limits:
        return plan.limits(Endpoint(name, "127.0.0.1", 25, "none", "smtp"))

    assert of("exim-deny") == of("exim")
    assert of("postfix-postscreen") != of("postfix") == of("postfix-relay")
    assert of("opensmtpd") == plan.Limits()


def test_what_spoils_a_connection_is_known_of_some_servers_only() -> None:
    relay = Endpoint("postfix-relay", "127.0.0.1", 25, "none", "smtp")
    huge = (b"MAIL FROM:<alice@lab.test> SIZE=99999999999",)
    assert huge in plan.probes(plan.GREETED, whole=True)
    assert plan.spoils(relay, huge)
    assert not plan.spoils(relay, (b"TURN",))
    assert not plan.spoils(endpoint("none"), huge)
