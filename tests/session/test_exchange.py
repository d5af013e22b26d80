"""Exchanges: what they say about themselves."""

import pytest

from smtpdebugger.protocol.command import Chunk, MailData, read_command, read_response
from smtpdebugger.protocol.sasl import MASK
from smtpdebugger.session.exchange import UNSOLICITED, Exchange
from smtpdebugger.session.situation import Situation
from tests.session.wire import converse

NOW = Situation()


@pytest.mark.parametrize(
    ("unit", "verb", "text"),
    [
        (read_command(b"vrfy alice\r\n"), "VRFY", "vrfy alice"),
        (read_command(b"AUTH PLAIN AGFs\r\n"), "AUTH", f"AUTH PLAIN {MASK}"),
        (read_response(b"AGFs\r\n"), "(SASL response)", MASK),
        (MailData(7, 1, b""), "(end of mail data)", "(mail data, 7 octets)"),
        (Chunk(7, b"", True), "(end of mail data)", ""),
        (None, UNSOLICITED, ""),
    ],
)
def test_verbs_and_texts(unit: object, verb: str, text: str) -> None:
    exchange = Exchange(1, unit, NOW, NOW)  # type: ignore[arg-type]
    assert (exchange.verb, exchange.command_text) == (verb, text)
    assert exchange.code is None
    assert not exchange.is_negative


def test_the_greeting() -> None:
    assert Exchange(1, None, NOW, NOW, is_greeting=True).verb == "(greeting)"


def test_reply_times_are_never_negative() -> None:
    session = converse("S: 220 mx", "C: NOOP", "S: 250 ok")
    exchange = session.exchange(2)
    assert exchange.reply_time == 1000
    exchange.replied_at = 5
    assert exchange.reply_time == 0
    exchange.sent_at = None
    assert exchange.reply_time is None


def test_an_empty_line_is_named() -> None:
    session = converse("S: 220 hello", "C: ", "S: 500 what?")
    assert session.exchanges[-1].command_text == "(empty line)"
