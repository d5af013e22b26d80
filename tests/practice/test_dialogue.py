"""What each personality says, without a network."""

from __future__ import annotations

import base64

import pytest

from smtpdebugger.practice.dialogue import Answer, Dialogue
from smtpdebugger.practice.personality import list_personalities, load_personality
from smtpdebugger.practice.units import UnitReader
from smtpdebugger.protocol.state import State


class Talk:
    """A dialogue driven by octets, as a connection drives it."""

    def __init__(self, name: str, *, tls: bool = False) -> None:
        self.dialogue = Dialogue(load_personality(name), tls=tls)
        self.units = UnitReader()
        self.greeting = self.dialogue.greet()

    def say(self, *lines: str) -> list[str]:
        """All reply lines to these lines; a reply that closes ends it."""
        return [
            line for each in self.answers("".join(f"{x}\r\n" for x in lines)) for line in each.lines
        ]

    def answers(self, text: str) -> list[Answer]:
        self.units.feed(text.encode())
        found = []
        while (unit := self.units.next_unit()) is not None:
            answer = self.dialogue.answer(unit)
            self.units.answered(unit, answer.code)
            found.append(answer)
            if answer.close:
                break
        return [each for each in found if each.lines]


def test_strict_postfix_gives_its_real_502_and_521() -> None:
    talk = Talk("strict-postfix")
    assert talk.greeting.lines == ("220 mx.practice.test ESMTP Postfix",)
    assert talk.say("VRFY alice") == ["502 5.5.1 VRFY command is disabled"]
    assert talk.say("EXPN x") == ["500 5.5.2 Error: command not recognized"]
    [answer] = talk.answers("BDAT 5 LAST\r\nhello")
    assert answer.lines == ("521 5.5.1 Error: command not implemented",)
    assert answer.close


def test_the_ehlo_reply_differs_before_and_after_tls() -> None:
    talk = Talk("strict-postfix")
    before = talk.say("EHLO me")
    assert "250 STARTTLS" in before
    assert not any("AUTH" in line or "CHUNKING" in line or "VRFY" in line for line in before)
    [answer] = talk.answers("STARTTLS\r\n")
    assert answer.starts_tls
    talk.dialogue.started_tls()
    assert talk.dialogue.state is State.GREETED
    after = talk.say("EHLO me")
    assert "250 AUTH PLAIN LOGIN" in after
    assert "250 STARTTLS" not in after


def test_legacy_refuses_ehlo_with_502_and_knows_helo() -> None:
    talk = Talk("legacy")
    assert talk.say("EHLO me")[0].startswith("502 ")
    assert talk.dialogue.state is State.GREETED
    assert talk.say("MAIL FROM:<a@b>")[0].startswith("503 ")
    assert talk.say("HELO me") == ["250 relay.legacy.test"]
    assert talk.say("MAIL FROM:<a@b> SIZE=3")[0].startswith("501 ")


def test_appliance_answers_502_to_nearly_everything() -> None:
    talk = Talk("appliance")
    refused = ("VRFY a", "EXPN a", "HELP", "NOOP", "RSET", "STARTTLS", "AUTH PLAIN", "ETRN x", "X")
    assert {talk.say(line)[0][:3] for line in refused} == {"502"}


def test_modern_has_everything_on() -> None:
    talk = Talk("modern", tls=True)
    talk.say("EHLO me")
    for line in ("VRFY alice", "EXPN staff", "ETRN x.test", "HELP", "NOOP", "RSET"):
        assert talk.say(line)[0][0] == "2", line
    talk.say("MAIL FROM:<a@b> BODY=BINARYMIME SMTPUTF8 RET=FULL", "RCPT TO:<c@d>")
    assert talk.say("BDAT 3", "x")[0] == "250 2.0.0 3 octets received"
    assert talk.say("BDAT 3 LAST", "y")[0].startswith("250 2.0.0 Message accepted")
    assert talk.dialogue.state is State.EHLO


def test_chunks_out_of_order_are_read_and_refused() -> None:
    talk = Talk("modern")
    talk.say("EHLO me")
    assert talk.say("BDAT 6", "NOOP") == ["503 5.5.1 RCPT first"]
    assert talk.say("BDAT x") == ["503 5.5.1 RCPT first"]
    talk.say("MAIL FROM:<a@b>", "RCPT TO:<c@d>")
    assert talk.say("BDAT x") == ["501 5.5.4 Syntax: BDAT size [LAST]"]
    assert talk.say("BDAT 0 LAST")[0].startswith("250 ")


def test_where_bdat_is_unknown_its_octets_are_read_as_commands() -> None:
    talk = Talk("appliance")
    assert talk.say("BDAT 6 LAST", "QUIT") == ["502 Command not implemented", "221 Bye"]


@pytest.mark.parametrize("name", list_personalities())
def test_the_wrong_order_is_refused_with_503_or_554(name: str) -> None:
    talk = Talk(name)
    talk.say("HELO me")
    assert talk.say("RCPT TO:<a@b>")[0][:3] == "503"
    assert talk.say("DATA")[0][:3] == "503"
    domain = talk.dialogue.personality.host.partition(".")[2]
    assert talk.say(f"MAIL FROM:<a@{domain}>")[0][:3] == "250"
    assert talk.say("DATA")[0][:3] in {"503", "554"}
    assert talk.say("MAIL FROM:<b@c>")[0][:3] == "503"
    assert talk.say(f"RCPT TO:<b@{domain}>")[0][:3] == "250"
    assert talk.say("DATA")[0][:3] == "354"
    assert talk.say("Subject: x", "", "..", ".")[0][:3] == "250"
    assert talk.say("RCPT TO:<a@b>")[0][:3] == "503"


@pytest.mark.parametrize("name", ["strict-postfix", "modern"])
def test_the_documented_user_can_log_in_and_nobody_else(name: str) -> None:
    talk = Talk(name, tls=True)
    talk.say("EHLO me")
    login = talk.dialogue.personality.login
    assert login.user.startswith("alice@")
    assert talk.say("AUTH PLAIN AGEAYg==")[0][:3] == "535"
    assert talk.say("AUTH PLAIN", "*")[1][:3] == "501"
    assert talk.say("AUTH LOGIN", "YQ==", "!!")[2][:3] in {"535", "501"}
    assert talk.say("AUTH BOGUS")[0][:3] in {"535", "504"}
    token = f"\0{login.user}\0{login.password}".encode()
    assert talk.say("AUTH PLAIN " + base64.b64encode(token).decode())[0][:3] == "235"
    assert talk.say("AUTH PLAIN")[0][:3] == "503"


def test_too_many_errors_end_it_with_421_and_slow_down_before() -> None:
    talk = Talk("strict-postfix")
    talk.say("EHLO me")
    answers = [talk.answers("FOO\r\n")[0] for _ in range(20)]
    assert [each.delay_ms for each in answers] == [0] * 10 + [1000] * 10
    assert [each.close for each in answers] == [False] * 19 + [True]
    farewell = talk.dialogue.farewell.lines
    assert farewell == ("421 4.7.0 mx.practice.test Error: too many errors",)


def test_one_error_too_few_is_no_reason_to_go() -> None:
    talk = Talk("strict-postfix")
    talk.say(*["FOO"] * 19)
    assert talk.dialogue.farewell.lines == ()


def test_what_a_client_sends_cannot_fill_in_our_words() -> None:
    talk = Talk("modern")
    talk.say("EHLO {host}")
    assert talk.say("MAIL FROM:<{id}@{host}>") == ["250 2.1.0 <{id}@{host}> may send"]


def test_postfix_leaves_where_http_is_spoken() -> None:
    talk = Talk("strict-postfix")
    [answer] = talk.answers("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    assert answer.lines == ("221 2.7.0 Error: I can break rules, too. Goodbye.",)
    assert answer.close


def test_a_multiline_reply_on_the_wire() -> None:
    assert Answer(("250 a", "250 b")).octets == b"250-a\r\n250 b\r\n"
    assert Answer().octets == b""
