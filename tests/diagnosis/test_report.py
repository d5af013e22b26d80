"""The report for an administrator: everything needed, nothing secret."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smtpdebugger.diagnosis.case import Case
from smtpdebugger.diagnosis.diagnose import diagnose
from smtpdebugger.diagnosis.report import MOST_LINES, Style, report
from smtpdebugger.diagnosis.watchdog import all_findings
from smtpdebugger.session.events import Connected, Received, Sent
from smtpdebugger.session.session import Header, Session
from smtpdebugger.transcript.dialogue import read_dialogue
from tests.diagnosis.cases import AUTH, EHLO, POSTFIX, TRANSACTION, case_of, knowledge
from tests.diagnosis.test_diagnose import STEP, played

REFUSED = POSTFIX + "C: VRFY alice@example.test\nS: 502 5.5.1 VRFY command is disabled\n"


def told(text: str, style: Style = "text", **more: object) -> str:
    case = case_of(text)
    diagnosis = diagnose(case.session, case.exchange, knowledge())
    return report(case, diagnosis, style=style, **more)  # type: ignore[arg-type]


def test_it_begins_with_what_happened_and_where() -> None:
    lines = told(REFUSED).splitlines()
    assert lines[0] == "VRFY answered 502 by mx.example.test"
    assert lines[1] == "=" * len(lines[0])
    assert "- Reply: 502 5.5.1 VRFY command is disabled" in lines
    assert "- To: VRFY alice@example.test" in lines
    assert any(line.startswith("- Software: Postfix (") for line in lines)
    assert "- Encrypted: no" in lines


def test_it_quotes_the_session_and_asks_for_the_setting() -> None:
    text = told(REFUSED)
    assert "    C: VRFY alice@example.test\n    S: 502 5.5.1 VRFY command is disabled\n" in text
    assert "What could be done on the server" in text
    assert "disable_vrfy_command" in text
    assert "What speaks for it" in text


def test_markdown_quotes_in_a_block_and_escapes_the_rest() -> None:
    text = told(REFUSED, "markdown")
    assert text.startswith("## VRFY answered 502 by mx.example.test\n")
    assert "~~~~text\nS: 220 mx.example.test" in text
    assert "disable\\_vrfy\\_command" in text


def test_a_peer_cannot_break_out_of_the_block() -> None:
    text = told(EHLO + "C: NOOP\nS: 502 ~~~~ # <script>*x*\n", "markdown")
    assert "~~~~~text" in text
    assert "\\<script\\>\\*x\\*" in text


def test_no_secret_and_no_content_is_in_it() -> None:
    login = AUTH + "C: AUTH PLAIN AGFsaWNlAHNlY3JldHNlY3JldA==\nS: 535 5.7.8 no\n"
    mail = EHLO + TRANSACTION + "C: DATA\nS: 354 go\nC: Subject: private\nC: .\nS: 550 5.7.1 no\n"
    for style in ("text", "markdown"):
        assert "AGFsaWNl" not in told(login, style)  # type: ignore[arg-type]
        assert "private" not in told(mail, style)  # type: ignore[arg-type]


def test_the_time_is_that_of_the_servers_log() -> None:
    session = Session(Header(began="2026-11-23T10:00:00.500000Z"))
    session.record(Connected(0, "mx.example.test", "192.0.2.1:587"))
    session.record(Received(2_000_000, b"220 mx\r\n"))
    session.record(Sent(2_100_000, b"VRFY a\r\n"))
    session.record(Received(61_500_000, b"502 no\r\n"))
    case = Case(session, session.exchange(2), knowledge())
    text = report(case, diagnose(session, case.exchange, knowledge()))

    assert "- Time: 2026-11-23 10:01:02 UTC" in text
    assert "- Server: mx.example.test port 587" in text


@pytest.mark.parametrize("began", ["", "yesterday", "9999-12-31T23:59:59Z"])
def test_a_time_nobody_knows_is_left_out(began: str) -> None:
    session = Session(Header(began=began))
    session.record(Received(10**15, b"554 no\r\n"))
    case = Case(session, session.exchange(1), knowledge())
    assert "Time:" not in report(case, diagnose(session, case.exchange, knowledge()))


def test_a_long_session_is_cut_in_the_middle() -> None:
    text = told(EHLO + "C: NOOP\nS: 250 ok\n" * 200 + "C: VRFY a\nS: 502 no\n")
    quoted = [line for line in text.splitlines() if line.startswith("    ")]
    assert len(quoted) <= MOST_LINES + 1
    assert "    …" in quoted
    assert quoted[0] == "    S: 220 mail.example.test ESMTP"
    assert quoted[-1] == "    S: 502 no"


def test_findings_near_the_refusal_are_told() -> None:
    case = case_of(EHLO + "C: STARTTLS\nS: 502 no\n")
    findings = all_findings(case.session, knowledge())
    text = told(EHLO + "C: STARTTLS\nS: 502 no\n", findings=findings)
    assert "Also seen in this session" in text
    assert "error, exchange 3: EHLO (exchange 2) offered STARTTLS" in text


def test_what_was_verified_is_told() -> None:
    assert "- Ruled out: this." in told(REFUSED, verified=["Ruled out: this."])


def test_where_little_is_known_it_says_so() -> None:
    case = case_of(REFUSED)
    diagnosis = diagnose(case.session, case.exchange, knowledge())
    open_question = replace(diagnosis, causes=(replace(diagnosis.causes[-1], id="unknown"),))
    assert "Not enough is known to name a cause." in report(case, open_question)


@given(st.lists(STEP, max_size=20))
@settings(max_examples=60, deadline=None)
def test_no_session_is_too_strange(steps: list[tuple[str, bytes]]) -> None:
    session = played(steps)
    for exchange in session.exchanges:
        case = Case(session, exchange, knowledge())
        diagnosis = diagnose(session, exchange, knowledge())
        for style in ("text", "markdown"):
            assert report(case, diagnosis, style=style).endswith("\n")  # type: ignore[arg-type]


def test_a_server_without_a_name_is_told_by_its_port() -> None:
    text = told("# port 2525\nS: 220 x\nC: EHLO me\nS: 250 x\nC: VRFY a\nS: 502 no\n")
    assert "- Server: port 2525\n" in text


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (REFUSED, "whether it is meant"),
        (EHLO + "C: DATA\nS: 503 5.5.1 need RCPT command\n", "a mistake of the client"),
        (EHLO + "C: MAIL FROM:<a@b.example>\nS: 451 4.3.0 later\n", "pass by itself"),
    ],
)
def test_nobody_is_asked_to_lift_what_is_the_clients_mistake(text: str, words: str) -> None:
    assert words in told(text).splitlines()[2]


def test_the_client_is_named_as_the_servers_log_has_it() -> None:
    session = Session(Header(origin="live"))
    session.record(Connected(0, "mx.example.test", "192.0.2.25:25", "192.0.2.1:4711"))
    for event in read_dialogue(REFUSED).events:
        if isinstance(event, Sent | Received):
            session.record(event)
    case = Case(session, session.exchanges[-1], knowledge())
    text = report(case, diagnose(session, case.exchange, knowledge()))
    assert "- Client: 192.0.2.1:4711, which calls itself client.example.test\n" in text
    assert "- Client: client.example.test\n" in told(REFUSED)
