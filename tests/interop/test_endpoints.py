"""Every endpoint is what its recipe says it is: TLS, keywords, logins, replies."""

from __future__ import annotations

import ssl

import pytest

from tests.interop.fixtures import Live, on
from tests.interop.recipe import Endpoint
from tests.interop.sessions import (
    answer,
    connected,
    greeted,
    inside,
    keywords,
    log_in,
    mechanisms,
    trusting,
)

pytestmark = pytest.mark.interop

IN_SMTPLIB = ("PLAIN", "LOGIN", "CRAM-MD5")  # the mechanisms that smtplib speaks


def usable(endpoint: Endpoint) -> bool:
    """Whether there is anything to talk to: all but TLS that comes first and does not work."""
    return endpoint.tls_works or endpoint.tls != "implicit"


@on(usable)
def test_the_first_hello_offers_what_the_recipe_says(live: Live) -> None:
    server, endpoint = live
    with greeted(server, endpoint.name) as smtp:
        assert ("STARTTLS" in keywords(smtp)) is (endpoint.tls == "starttls")
        if endpoint.expect.keywords is not None:
            assert keywords(smtp) == endpoint.expect.keywords
        if "NOOP" not in endpoint.expect.replies:
            assert answer(smtp, "NOOP").startswith("250")


@on(lambda e: e.tls != "none" and e.tls_works)
def test_tls_is_verified_and_offers_what_the_recipe_says(live: Live) -> None:
    server, endpoint = live
    outside = endpoint.expect.keywords
    expected = endpoint.expect.keywords_inside or (outside and outside - {"STARTTLS"})
    with inside(server, endpoint.name) as smtp:
        assert isinstance(smtp.sock, ssl.SSLSocket)
        assert smtp.sock.version() in {"TLSv1.2", "TLSv1.3"}
        if expected is not None:
            assert keywords(smtp) == expected


@on(lambda e: e.tls == "starttls" and not e.tls_works)
def test_broken_starttls_is_accepted_and_then_fails(live: Live) -> None:
    server, endpoint = live
    with greeted(server, endpoint.name) as smtp:
        assert answer(smtp, "STARTTLS").startswith("220")
        assert smtp.sock is not None
        smtp.sock.settimeout(3)
        with pytest.raises(OSError):
            trusting(server).wrap_socket(smtp.sock, server_hostname=endpoint.host)
        smtp.close()


@on(lambda e: not usable(e))
def test_broken_tls_on_connect_fails(live: Live) -> None:
    server, endpoint = live
    with pytest.raises(OSError):
        connected(server, endpoint.name)


@on(lambda e: e.expect.mechanisms)
def test_the_user_may_log_in_and_nobody_with_a_wrong_password(live: Live) -> None:
    server, endpoint = live
    assert endpoint.expect.mechanisms is not None
    with inside(server, endpoint.name) as smtp:
        assert mechanisms(smtp) == set(endpoint.expect.mechanisms)
    for mechanism in IN_SMTPLIB:
        if mechanism not in endpoint.expect.mechanisms:
            continue
        with inside(server, endpoint.name) as smtp:
            wrong = log_in(smtp, mechanism, server.user, "not-" + server.password)
            assert wrong == endpoint.expect.wrong_password, mechanism
        with inside(server, endpoint.name) as smtp:
            assert log_in(smtp, mechanism, server.user, server.password) == 235, mechanism


@on(lambda e: usable(e) and e.expect.replies)
def test_commands_are_answered_as_the_recipe_says(live: Live) -> None:
    server, endpoint = live
    with greeted(server, endpoint.name) as smtp:
        replies = {command: smtp.docmd(command)[0] for command in endpoint.expect.replies}
    assert replies == endpoint.expect.replies
