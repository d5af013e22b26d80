"""Filters: what they pick is what a slow look at every row picks."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smtpdebugger.session import blocks
from smtpdebugger.session.events import Mark, Received, Remark, Sent, WireEvent
from smtpdebugger.session.filter import FilterError, read_filter
from smtpdebugger.session.rows import Row, RowKind
from smtpdebugger.session.session import Session
from smtpdebugger.transcript.file import load_session
from smtpdebugger.transcript.recorder import save_copy
from tests.session.test_indexer import plain_events
from tests.session.wire import converse, event_lists, replayed

FINDINGS = {2: {"error", "bare-lf"}, 4: {"note"}}


def findings(number: int) -> set[str]:
    return FINDINGS.get(number, set())


def picked(session: Session, text: str) -> list[int]:
    found = read_filter(text)
    assert found is not None
    rows: list[int] = []
    for _, some in found.select(session, 0, len(session.rows), findings):
        rows += some
    assert rows == [row for row in range(len(session.rows)) if found.fits(session, row, findings)]
    return rows


def heads(session: Session, text: str) -> list[str]:
    return [session.rows[row].head for row in picked(session, text)]


@pytest.fixture(scope="module")
def session() -> Session:
    made = converse(
        "!connected", "S: 220 mx.example.test", "C: EHLO x", "S: 250-mx\r\n250 STARTTLS",
        "C: STARTTLS", "S: 220 go", "!tls", "C: MAIL FROM:<a@b>", "S: 550 5.7.1 Relay denied",
        "C: VRFY alice", "S: nonsense", "S: 421 4.3.2 bye",
    )  # fmt: skip
    made.record(Remark(20_000, "look here", 5))
    made.record(Mark(20_001, 4))
    made.record(Sent(20_002, b"NOOP\n"))
    return made


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("code:5xx", ["550"]),
        ("code:2", ["220", "250", "220"]),
        ("CODE:x21", ["421"]),
        ("code:none", ["???"]),
        ("verb:vrfy", ["VRFY", "???"]),
        ("verb:XYZZY", []),
        ("from:client", ["EHLO", "STARTTLS", "MAIL", "VRFY", "NOOP"]),
        ("from:event", ["tcp", "tls", "note"]),
        ("is:refused", ["550", "421"]),
        ("is:odd", ["???", "NOOP"]),
        ("is:remark", ["note"]),
        ("is:marked", ["MAIL", "550"]),
        ("is:unsolicited", ["421"]),
        ("is:unanswered", ["NOOP"]),
        ("is:encrypted from:client", ["MAIL", "VRFY", "NOOP"]),
        ("is:clear from:client", ["EHLO", "STARTTLS"]),
        ("after:STARTTLS from:client", ["MAIL", "VRFY", "NOOP"]),
        ("before:MAIL from:server", ["220", "250", "220"]),
        ("before:XYZZY from:client", ["EHLO", "STARTTLS", "MAIL", "VRFY", "NOOP"]),
        ("after:XYZZY", []),
        ("after:10ms from:server", ["???", "421"]),
        ("before:2500us", ["tcp", "220"]),
        ("exchange:4", ["MAIL", "550"]),
        ("exchange:4-5 from:server", ["550", "???"]),
        ("finding:error", ["EHLO", "250"]),
        ("finding:bare-lf from:server", ["250"]),
        ("finding:any from:client", ["EHLO", "MAIL"]),
        ('text:"relay denied"', ["550"]),
        ("RELAY", ["550"]),
        ("text:starttls", ["250", "STARTTLS"]),
        ("connected", ["tcp"]),
        ("look", ["note"]),
        ("not from:server not from:client", ["tcp", "tls", "note"]),
        ("-from:server -from:client", ["tcp", "tls", "note"]),
        ("code:550 or code:421", ["550", "421"]),
        ("(code:550 or code:421) and text:bye", ["421"]),
        ("code:550 or code:421 text:nothing", ["550"]),
        ("not (code:5xx or from:client or from:event) bye", ["421"]),
        ('"or"', []),
        ('"(x"', []),
    ],
)
def test_what_a_filter_picks(session: Session, text: str, expected: list[str]) -> None:
    assert heads(session, text) == expected


def test_how_long_replies_took() -> None:
    session = Session()
    for at, octets in ((0, b"220 mx\r\n"), (9_000, b"250 a\r\n"), (2_500_000, b"250 b\r\n")):
        session.record(Received(at, octets))
        session.record(Sent(at + 1000, b"NOOP\r\n"))
    assert picked(session, "slower:1.5s") == [4]
    assert picked(session, "slower:5ms") == [2, 4]
    assert picked(session, "faster:10ms") == [2]
    assert picked(session, "faster:1m") == [2, 4]


@pytest.mark.parametrize(
    ("text", "part", "reason"),
    [
        ("code:abc", "code:abc", "three digits"),
        ("code:", "code:", "a value is missing"),
        ("verb:RCPT and", "", "missing at the end"),
        ("or code:5", "or", "Before “or”"),
        ("(code:5", "(", "“)” for this “(” is missing"),
        ("code:5)", ")", "no “(”"),
        ("()", ")", "Before “)”"),
        ('text:"open', 'text:"open', "quotation mark"),
        ("from:nobody", "from:nobody", "server, client or event"),
        ("is:blue", "is:blue", "unanswered"),
        ("slower:soon", "slower:soon", "a number and a unit"),
        ("after:<x>", "after:<x>", "verb"),
        ("exchange:x", "exchange:x", "such as 17"),
        ("finding:<x>", "finding:<x>", "name of a rule"),
        ("colour:red", "colour:red", "no key"),
        ('text:""', 'text:""', "empty"),
        ("x " * 300, "x " * 100, "too long"),
    ],
)
def test_what_is_wrong_is_told_and_where(text: str, part: str, reason: str) -> None:
    with pytest.raises(FilterError) as caught:
        read_filter(text)
    error = caught.value
    assert reason in error.reason
    assert error.reason.endswith(".")
    assert text[error.start : error.stop] == part


@pytest.mark.parametrize("text", ["", "   "])
def test_nothing_asks_for_nothing(text: str) -> None:
    assert read_filter(text) is None


@given(st.text('abx :"()-!<>\\\n5code', max_size=30))
@settings(max_examples=300, deadline=None)
def test_any_text_is_a_filter_or_an_error(text: str) -> None:
    try:
        found = read_filter(text)
    except FilterError as error:
        assert 0 <= error.start <= error.stop <= len(text)
    else:
        assert found is None or isinstance(list(found.select(converse("S: 220 mx"), 0, 1)), list)


def _said(row: Row) -> str:
    return f"{row.head} {row.text}".casefold()


NEEDLES = ("ok", "hunter22", "250", "subject", "b@", "mx", "é", "no", "220 m", "text", "•", "<")


@given(
    st.one_of(plain_events(), event_lists()),
    st.integers(1, 6),
    st.sampled_from(NEEDLES),
    st.booleans(),
)
@settings(max_examples=200, deadline=None)
def test_a_text_is_found_where_it_is_shown(
    tmp_path_factory: pytest.TempPathFactory,
    events: list[WireEvent],
    size: int,
    needle: str,
    is_saved: bool,
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(blocks, "BLOCK_EVENTS", size)
        session = replayed(events)
        if is_saved:
            path: Path = tmp_path_factory.getbasetemp() / "filter.smtpsession"
            save_copy(session, path)
            session, _ = load_session(path)
        found = picked(session, f'text:"{needle}"')
    for number, row in enumerate(session.rows):
        if row.kind is RowKind.COMMAND and row.head in {"message", "chunk"}:
            continue  # there it is looked for in what was sent, too
        assert (number in found) == (needle in _said(row)), row


def test_mail_data_is_searched_and_secrets_are_not() -> None:
    session = converse(
        "S: 220 mx", "C: DATA", "S: 354 go", "C: Subject: Grüße\r\n\r\nbody text\r\n.", "S: 250 ok",
        "C: PASS hunter22", "S: 500 hunter22 no", "C: DATA", "S: 354 go",
        "C: Subject: plain\r\n\r\nother words\r\n.", "S: 250 ok",
    )  # fmt: skip
    assert heads(session, "body") == ["message"]
    assert heads(session, "grüsse") == ["message"], "in any case of letters"
    assert heads(session, '"other words"') == ["message"]
    assert heads(session, "octets") == [], "our own words are none of the message's"
    assert heads(session, "hunter22") == []


def test_the_texts_that_are_looked_for_are_told() -> None:
    found = read_filter('code:5xx (Relay or text:"no mail") not text:spam')
    assert found is not None
    assert found.needles == ("relay", "no mail")
