"""The watchdog: every rule of findings/ is seen where it belongs, and nowhere else."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smtpdebugger.diagnosis.model import Finding
from smtpdebugger.diagnosis.watchdog import MOST, InOrder, Watchdog, all_findings
from smtpdebugger.session.session import Session
from smtpdebugger.transcript.dialogue import read_dialogue
from tests.diagnosis.cases import DIALOGUES, knowledge
from tests.diagnosis.watched import HELLO, SECOND, watched

Steps = tuple[str | bytes | int, ...]

GREETS = "S:220 mx.example.test"

MAIL: Steps = (*HELLO, "C:MAIL FROM:<>", "S:250 ok", "C:RCPT TO:<a@b.example>", "S:250 ok")
DATA: Steps = (*MAIL, "C:DATA", "S:354 go")
ESMTP: Steps = (GREETS, "C:EHLO me", "S:250-mx", "S:250-SIZE 1000", "S:250-8BITMIME",
                "S:250-AUTH CRAM-MD5 LOGIN", "S:250-CHUNKING",
                "S:250 ENHANCEDSTATUSCODES")  # fmt: skip
TLS: Steps = (*HELLO, "C:STARTTLS", "S:220 go", "tls")

EXAMPLES: dict[str, tuple[Steps, int]] = {
    # rule: a session in which it holds, and the exchange it is anchored to
    "greeting-of-another": (
        ("S:220 mx ESMTP Postfix", "C:NOOP", "S:250 OK", "C:RSET", "S:250 Reset OK"), 3,
    ),
    "codes-differ": ((*HELLO, "C:NOOP", "S:250-yes", "S:550 no"), 3),
    "no-reply-code": ((*HELLO, "C:NOOP", "S:hello world"), 3),
    "code-out-of-range": ((*HELLO, "C:NOOP", "S:999 what"), 3),
    "bad-separator": ((*HELLO, "C:NOOP", "S:250OK"), 3),
    "bare-lf-reply": ((*HELLO, "C:NOOP", "s:250 ok\n"), 3),
    "bare-cr-reply": ((*HELLO, "C:NOOP", "s:250 o\rk\r\n"), 3),
    "bare-lf-command": ((*HELLO, "c:NOOP\n", "S:250 ok"), 3),
    "bare-cr-command": ((*HELLO, "c:NOOP a\rQUIT\r\n", "S:250 ok"), 3),
    "bare-line-end-in-message": ((*DATA, "c:Subject: a\n\r\n.\r\n", "S:250 ok"), 6),
    "nul-octet": ((*HELLO, b"c:NOOP a\0b\r\n", "S:501 no"), 3),
    "reply-line-too-long": ((*HELLO, "C:NOOP", "S:250 " + "x" * 600), 3),
    "command-line-too-long": ((*HELLO, "C:NOOP " + "x" * 600, "S:250 ok"), 3),
    "message-line-too-long": ((*DATA, "c:" + "x" * 1200 + "\r\n.\r\n", "S:250 ok"), 6),
    "eight-bit-command": ((*HELLO, "C:VRFY jürgen", "S:252 maybe"), 3),
    "eight-bit-reply": ((*HELLO, "C:NOOP", "S:250 schön"), 3),
    "eight-bit-message": ((*DATA, "c:Grüße\r\n.\r\n", "S:250 ok"), 6),
    "eight-bit-undeclared": (
        (*ESMTP, "C:MAIL FROM:<>", "S:250 2.1.0 ok", "C:RCPT TO:<a@b.example>", "S:250 2.1.5 ok",
         "C:DATA", "S:354 go", "c:Grüße\r\n.\r\n", "S:250 2.0.0 ok"), 6),
    "dot-not-doubled": ((*DATA, "c:one\r\n.two\r\n.\r\n", "S:250 ok"), 6),
    "lf-dot-lf-accepted": ((*DATA, "c:one\n.\n", "S:250 ok"), 6),
    "reply-cut-off": ((*HELLO, "C:NOOP", "s:250-mx\r\n", "closed"), 3),
    "line-without-end": ((*HELLO, "C:NOOP", "s:250 " + "x" * 70_000 + "\r\n"), 3),
    "enhanced-class-differs": ((*HELLO, "C:VRFY a", "S:550 4.1.1 later"), 3),
    "enhanced-missing": ((*ESMTP, "C:NOOP", "S:250 fine"), 3),
    "unsolicited-reply": ((*HELLO, 5000, "S:250 and another thing"), 3),
    "closing-notice": ((*HELLO, 5000, "S:421 4.4.2 idle"), 3),
    "replies-one-off": ((*HELLO, "C:AUTH LOGIN", "C:NOOP", "S:250 stray", "S:334 VXNlcg=="), 4),
    "code-of-another-verb": ((*HELLO, "C:NOOP", "S:354 go on"), 3),
    "data-after-starttls": ((*HELLO, "C:STARTTLS", "S:220 go", "S:250 injected", "tls"), 4),
    "command-after-starttls": ((*HELLO, "C:STARTTLS", "S:220 go", "C:EHLO me", "tls"), 4),
    "spoke-before-greeting": (("connected", "C:EHLO me", 900, GREETS, "S:250 mx"), 2),
    "sent-without-waiting": ((GREETS, "C:HELO me", "C:NOOP", "S:250 mx", "S:250 ok"), 3),
    "sent-past-barrier": ((*HELLO, "C:NOOP", "C:RSET", "S:250 ok", "S:250 ok"), 4),
    "slow-greeting": (("connected", 8 * SECOND, GREETS), 1),
    "slow-reply": ((*HELLO, "C:NOOP", 12 * SECOND, "S:250 ok"), 3),
    "multiline-greeting": (("S:220-mx", "S:220 hello"), 1),
    "reply-before-end-of-message": ((*DATA, "c:one\r\ntwo\r\n", "S:552 stop"), 6),
    "no-ehlo-after-tls": ((*TLS, "C:MAIL FROM:<>", "S:250 ok"), 4),
    "offered-but-refused": ((*HELLO, "C:STARTTLS", "S:502 no"), 3),
    "parameter-refused": ((*ESMTP, "C:MAIL FROM:<> SIZE=5", "S:555 5.5.4 no"), 3),
    "mechanism-refused": ((*ESMTP, "C:AUTH CRAM-MD5", "S:504 5.5.4 no"), 3),
    "works-though-not-offered": ((*HELLO, "C:ETRN b.example", "S:250 ok"), 3),
    "parameter-not-offered": ((*HELLO, "C:MAIL FROM:<> SIZE=5", "S:250 ok"), 3),
    "auth-in-clear": (ESMTP, 2),
    "password-in-clear": ((*ESMTP, "C:AUTH PLAIN AGFsaWNlAHNlY3JldA==", "S:235 2.7.0 ok"), 3),
    "starttls-in-tls": ((*TLS, "C:EHLO me", "S:250-mx", "S:250 STARTTLS"), 4),
    "auth-lines-differ": (
        (GREETS, "C:EHLO me", "S:250-mx", "S:250-AUTH SCRAM-SHA-1", "S:250 AUTH=NTLM"), 2),
    "keyword-twice": ((GREETS, "C:EHLO me", "S:250-mx", "S:250-SIZE 1", "S:250 SIZE 2"), 2),
    "keyword-masked": ((GREETS, "C:EHLO me", "S:250-mx", "S:250 XXXXXXXA"), 2),
    "size-unreadable": ((GREETS, "C:EHLO me", "S:250-mx", "S:250 SIZE lots"), 2),
    "size-over-limit": ((*ESMTP, "C:MAIL FROM:<> SIZE=2000", "S:552 5.3.4 no"), 3),
    "message-over-limit": (
        (*ESMTP, "C:MAIL FROM:<>", "S:250 2.1.0 ok", "C:RCPT TO:<a@b.example>", "S:250 2.1.5 ok",
         "C:DATA", "S:354 go", "c:" + "line\r\n" * 300 + ".\r\n", "S:552 5.3.4 no"), 6),
    "size-understated": (
        (*HELLO, "C:MAIL FROM:<> SIZE=9", "S:250 ok", "C:RCPT TO:<a@b.example>", "S:250 ok",
         "C:DATA", "S:354 go", "c:" + "line\r\n" * 300 + ".\r\n", "S:250 ok"), 6),
    "offers-changed-by-tls": ((*TLS, "C:EHLO me", "S:250-mx", "S:250 SIZE 5"), 4),
    "offers-changed-by-login": (
        (*ESMTP, "C:AUTH CRAM-MD5", "S:334 eA==", "C:YQ==", "S:235 2.7.0 ok", "C:EHLO me",
         "S:250-mx", "S:250 SIZE 5"), 5),
    "offers-changed": ((*HELLO, "C:EHLO me", "S:250-mx", "S:250 SIZE 5"), 3),
    "ehlo-refused": ((GREETS, "C:EHLO me", "S:502 no"), 2),
    "helo-without-ehlo": ((GREETS, "C:HELO me", "S:250 mx"), 2),
    "old-tls": ((*HELLO, "C:STARTTLS", "S:220 go", "old tls", "C:EHLO me", "S:250 mx"), 4),
    "old-mechanisms-only": ((GREETS, "C:EHLO me", "S:250-mx", "S:250 AUTH NTLM"), 2),
    "greeting-name": (("S:220 localhost ESMTP",), 1),
    "ended-without-reply": ((*HELLO, "C:NOOP", "closed"), 3),
}  # fmt: skip


def rules(session: Session) -> list[str]:
    return [each.rule for each in all_findings(session, knowledge())]


def test_every_rule_has_an_example() -> None:
    assert set(EXAMPLES) == set(knowledge().findings)


@pytest.mark.parametrize("rule", EXAMPLES)
def test_a_rule_is_seen_where_it_holds(rule: str) -> None:
    steps, exchange = EXAMPLES[rule]

    found = [each for each in all_findings(watched(*steps), knowledge()) if each.rule == rule]

    assert [each.exchange for each in found] == [exchange]
    told = found[0]
    assert "{" not in told.sentence + told.advice
    assert told.title
    assert told.reference.startswith("RFC ")


@pytest.mark.parametrize("rule", EXAMPLES)
def test_the_anchor_stands_inside_what_it_is_about(rule: str) -> None:
    session = watched(*EXAMPLES[rule][0])
    for found in all_findings(session, knowledge()):
        exchange = session.exchange(found.exchange)
        unit = exchange.unit
        if found.side == "server":
            length = len(exchange.reply.octets) if exchange.reply else 0
        else:
            length = getattr(unit, "length", 0) or len(getattr(unit, "octets", b""))
        assert 0 <= found.start <= found.stop <= length


def test_octets_are_named_exactly() -> None:
    session = watched(*HELLO, "C:NOOP", "S:250-one", b"s:250 sch\xf6n\r\n")
    found = all_findings(session, knowledge())[-1]
    reply = session.exchange(3).reply

    assert reply is not None
    assert (found.rule, found.side) == ("eight-bit-reply", "server")
    assert reply.octets[found.start : found.start + 1] == b"\xf6"


CLEAN: Steps = (
    "connected", 1000, "S:220 mx.example.test ESMTP", "C:EHLO me.example",
    "S:250-mx", "S:250-PIPELINING", "S:250-SIZE 1000", "S:250-ENHANCEDSTATUSCODES",
    "S:250-STARTTLS", "S:250 8BITMIME",
    "C:STARTTLS", "S:220 2.0.0 go", "tls", "C:EHLO me.example",
    "S:250-mx", "S:250-PIPELINING", "S:250-SIZE 1000", "S:250-ENHANCEDSTATUSCODES",
    "S:250 8BITMIME",
    "C:MAIL FROM:<a@b.example> SIZE=20", "C:RCPT TO:<c@d.example>", "C:DATA",
    "S:250 2.1.0 ok", "S:250 2.1.5 ok", "S:354 go",
    "c:Subject: hello\r\n\r\n..dot\r\n.\r\n", "S:250 2.0.0 queued", "C:VRFY a",
    "S:502 5.5.1 no", "C:QUIT", "S:221 2.0.0 bye", "closed",
)  # fmt: skip


def test_a_session_that_is_in_order_has_no_findings() -> None:
    assert rules(watched(*CLEAN)) == []


def test_a_second_connection_is_judged_alone() -> None:
    session = watched("connected", *HELLO, "closed", "connected", GREETS, "C:EHLO me", "S:250 mx")
    assert rules(session) == []


def test_smtputf8_permits_what_it_is_for() -> None:
    offers = (GREETS, "C:EHLO me", "S:250-mx", "S:250-8BITMIME", "S:250 SMTPUTF8")
    session = watched(*offers, "C:MAIL FROM:<jürgen@b.example> SMTPUTF8", "S:250 schön")
    assert rules(session) == []


def test_a_login_with_an_initial_response_may_be_followed() -> None:
    session = watched(*TLS, *HELLO[1:3], "S:250-PIPELINING", "S:250 AUTH EXTERNAL",
                      "C:AUTH EXTERNAL =", "C:NOOP", "S:235 ok", "S:250 ok")  # fmt: skip
    assert "sent-past-barrier" not in rules(session)


def test_findings_are_graded_by_the_word_of_their_reference() -> None:
    for rule in knowledge().findings.values():
        if "MUST" in rule.demand or rule.demand == "requires":
            assert rule.severity == "error"
        elif "SHOULD" in rule.demand:
            assert rule.severity == "warning"


def plain(found: list[Finding]) -> list[Finding]:
    return sorted(found, key=lambda each: (each.exchange, each.rule, each.start))


@pytest.mark.parametrize("file", sorted(DIALOGUES.rglob("*.smtp")), ids=lambda each: each.stem)
def test_watching_as_it_comes_finds_the_same(file: object) -> None:
    from pathlib import Path

    assert isinstance(file, Path)
    whole = read_dialogue(file.read_text())
    session = Session()
    watchdog = Watchdog(session, knowledge())
    for event in whole.events:
        session.record(event)
        watchdog.advance(1)
    while watchdog.is_behind:
        watchdog.advance(1)

    assert watchdog.findings == all_findings(whole, knowledge())


def test_one_rule_does_not_fill_the_memory() -> None:
    session = watched(*HELLO, *["C:NOOP", "s:250 ok\n"] * (MOST + 50))
    watchdog = Watchdog(session, knowledge())
    watchdog.advance()

    assert len(watchdog.findings) == MOST
    assert watchdog.left_out == 50


OCTETS = st.one_of(
    st.binary(max_size=40),
    st.sampled_from(
        [b"EHLO x\r\n", b"STARTTLS\r\n", b"AUTH PLAIN AGEAYg==\r\n", b"DATA\r\n", b".\r\n",
         b"MAIL FROM:<> SIZE=1 BODY=8BITMIME\r\n", b"BDAT 3 LAST\r\n", b"220 x\r\n", b"250 x\r\n",
         b"250-x\r\n250 AUTH PLAIN\r\n", b"354 x\r\n", b"334 \r\n", b"550 4.1.1 x\n", b"HELO\r\n"]
    ),
)  # fmt: skip


@given(st.lists(st.tuples(st.sampled_from(["c:", "s:", "tls", "closed", "connected"]), OCTETS)))
@settings(max_examples=150, deadline=None)
def test_no_session_is_too_strange(steps: list[tuple[str, bytes]]) -> None:
    told = [kind.encode() + octets if ":" in kind else kind for kind, octets in steps]
    for found in all_findings(watched(*told), knowledge()):
        assert "{" not in found.advice
        assert found.severity in {"error", "warning", "note"}


def test_a_login_that_was_given_up_told_no_password() -> None:
    started = (*ESMTP, "C:AUTH LOGIN", "S:334 VXNlcm5hbWU6", "C:YWxpY2U=", "S:334 UGFzc3dvcmQ6")

    assert "password-in-clear" not in rules(watched(*started, "C:*", "S:501 5.7.0 given up"))
    assert "password-in-clear" in rules(watched(*started, "C:c2VjcmV0", "S:235 2.7.0 ok"))


@pytest.mark.parametrize("greeting", ["554 no service here", "220 mx.example.test LMTP ready"])
def test_only_a_server_that_would_serve_can_lack_ehlo(greeting: str) -> None:
    assert rules(watched(f"S:{greeting}", "C:EHLO me", "S:500 no")) == []


def test_far_into_a_session_only_what_stands_out_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[int] = []
    usual = Session.exchange
    monkeypatch.setattr("smtpdebugger.diagnosis.watchdog.THOROUGH", 4)
    monkeypatch.setattr(
        Session, "exchange", lambda self, number: read.append(number) or usual(self, number)
    )
    noop = ("C:NOOP", "S:250 ok")
    session = watched(*HELLO, *noop * 8, "C:NOOP", "s:250 ok\n", *noop, "C:VRFY a", "S:502 no",
                      *noop, "C:NOOP", 12 * SECOND, "S:250 ok")  # fmt: skip
    found = [(each.rule, each.exchange) for each in all_findings(session, knowledge())]

    assert found == [("bare-lf-reply", 11), ("slow-reply", 15)]
    assert read == [1, 2, 3, 4, 11, 10, 15, 14]


def test_far_into_a_session_refusals_are_read_where_they_may_tell_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("smtpdebugger.diagnosis.watchdog.THOROUGH", 2)
    hello = (
        "S:220 mx.example.test ESMTP",
        "C:EHLO me",
        "S:250-mx\r\n250-ENHANCEDSTATUSCODES\r\n250 ETRN",
    )
    mail = ("C:MAIL FROM:<a@b>", "S:250 2.1.0 ok")
    session = watched(*hello, *mail, "C:RCPT TO:<x@y>", "S:550 5.1.1 no", "C:RCPT TO:<x@y>",
                      "S:550 4.1.1 no", "C:VRFY x", "S:502 5.5.1 no", "C:ETRN x", "S:502 5.5.1 no",
                      "C:MAIL FROM:<> SIZE=1", "S:555 5.5.4 no")  # fmt: skip

    found = [(each.rule, each.exchange) for each in all_findings(session, knowledge())]

    assert ("enhanced-class-differs", 5) in found
    assert ("offered-but-refused", 7) in found
    assert not {4, 6} & {number for _, number in found}


def test_no_secret_is_in_a_finding() -> None:
    steps = EXAMPLES["password-in-clear"][0]
    assert "AGFsaWNl" not in repr(all_findings(watched(*steps), knowledge()))


def test_a_client_that_connects_again_and_again_has_its_columns_looked_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looked: list[str] = []
    usual = InOrder._says_no_more
    monkeypatch.setattr("smtpdebugger.diagnosis.watchdog.THOROUGH", 4)
    monkeypatch.setattr(
        InOrder,
        "_says_no_more",
        lambda self, code, step, watch: looked.append(step) or usual(self, code, step, watch),
    )
    once = "S: 220 mx ESMTP\nC: EHLO me\nS: 250-mx\nS: 250 ETRN\nC: VRFY a\nS: 502 no\n"
    session = read_dialogue((once + "# closed client\n") * 200)

    all_findings(session, knowledge())

    assert len(looked) <= len(session.exchanges)
