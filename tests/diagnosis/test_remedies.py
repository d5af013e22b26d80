"""Where no other command helps: patience, another account, a smaller message, a person."""

import pytest

from smtpdebugger.diagnosis.diagnose import diagnose
from smtpdebugger.diagnosis.model import Alternative
from smtpdebugger.diagnosis.remedies import REMEDIES
from smtpdebugger.session.session import Header, Session
from smtpdebugger.transcript.dialogue import read_dialogue
from tests.diagnosis.cases import EHLO, TRANSACTION, alternatives, diagnosis_of, knowledge

MAIL = "C: MAIL FROM:<ann@example.test>\nS: 250 2.1.0 Ok\n"
RCPT = EHLO + MAIL + "C: RCPT TO:<bob@example.test>\n"
MESSAGE = EHLO + TRANSACTION + "C: DATA\nS: 354 go\nC: Subject: x\nC: .\n"
TLS = "S: 220 go\n# tls\nC: EHLO me.example\nS: 250-mx\nS: 250-SIZE 1000\n"
LOGIN = EHLO + "C: STARTTLS\n" + TLS + "S: 250 AUTH PLAIN LOGIN XOAUTH2\n"


def whats(text: str) -> str:
    return " | ".join(each.what for each in alternatives(text) if each.action == "other")


def lines(text: str) -> list[str]:
    return [line for each in alternatives(text) for line in each.commands]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("S: 554 5.7.1 [192.0.2.1] blocked using zen.spamhaus.org\n", "up at zen.spamhaus.org"),
        ("S: 421 4.7.0 too many connections\n", "Wait, then connect again"),
        (LOGIN + "C: AUTH PLAIN AGEAYg==\nS: 535 5.7.8 no\n", "Check the user name"),
        (LOGIN + "C: AUTH PLAIN AGEAYg==\nS: 534 5.7.9 Application-specific password required\n",
         "Create an app password"),
        (EHLO + "C: MAIL FROM:<a@b.example> SIZE=5000\nS: 552 5.3.4 size exceeds limit\n",
         "at most 1000 octets"),
        (RCPT + "S: 550 5.1.1 User unknown\n", "Check bob@example.test letter by letter"),
        (RCPT + "S: 550 5.1.1 User unknown\n", "postmaster@example.test"),
        (RCPT + "S: 450 4.7.1 Greylisted, try again in 300 seconds\n",
         "Wait 300 seconds, then send the whole message again"),
        (EHLO + TRANSACTION + "C: RCPT TO:<c@example.test>\nS: 452 4.5.3 Too many recipients\n",
         "recipients accepted so far"),
        (RCPT + "S: 552 5.2.2 Mailbox full\n", "mailbox is full"),
        (MESSAGE + "S: 550 5.7.26 not accepted due to domain's DMARC policy\n",
         "the sender's own domain names"),
        (LOGIN + "C: AUTH PLAIN AGEAYg==\nS: 535 Too many failed logins\n", "web page"),
        (LOGIN + "C: AUTH PLAIN\nS: 535 5.7.139 SmtpClientAuthentication is disabled\n",
         "logins switched on for this account"),
        (MESSAGE + "S: 554 5.2.252 SendAsDenied\n", "belongs to the login"),
        (EHLO + "C: MAIL FROM:<a@b.example>\nS: 553 5.1.8 Domain does not exist\n",
         "whose domain exists"),
        (RCPT + "S: 550 Sender verify failed\n", "exists and takes mail"),
        (RCPT + "S: 504 5.5.2 Helo command rejected\n", "full name of the host"),
        (RCPT + "S: 556 5.1.10 Domain does not accept mail (null MX)\n", "another domain"),
        (EHLO + "C: MAIL FROM:<a@b.example>\nS: 421 4.7.0 deferred, user complaints\n",
         "Wait, then connect again and send"),
        (MESSAGE + "S: 552 5.3.4 message too big\n", "at most 1000 octets"),
        (MESSAGE + "S: 451 4.3.2 try again\n", "Wait, then send the whole message again"),
        (EHLO + "C: VRFY jürgen@example.test\nS: 501 non-ASCII characters not allowed\n", "ASCII"),
    ],
)  # fmt: skip
def test_the_remedy_is_told(text: str, told: str) -> None:
    assert told in whats(text)


@pytest.mark.parametrize(
    "text",
    [
        RCPT + "S: 556 5.1.10 Domain does not accept mail (null MX)\n",
        RCPT + "S: 550 relay access denied\n",
        "# port 587\n" + RCPT + "S: 550 5.1.1 User unknown\n",
    ],
)
def test_nobody_is_sent_to_a_postmaster_who_cannot_help(text: str) -> None:
    assert "postmaster" not in whats(text)


def test_waiting_is_marked_as_such() -> None:
    (waits,) = alternatives(MESSAGE + "S: 451 4.3.2 later\n")
    assert (waits.action, waits.kind) == ("other", "again-later")


def test_a_wrong_password_is_not_tried_with_another_mechanism() -> None:
    for code in (535, 534):
        refused = LOGIN + f"C: AUTH PLAIN AGEAYg==\nS: {code} 5.7.8 Authentication failed\n"
        assert not {"AUTH PLAIN", "AUTH LOGIN"} & set(lines(refused))
        assert "AUTH XOAUTH2" in lines(refused)


def test_the_address_that_the_server_names_is_taken() -> None:
    moved = RCPT + "S: 551 5.1.6 User not local; please try <bob@other.example>\n"
    assert "RCPT TO:<bob@other.example>" in lines(moved)


def test_a_temporary_refusal_is_not_met_with_the_same_line_at_once() -> None:
    assert "RCPT TO:<bob@example.test>" not in lines(RCPT + "S: 450 4.2.0 Greylisted\n")


def test_a_domain_is_written_in_ascii() -> None:
    address = "C: RCPT TO:<bob@bücher.example>\nS: 553 5.6.7 non-ASCII address not permitted\n"
    assert "RCPT TO:<bob@xn--bcher-kva.example>" in lines(EHLO + MAIL + address)


REFUSED = [
    line.split("|")
    for line in """\
|554 5.7.1 no service
|421 4.3.2 closing
C: EHLO me.example|550 5.7.1 no
C: EHLO my_host|501 5.5.2 bad name
C: STARTTLS|454 4.7.0 later
C: STARTTLS|554 5.7.3 no
C: AUTH PLAIN AGEAYg==|530 5.7.0 TLS first
C: AUTH PLAIN AGEAYg==|534 5.7.9 too weak
C: AUTH PLAIN AGEAYg==|535 5.7.8 no
C: AUTH PLAIN AGEAYg==|538 5.7.11 encrypt
C: AUTH PLAIN AGEAYg==|454 4.7.0 later
C: AUTH CRAM-MD5|504 5.5.4 no
C: MAIL FROM:<a@b.example>|451 4.3.0 later
C: MAIL FROM:<a@b.example>|550 5.7.23 SPF
C: MAIL FROM:<a@b.example> SIZE=99999|552 5.3.4 big
C: MAIL FROM:<a@b.example> X=1|555 5.5.4 no
C: RCPT TO:<a@b.example>|450 4.2.0 later
C: RCPT TO:<a@b.example>|452 4.5.3 many
C: RCPT TO:<a@b.example>|550 5.1.1 unknown
C: RCPT TO:<a@b.example>|554 5.7.1 relay access denied
C: RCPT TO:<a@b.example>|552 5.2.2 full
C: RCPT TO:<a@b.example>|421 4.7.0 rate
C: DATA|503 5.5.1 no
C: DATA|554 5.5.1 no valid recipients
C: BDAT 5 LAST|503 5.5.1 no
C: BDAT 5 LAST|502 5.5.1 no
C: RSET|500 5.5.1 no
C: QUIT|500 5.5.1 no
C: NOOP|550 5.7.1 no
C: HELP|502 5.5.1 no
C: VRFY a|252 5.5.1 no
C: VRFY a|550 5.1.1 no
C: EXPN a|550 5.7.1 no
C: ETRN a.example|459 4.7.0 no
C: FOO|500 5.5.1 no
C: .|502 5.5.1 no""".splitlines()
]


@pytest.mark.parametrize("opening", ["S: 220 mx\n", EHLO, LOGIN, EHLO + MAIL, EHLO + TRANSACTION])
@pytest.mark.parametrize(("command", "reply"), REFUSED)
def test_no_refusal_is_without_a_way_on(opening: str, command: str, reply: str) -> None:
    if not command and opening != "S: 220 mx\n":
        pytest.skip("a greeting comes first")
    text = (opening + f"{command}\n" if command else "") + f"S: {reply}\n"
    found = alternatives(text)

    assert bool(found) == (reply[0] in "45")
    for alternative in found:
        assert alternative.achieves
        assert alternative.reference
        assert alternative.label
        assert knowledge().goal(alternative.goal) is not None, alternative


def test_every_remedy_is_for_a_cause_there_is() -> None:
    assert set(REMEDIES) <= set(knowledge().causes)


def test_the_goal_is_that_of_the_verb() -> None:
    def goals(text: str) -> set[str]:
        return {each.goal for each in alternatives(EHLO + text)}

    assert goals("C: VRFY a@b.example\nS: 502 no\n") == {"verify-address"}
    assert "learn-commands" in goals("C: FOO\nS: 500 no\n")
    assert isinstance(alternatives(EHLO + "C: VRFY a\nS: 502 no\n")[0], Alternative)


def test_what_was_refused_in_clear_may_be_sent_again_inside_tls() -> None:
    refused = EHLO + "C: AUTH PLAIN\nS: 538 5.7.11 Encryption required\n"
    session = Session(Header(origin="live"))
    for event in read_dialogue(refused + LOGIN.split(EHLO)[1] + "S: 250 AUTH PLAIN\n").events:
        session.record(event)
    found = diagnose(session, session.exchange(3), knowledge()).alternatives

    assert ("AUTH PLAIN",) in [each.commands for each in found]


def test_a_client_without_certificate_is_told_to_bring_one() -> None:
    text = EHLO + "C: MAIL FROM:<>\nS: 454 4.7.1 No client certificate presented\n"

    assert "Connect again with a client certificate" in whats(text)
    assert "Connect from an address" not in whats(text)


def test_a_rule_that_refuses_for_now_is_met_with_patience() -> None:
    assert "Wait" in whats(EHLO + "C: MAIL FROM:<>\nS: 450 4.7.1 Sender address rejected\n")


def test_login_is_offered_for_recipients_elsewhere_only_where_relaying_is_refused() -> None:
    start = EHLO.replace("8BITMIME", "AUTH PLAIN") + "C: MAIL FROM:<>\nS: 250 ok\n"
    refused = start + "C: RCPT TO:<bob@example.test>\nS: 550 5.7.1 closed for our holidays\n"
    relayed = start + "C: RCPT TO:<bob@example.test>\nS: 550 5.7.1 Relaying denied\n"

    def achieved(text: str) -> str:
        return " ".join(each.achieves for each in alternatives(text))

    assert "recipients elsewhere" not in achieved(refused)
    assert "recipients elsewhere" in achieved(relayed)


@pytest.mark.parametrize(
    ("greeting", "keywords", "is_sent"),
    [
        ("mx.google.com ESMTP a1-b2c3 - gsmtp", "PIPELINING", False),
        ("mail.example.test ESMTP", "PIPELINING", True),
    ],
)
def test_a_services_incoming_host_is_no_place_for_users(
    greeting: str, keywords: str, is_sent: bool
) -> None:
    hello = "mx.google.com at your service, [192.0.2.1]" if not is_sent else "mail.example.test"
    found = diagnosis_of(
        f"S: 220 {greeting}\nC: EHLO me.example.org\nS: 250-{hello}\nS: 250 {keywords}\n"
        "C: MAIL FROM:<a@example.org>\nS: 250 2.1.0 OK\n"
        "C: RCPT TO:<b@example.net>\nS: 550 5.7.1 Your IP address is on a block list - gsmtp\n"
    )

    assert any(each.port == 587 for each in found.alternatives) is is_sent
