"""The watchdog's eye on the octets: line ends, lengths, characters, codes within one reply."""

import re
from collections.abc import Iterator

from smtpdebugger.diagnosis.sighting import Sighting, Watch
from smtpdebugger.protocol.command import Command, MailData, SaslResponse
from smtpdebugger.protocol.defects import Defect
from smtpdebugger.protocol.reply import Reply, decode
from smtpdebugger.protocol.sasl import masked
from smtpdebugger.protocol.state import GREETING
from smtpdebugger.session.exchange import Exchange
from smtpdebugger.session.visible import visible

MAX_LINE = 512
"""Octets of a command line or a reply line with its CRLF (RFC 5321 4.5.3.1.4 and 5)."""

MAX_AUTH_LINE = 12288
"""Octets of a line that carries a SASL response (RFC 4954 4)."""

MAX_TEXT_LINE = 1000
"""Octets of a line of mail data with its CRLF (RFC 5321 4.5.3.1.6)."""

_ADDED = {"MAIL": 2048, "RCPT": 2048, "AUTH": MAX_AUTH_LINE, "X-EXPS": MAX_AUTH_LINE}
# MAIL and RCPT grow by what each extension adds; no sum of them comes near this.

_OF_REPLY = {
    "bare-lf": "bare-lf-reply",
    "bare-cr": "bare-cr-reply",
    "nul": "nul-octet",
    "8bit": "eight-bit-reply",
    "no-code": "no-reply-code",
    "code-out-of-range": "code-out-of-range",
    "no-separator": "bad-separator",
    "code-mismatch": "codes-differ",
    "unfinished": "reply-cut-off",
    "no-line-end": "reply-cut-off",
    "line-too-long": "line-without-end",
    "reply-too-long": "line-without-end",
}
_OF_COMMAND = {
    "bare-lf": "bare-lf-command",
    "bare-cr": "bare-cr-command",
    "nul": "nul-octet",
    "8bit": "eight-bit-command",
    "line-too-long": "line-without-end",
}
_BARE = re.compile(rb"(?<!\r)\n|\r(?=[^\n])")
_SINGLE_DOT = re.compile(rb"(?:\A|\r\n)(\.)[^.\r]")
_LONG_LINE = re.compile(rb"[^\n]{1000,}")
_SAYS = {2: "success", 4: "a refusal for now", 5: "a refusal for good"}
_NO_STATUS = frozenset({"EHLO", "HELO", "LHLO", GREETING})


def client_line(watch: Watch, unit: Command | SaslResponse) -> Iterator[Sighting]:
    """What is wrong with a command line or a SASL response; called where something is."""
    verb = unit.verb if isinstance(unit, Command) else "SASL"
    for rule, defect in _once(unit.defects, _OF_COMMAND):
        if rule == "eight-bit-command" and watch.offers is not None and "SMTPUTF8" in watch.offers:
            continue
        values = {"verb": visible(verb, 40), "length": len(unit.octets)}
        yield Sighting(rule, "client", defect.start, defect.stop, values)
    length = len(unit.octets)
    limit = _ADDED.get(verb, MAX_LINE) if isinstance(unit, Command) else MAX_AUTH_LINE
    if length > limit:
        values = {"verb": visible(verb, 40) or "the empty", "length": length, "limit": limit}
        yield Sighting("command-line-too-long", "client", limit, length, values)


def mail_data(watch: Watch, unit: MailData, exchange: Exchange) -> Iterator[Sighting]:
    """What is wrong with a message, as far as its beginning shows."""
    head = unit.head
    if found := _BARE.search(head):
        what = "LF" if found[0] == b"\n" else "CR"
        yield _at("bare-line-end-in-message", found.start(), found.end(), what=what)
    if found := _LONG_LINE.search(head):
        yield _at("message-line-too-long", found.start() + MAX_TEXT_LINE - 2, found.end())
    if found := _SINGLE_DOT.search(head):
        yield _at("dot-not-doubled", found.start(1), found.end(1))
    if not head.isascii():
        first = next(index for index, octet in enumerate(head) if octet > 127)
        yield from _eight_bit(watch, first)
    if exchange.reply is not None and any(each.name == "no-end-of-data" for each in unit.defects):
        yield _ended_early(unit, exchange)


def _at(rule: str, start: int, stop: int, **values: object) -> Sighting:
    return Sighting(rule, "client", start, stop, {"at": start, **values})


def _eight_bit(watch: Watch, first: int) -> Iterator[Sighting]:
    if watch.offers is None or "8BITMIME" not in watch.offers:
        yield Sighting("eight-bit-message", "client", first, first + 1)
    elif not watch.is_eight_bit:
        yield Sighting("eight-bit-undeclared", "client", first, first + 1)


def _ended_early(unit: MailData, exchange: Exchange) -> Sighting:
    is_whole = unit.length == len(unit.head)
    ends = unit.head.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    if is_whole and (ends == b".\n" or ends.endswith(b"\n.\n")):
        return Sighting("lf-dot-lf-accepted", "client", max(0, unit.length - 3), unit.length)
    return Sighting("reply-before-end-of-message", values={"code": exchange.code})


def reply_defects(watch: Watch, reply: Reply) -> Iterator[Sighting]:
    """What is wrong with a reply's lines; called where something is."""
    base, seen = 0, set[str]()
    for line in reply.lines:
        for rule, defect in _once(line.defects, _OF_REPLY):
            if rule in seen or (rule == "eight-bit-reply" and _speaks_utf8(watch)):
                continue
            seen.add(rule)
            values = {"code": line.code, "line": _shown(line.octets), "length": len(line.octets)}
            yield Sighting(rule, "server", base + defect.start, base + defect.stop, values)
        base += len(line.octets)
    of_all = tuple(each for each in reply.defects if each.name in _OF_WHOLE)
    for rule, defect in _once(of_all, _OF_REPLY):
        if rule not in seen:
            codes = dict.fromkeys(str(line.code) for line in reply.lines if line.code is not None)
            values = {"codes": " and ".join(codes), "length": len(reply.octets)}
            yield Sighting(rule, "server", defect.start, defect.stop, values)


_OF_WHOLE = frozenset({"code-mismatch", "unfinished", "no-line-end", "reply-too-long"})


def long_reply_lines(reply: Reply) -> Iterator[Sighting]:
    """Reply lines over their limit, the first of a reply only."""
    base = 0
    for line in reply.lines:
        length = len(line.octets)
        if length > MAX_LINE:
            values = {"length": length}
            yield Sighting("reply-line-too-long", "server", base + MAX_LINE, base + length, values)
            return
        base += length


def status_differs(exchange: Exchange, reply: Reply) -> Iterator[Sighting]:
    """An enhanced status code of another class than the reply code."""
    status, code = reply.enhanced_status, reply.code or 0
    said = _SAYS.get(code // 100)
    if status is None or said is None or exchange.verb in _NO_STATUS:
        return
    if status.status_class != code // 100:
        values = {
            "code": code,
            "enhanced": str(status),
            "says": said,
            "other": _SAYS.get(status.status_class, "something else"),
        }
        yield Sighting("enhanced-class-differs", "server", 4, 4 + len(str(status)), values)


def status_missing(watch: Watch, exchange: Exchange, reply: Reply) -> Iterator[Sighting]:
    """No enhanced status code where ENHANCEDSTATUSCODES was offered; once for a connection."""
    if (
        exchange.verb in _NO_STATUS
        or watch.offers is None
        or "ENHANCEDSTATUSCODES" not in watch.offers
        or not watch.first_time("enhanced-missing")
    ):
        return
    yield Sighting("enhanced-missing", values={"verb": name_of(exchange)})


def name_of(exchange: Exchange) -> str:
    """What was sent, for sentences."""
    unit = exchange.unit
    if isinstance(unit, Command):
        return visible(unit.verb, 40) or "the empty line"
    if isinstance(unit, SaslResponse):
        return "the SASL response"
    return "the message" if unit is not None else "the connection"


def _speaks_utf8(watch: Watch) -> bool:
    return watch.offers is not None and "SMTPUTF8" in watch.offers


def _shown(octets: bytes) -> str:
    return visible(decode(masked(octets[:80], ())).rstrip("\r\n"), 60)


def _once(defects: tuple[Defect, ...], rules: dict[str, str]) -> Iterator[tuple[str, Defect]]:
    """The first defect for each rule."""
    found: dict[str, Defect] = {}
    for defect in defects:
        if (rule := rules.get(defect.name)) is not None:
            found.setdefault(rule, defect)
    yield from found.items()
