"""Replies: total, independent of chunks, and each octet in exactly one line."""

import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from smtpdebugger.protocol.reply import (
    MAX_LINE_OCTETS,
    MAX_REPLY_LINES,
    MAX_REPLY_OCTETS,
    Reply,
    ReplyParser,
    Severity,
    decode,
    read_line,
    split_line_end,
)
from smtpdebugger.protocol.sasl import MASK, MASK_OCTETS
from tests.protocol.chunks import cut, octet_by_octet

LINES = st.one_of(
    st.sampled_from(
        [
            b"220 mx.example.test ESMTP\r\n", b"250-first\r\n", b"250 last\r\n", b"250\r\n",
            b"250-\r\n", b"550 5.1.1 no\n", b"250-\n", b"2501 no code\r\n", b"\r\n", b"\n", b"\r",
            b"nonsense\r\n", b"999 high\r\n", b"250\x00nul\r\n", b"250 caf\xc3\xa9\r\n",
            b"250 \xff\r\n", b"250 a\rb\r\n", b"HTTP/1.1 400 Bad Request\r\n", b"", b"250",
        ]
    ),
    st.binary(max_size=40),
)  # fmt: skip
STREAMS = st.lists(LINES, max_size=12).map(b"".join)


def read(pieces: list[bytes], *, close: bool = True) -> list[Reply]:
    parser = ReplyParser()
    replies = [reply for piece in pieces for reply in parser.feed(piece)]
    return replies + parser.close() if close else replies


def names(reply: Reply) -> list[str]:
    return [each.name for each in reply.defects]


@given(st.data(), STREAMS)
def test_chunks_never_matter(data: st.DataObject, stream: bytes) -> None:
    whole = read([stream])
    assert read(octet_by_octet(stream)) == whole
    assert read(data.draw(cut(stream))) == whole


@given(st.data(), STREAMS, st.binary(max_size=30))
def test_rubbish_behind_a_reply_never_changes_it(
    data: st.DataObject, stream: bytes, rubbish: bytes
) -> None:
    whole = read([stream], close=False)
    assert read(data.draw(cut(stream + rubbish)), close=False)[: len(whole)] == whole


@given(st.data(), STREAMS)
@example(None, b"250-a\r\n250-b")
def test_each_octet_is_in_exactly_one_line_or_pending(
    data: st.DataObject | None, stream: bytes
) -> None:
    parser, replies = ReplyParser(), []
    for piece in octet_by_octet(stream) if data is None else data.draw(cut(stream)):
        replies += parser.feed(piece)
        assert parser.pending_length == len(parser.pending)
    assert b"".join(each.octets for each in replies) + parser.pending == stream
    rest = parser.pending
    assert b"".join(each.octets for each in parser.close()) == rest
    assert parser.pending == b""
    assert parser.close() == []


@given(STREAMS)
def test_spans_of_defects_lie_inside_their_line(stream: bytes) -> None:
    for reply in read([stream]):
        for line in reply.lines:
            for defect in line.defects:
                assert 0 <= defect.start <= defect.stop <= len(line.octets)
                assert defect.sentence


@given(STREAMS)
def test_whatever_a_reply_is_it_can_be_asked_everything(stream: bytes) -> None:
    for reply in read([stream]):
        assert isinstance(reply.text, str)
        assert isinstance(reply.plain_text, str)
        assert reply.severity in Severity
        assert reply.code is None or 0 <= reply.code <= 999
        assert not (reply.is_positive and reply.is_negative)
        str(reply.enhanced_status)


def test_a_plain_reply() -> None:
    (reply,) = read([b"502 5.5.1 VRFY command is disabled\r\n"])
    assert reply.code == 502
    assert reply.severity is Severity.PERMANENT
    assert reply.is_negative
    assert not reply.is_positive
    assert reply.text == "5.5.1 VRFY command is disabled"
    assert reply.plain_text == "VRFY command is disabled"
    assert str(reply.enhanced_status) == "5.5.1"
    assert reply.defects == ()


@pytest.mark.parametrize(
    ("code", "severity"),
    [
        (220, Severity.POSITIVE),
        (354, Severity.INTERMEDIATE),
        (421, Severity.TRANSIENT),
        (554, Severity.PERMANENT),
        (199, Severity.UNKNOWN),
        (600, Severity.UNKNOWN),
    ],
)
def test_severities(code: int, severity: Severity) -> None:
    assert read([b"%d x\r\n" % code])[0].severity is severity


def test_a_multiline_reply() -> None:
    (reply,) = read([b"250-mx.example.test\r\n250-SIZE 1000\r\n250 HELP\r\n"])
    assert [line.is_last for line in reply.lines] == [False, False, True]
    assert reply.text == "mx.example.test\nSIZE 1000\nHELP"
    assert reply.defects == ()


def test_the_enhanced_code_is_taken_off_every_line() -> None:
    (reply,) = read([b"550-5.7.1 one\r\n550-5.7.1\r\n550 two\r\n"])
    assert reply.plain_text == "one\n\ntwo"
    (reply,) = read([b"250 fine\r\n"])
    assert reply.plain_text == "fine"


@pytest.mark.parametrize(
    ("octets", "defects"),
    [
        (b"250 a\n", ["bare-lf"]),
        (b"250 a\rb\r\n", ["bare-cr"]),
        (b"250 a\r\r\n", ["bare-cr"]),
        (b"250 a\0b\r\n", ["nul"]),
        (b"250 \xc3\xa9\r\n", ["8bit"]),
        (b"250 \xe9\n", ["bare-lf", "8bit"]),
        (b"250\r\n", ["no-text"]),
        (b"250 \r\n", ["no-text"]),
        (b"334 \r\n", []),
        (b"250x\r\n", ["no-separator"]),
        (b"199 a\r\n", ["code-out-of-range"]),
        (b"2500 a\r\n", ["no-code"]),
        (b"25 a\r\n", ["no-code"]),
        (b"\r\n", ["no-code"]),
        (b"250-a\r\n550 b\r\n", ["code-mismatch"]),
        (b"250-a\r\nrubbish\r\n250 b\r\n", ["no-code"]),
        (b"250 a", ["no-line-end"]),
        (b"250-a", ["no-line-end", "unfinished"]),
        (b"250-a\r\n", ["unfinished"]),
    ],
)
def test_defects(octets: bytes, defects: list[str]) -> None:
    (reply,) = read([octets])
    assert names(reply) == defects


def test_a_defect_stands_where_it_is() -> None:
    spans = {each.name: (each.start, each.stop) for each in read_line(b"250 a\rb\0\xff\n").defects}
    assert spans == {"bare-lf": (8, 9), "bare-cr": (5, 6), "nul": (7, 8), "8bit": (8, 9)} or (
        spans == {"bare-lf": (9, 10), "bare-cr": (5, 6), "nul": (7, 8), "8bit": (8, 9)}
    )


def test_the_last_code_of_a_mixed_reply_counts() -> None:
    (reply,) = read([b"250-a\r\n550 b\r\n"])
    assert reply.code == 550


def test_a_line_without_code_stands_alone_or_belongs_to_its_reply() -> None:
    alone = read([b"hello\r\n250 ok\r\n"])
    assert [each.code for each in alone] == [None, 250]
    (inside,) = read([b"250-a\r\nhello\r\n250 ok\r\n"])
    assert inside.code == 250
    assert [line.code for line in inside.lines] == [250, None, 250]


def test_a_mask_is_no_8bit_defect() -> None:
    content, defects = split_line_end(b"AUTH PLAIN " + MASK_OCTETS + b"\r\n")
    assert content.endswith(MASK_OCTETS)
    assert defects == []
    _, defects = split_line_end(MASK_OCTETS + b"\xff\n")
    assert [(each.name, each.start) for each in defects] == [("bare-lf", 19), ("8bit", 18)]


@pytest.mark.parametrize(
    ("octets", "text"),
    [
        (b"plain", "plain"),
        ("café €".encode(), "café €"),
        (b"caf\xe9", "café"),
        (b"\xff" + MASK_OCTETS, "ÿ" + MASK),
        (b"", ""),
    ],
)
def test_octets_as_text(octets: bytes, text: str) -> None:
    assert decode(octets) == text


def test_a_line_without_an_end_is_cut() -> None:
    stream = b"250 " + b"x" * (3 * MAX_LINE_OCTETS) + b"\r\n220 next\r\n"
    first, second = read([stream])
    assert [len(line.octets) for line in first.lines] == [MAX_LINE_OCTETS] * 3 + [6]
    assert first.octets + second.octets == stream
    assert first.code == 250
    assert set(names(first)) == {"line-too-long"}
    assert [line.code for line in first.lines] == [250, None, None, None]
    assert second.code == 220
    assert second.defects == ()


def test_digits_in_the_middle_of_a_long_line_are_no_code() -> None:
    stream = b"250 ".ljust(MAX_LINE_OCTETS, b"x") + b"550 hidden\r\n"
    (reply,) = read([stream])
    assert reply.code == 250


def test_a_long_line_that_ends_at_the_border() -> None:
    stream = (b"250 " + b"x" * MAX_LINE_OCTETS)[: MAX_LINE_OCTETS - 2] + b"\r\n250 next\r\n"
    replies = read([stream])
    assert [names(each) for each in replies] == [[], []]
    stream = (b"250 " + b"x" * MAX_LINE_OCTETS)[:MAX_LINE_OCTETS] + b"\r\n250 next\r\n"
    assert [len(each.lines) for each in read([stream])] == [2, 1]


def test_a_reply_without_an_end_is_handed_over() -> None:
    line = b"250-" + b"y" * 996 + b"\r\n"
    stream = line * (2 * MAX_REPLY_OCTETS // len(line))
    replies = read([stream[i : i + 65_536] for i in range(0, len(stream), 65_536)])
    assert len(replies) == 2
    assert all(
        MAX_REPLY_OCTETS <= len(each.octets) < MAX_REPLY_OCTETS + 1100 for each in replies[:1]
    )
    assert "reply-too-long" in names(replies[0])
    assert "unfinished" in names(replies[-1])
    assert b"".join(each.octets for each in replies) == stream


def test_ten_megabytes_without_a_line_end_do_not_slow_it_down(
    capsys: pytest.CaptureFixture[str],
) -> None:
    began = time.perf_counter()
    parser, count = ReplyParser(), 0
    for _ in range(160):
        count += len(parser.feed(b"z" * 65_536))
        assert parser.pending_length <= MAX_REPLY_OCTETS
    assert count == 10
    taken = time.perf_counter() - began
    with capsys.disabled():
        print(f"\n  10 MB without a line end: {taken * 1e3:.0f} ms")


def test_the_rate_of_ordinary_replies(capsys: pytest.CaptureFixture[str]) -> None:
    stream = b"250-mx.example.test\r\n250 2.1.0 Ok\r\n" * 20_000
    began = time.perf_counter()
    parser, count = ReplyParser(), 0
    for start in range(0, len(stream), 8_192):
        count += len(parser.feed(stream[start : start + 8_192]))
    taken = time.perf_counter() - began
    assert count == 20_000
    with capsys.disabled():
        print(f"\n  replies of two lines: {count / taken:,.0f}/s")


def test_a_reply_of_very_many_lines_is_handed_over() -> None:
    replies = read([b"250-x\r\n" * (2 * MAX_REPLY_LINES + 5)])
    assert [len(each.lines) for each in replies] == [MAX_REPLY_LINES, MAX_REPLY_LINES, 5]
    assert "reply-too-long" in names(replies[0])
