"""Evidence that the two sides do not speak the same protocol, or that something sits between."""

import re
from collections.abc import Iterator

from smtpdebugger.diagnosis.case import Case
from smtpdebugger.diagnosis.observation import Observation
from smtpdebugger.diagnosis.server import reply_lines
from smtpdebugger.diagnosis.syntax import is_header_like
from smtpdebugger.protocol.state import GREETING
from smtpdebugger.session.exchange import UNSOLICITED

_HTTP_REQUEST = re.compile(rb"(?i)^[A-Z]+ \S+ HTTP/[0-9]")
_PROXY = re.compile(rb"^PROXY (TCP[46]|UNKNOWN)\b|^\r\n\r\n\x00\r\nQUIT\n")
_TLS_RECORD = re.compile(rb"^[\x14-\x17]\x03[\x00-\x04]")
_CROSSES = re.compile(r"\bX{4,}\b")


def first_octets(case: Case) -> Iterator[Observation]:
    """TLS, HTTP and PROXY headers where a command should stand."""
    if case.command is None:
        return
    sent = case.command.octets
    if _TLS_RECORD.match(sent):
        yield Observation("tls-octets")
    elif _PROXY.match(sent):
        yield Observation("proxy-line")
    elif _HTTP_REQUEST.match(sent):
        yield Observation("http-line")
    elif is_header_like(case.verb):
        yield Observation("header-line")
    elif is_of_other_protocol(case):
        yield Observation("other-protocol")


def answer(case: Case) -> Iterator[Observation]:
    """A peer that answers in another protocol."""
    octets = case.reply.octets[:64]
    if _TLS_RECORD.match(octets):
        yield Observation("tls-answer")
    elif case.peer:
        first = case.greeting or case.session.exchange(case.first)
        shown = reply_lines(first) or reply_lines(case.exchange)
        values = {"peer": case.peer, "text": shown[0][:60]}
        yield Observation("other-peer", first.number, values=values)


def lmtp(case: Case) -> Iterator[Observation]:
    """LMTP and SMTP taken for each other (RFC 2033)."""
    greeting = case.greeting
    says_lmtp = (
        greeting is not None
        and greeting.reply is not None
        and "LMTP" in greeting.reply.text.upper()
    )
    if case.verb in {"EHLO", "HELO"} and says_lmtp and greeting is not None:
        yield Observation("lmtp-greeting", greeting.number)
    elif case.verb == "LHLO" and not says_lmtp:
        yield Observation("lhlo-to-smtp")


def quotes(case: Case) -> Iterator[Observation]:
    """A reply that quotes crosses for what was sent: something on the way overwrote the verb."""
    if not case.verb or case.command is None or case.exchange.verb in {GREETING, UNSOLICITED}:
        return
    if not _CROSSES.search(case.verb) and _CROSSES.search(case.text):
        yield Observation("masked-quote")


def is_of_other_protocol(case: Case) -> bool:
    """Whether a verb of POP3, IMAP, HTTP or the like was sent, and no SMTP verb was meant."""
    record = case.record
    if is_header_like(case.verb):
        return False
    return record is not None and record.status == "not-smtp" and not case.near_verb
