"""What Postfix and Exim do that no table can say, seen with smtplib alone.

What they answer here is the ground truth that the product's own explanations are judged by.
"""

from __future__ import annotations

import smtplib

import pytest

from tests.interop.sessions import answer, greeted, secured
from tests.interop.world import World

pytestmark = pytest.mark.interop

# Postfix -------------------------------------------------------------------------------------


def test_postfix_answers_vrfy_and_knows_no_expn(postfix: World) -> None:
    with secured(postfix, "postfix") as smtp:
        assert {"vrfy", "etrn", "chunking", "pipelining", "dsn"} <= smtp.esmtp_features.keys()
        assert answer(smtp, "VRFY alice") == "252 2.0.0 alice"
        assert answer(smtp, "EXPN staff") == "500 5.5.2 Error: command not recognized"
        assert answer(smtp, "ETRN lab.test") == "250 Queuing started"
        assert answer(smtp, "FROB") == "500 5.5.2 Error: command not recognized"


@pytest.mark.parametrize("tls", [False, True])
def test_postfix_policy_disables_vrfy_and_bdat(postfix: World, tls: bool) -> None:
    begin = secured if tls else greeted
    with begin(postfix, "postfix-policy") as smtp:
        assert not {"vrfy", "etrn", "chunking"} & smtp.esmtp_features.keys()
        assert "pipelining" in smtp.esmtp_features
        assert answer(smtp, "VRFY alice") == "502 5.5.1 VRFY command is disabled"
        assert answer(smtp, "VRFY bob@lab.test") == "502 5.5.1 VRFY command is disabled"
        # Not offered is not forbidden: Postfix takes ETRN all the same.
        assert answer(smtp, "ETRN lab.test") == "250 Queuing started"
        assert answer(smtp, "BDAT 0 LAST") == "521 5.5.1 Error: command not implemented"
        with pytest.raises(smtplib.SMTPServerDisconnected):
            smtp.noop()


def test_postfix_restricted_offers_nothing(postfix: World) -> None:
    with greeted(postfix, "postfix-restricted") as smtp:
        assert smtp.esmtp_features == {}
        assert answer(smtp, "VRFY alice") == "502 5.5.1 VRFY command is disabled"
        assert answer(smtp, "STARTTLS") == "502 5.5.1 Error: command not implemented"
        assert answer(smtp, "AUTH PLAIN").startswith("503 5.5.1 Error: authentication not enabled")


def test_postfix_submission_wants_tls_then_a_login(postfix: World) -> None:
    with greeted(postfix, "postfix-submission") as smtp:
        assert not smtp.has_extn("auth")
        expected = "530 5.7.0 Must issue a STARTTLS command first"
        assert answer(smtp, "MAIL FROM:<bob@lab.test>") == expected
    with secured(postfix, "postfix-submission") as smtp:
        assert smtp.has_extn("auth")
        assert answer(smtp, "MAIL FROM:<bob@lab.test>").startswith("250")
        assert answer(smtp, "RCPT TO:<x@example.org>").startswith("554 5.7.1")


def test_postscreen_answers_502_to_what_it_does_not_know(postfix: World) -> None:
    with greeted(postfix, "postfix-postscreen") as smtp:
        assert answer(smtp, "EXPN staff") == "502 5.5.2 Error: command not recognized"


@pytest.mark.parametrize(
    ("recipient", "code"),
    [
        ("bob@lab.test", "250"),
        ("nobody@lab.test", "550"),
        ("greylist@lab.test", "450"),
        ("full@lab.test", "452"),
        ("spam@lab.test", "554"),
        ("x@example.org", "554"),
    ],
)
def test_postfix_recipients(postfix: World, recipient: str, code: str) -> None:
    with greeted(postfix, "postfix") as smtp:
        assert answer(smtp, "MAIL FROM:<carol@sender.test>").startswith("250")
        assert answer(smtp, f"RCPT TO:<{recipient}>").startswith(code)


def test_postfix_takes_a_message_and_throws_it_away(postfix: World) -> None:
    with greeted(postfix, "postfix") as smtp:
        refused = smtp.sendmail(
            "carol@sender.test", ["bob@lab.test"], "Subject: x\r\n\r\nhello\r\n"
        )
    assert refused == {}


# Exim ----------------------------------------------------------------------------------------


def test_exim_answers_vrfy_and_etrn(exim: World) -> None:
    with secured(exim, "exim") as smtp:
        assert {"vrfy", "expn", "etrn", "chunking", "dsn"} <= smtp.esmtp_features.keys()
        assert answer(smtp, "VRFY alice@lab.test") == "250 <alice@lab.test> is deliverable"
        assert answer(smtp, "EXPN staff").startswith("553")
        assert answer(smtp, "ETRN lab.test") == "250 OK"
        assert answer(smtp, "FROB") == "500 unrecognized command"


@pytest.mark.parametrize("tls", [False, True])
def test_exim_deny_answers_502_by_acl(exim: World, tls: bool) -> None:
    begin = secured if tls else greeted
    with begin(exim, "exim-deny") as smtp:
        assert {
            "vrfy",
            "expn",
            "etrn",
        } <= smtp.esmtp_features.keys()  # offered, refused all the same
        assert smtp.has_extn("auth") is tls
        assert answer(smtp, "VRFY alice@lab.test") == "502 command disabled by policy"
        assert answer(smtp, "EXPN staff") == "502 command disabled by policy"
        assert answer(smtp, "ETRN lab.test") == "458 command disabled by policy"
        assert answer(smtp, "VRFY alice").startswith("501")


def test_exim_without_an_acl_forbids_in_its_own_words(exim: World) -> None:
    with greeted(exim, "exim-restricted") as smtp:
        assert not {"vrfy", "expn", "etrn", "chunking", "pipelining"} & smtp.esmtp_features.keys()
        assert answer(smtp, "VRFY alice@lab.test") == "252 Administrative prohibition"
        assert answer(smtp, "EXPN staff") == "550 Administrative prohibition"
        assert answer(smtp, "ETRN lab.test") == "458 Administrative prohibition"


@pytest.mark.parametrize(
    ("recipient", "code"),
    [
        ("bob@lab.test", "250"),
        ("nobody@lab.test", "550"),
        ("greylist@lab.test", "451"),
        ("spam@lab.test", "550"),
        ("x@example.org", "550"),
    ],
)
def test_exim_recipients(exim: World, recipient: str, code: str) -> None:
    with greeted(exim, "exim") as smtp:
        assert answer(smtp, "MAIL FROM:<carol@sender.test>").startswith("250")
        assert answer(smtp, f"RCPT TO:<{recipient}>").startswith(code)


def test_exim_takes_a_message_in_a_chunk(exim: World) -> None:
    message = b"Subject: x\r\n\r\nhello\r\n"
    with greeted(exim, "exim") as smtp:
        assert answer(smtp, "MAIL FROM:<carol@sender.test>").startswith("250")
        assert answer(smtp, "RCPT TO:<bob@lab.test>").startswith("250")
        smtp.send(f"BDAT {len(message)} LAST\r\n".encode() + message)
        assert smtp.getreply()[0] == 250


# Others --------------------------------------------------------------------------------------


def test_net_server_mail_answers_turn_twice(net_server_mail: World) -> None:
    with greeted(net_server_mail, "net-server-mail") as smtp:
        assert answer(smtp, "TURN") == "502 Command not implemented"
        assert smtp.getreply() == (250, b"Ok")
        assert answer(smtp, "FROB").startswith("500")


def test_inetsim_lets_the_connection_be_turned_around(inetsim: World) -> None:
    with greeted(inetsim, "inetsim") as smtp:
        assert answer(smtp, "TURN") == "250 2.0.0 OK now reversing the connection"
        with pytest.raises(smtplib.SMTPServerDisconnected):
            smtp.noop()


def test_the_words_of_two_servers_in_one_session_of_nginx(nginx: World) -> None:
    with greeted(nginx, "nginx") as smtp:
        assert answer(smtp, "VRFY bob") == "500 5.5.1 Invalid command"
        assert answer(smtp, "MAIL FROM:<carol@sender.test>") == "250 2.0.0 OK"
        assert answer(smtp, "RCPT TO:<x@example.org>") == "250 OK"
        assert answer(smtp, "VRFY bob").startswith("252 Cannot VRFY user")


def test_courier_restricted_keeps_who_errs_waiting(courier: World) -> None:
    with greeted(courier, "courier-restricted") as smtp:
        assert answer(smtp, "FROB").startswith("502")
        assert smtp.sock is not None
        smtp.sock.settimeout(1)
        smtp.putcmd("FROB")
        with pytest.raises(smtplib.SMTPServerDisconnected, match="timed out"):
            smtp.getreply()
