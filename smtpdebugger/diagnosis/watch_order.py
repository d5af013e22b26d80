"""The watchdog's eye on who spoke when: synchronisation, pipelining, silence."""

import re
from collections.abc import Iterator

from smtpdebugger.diagnosis.sequence import BARRIERS
from smtpdebugger.diagnosis.sighting import Sighting, Watch
from smtpdebugger.diagnosis.watch_framing import name_of
from smtpdebugger.protocol.command import Chunk, Command, MailData, SaslResponse
from smtpdebugger.protocol.state import END_OF_DATA, GREETING, SASL_RESPONSE, State
from smtpdebugger.session.exchange import FOR_RECIPIENT, Exchange
from smtpdebugger.session.visible import visible

SLOW_GREETING = 5_000_000
"""Microseconds after which many clients have given up waiting for the greeting."""

SLOW_REPLY = 10_000_000
SLOW_END_OF_DATA = 60_000_000

_CLOSING = 421
_READY = 220
_OLD_TLS = frozenset({"SSLv2", "SSLv3", "TLSv1", "TLSv1.0", "TLSv1.1"})
_NO_NAME = re.compile(
    r"(?i)(?:localhost|127\.|(?:\d{1,3}\.){3}\d{1,3}$).*|\S+\.(?:local|localdomain|localhost|lan)"
    r"|[a-z0-9_-]+"
)
"""What stands for a host name and tells other hosts nothing."""
_LOGIN = frozenset({"AUTH", "X-EXPS", SASL_RESPONSE})
ONLY_FOR: dict[int, frozenset[str]] = {
    220: frozenset({GREETING, "STARTTLS", "XCLIENT"}),
    221: frozenset({"QUIT"}),
    235: _LOGIN,
    334: _LOGIN,
    354: frozenset({"DATA", "XEXCH50"}),
}
"""Codes that belong to a few verbs and to no other (RFC 5321 4.3.2, RFC 3207, RFC 4954)."""

_OWNERS = {
    220: "STARTTLS or the greeting",
    221: "QUIT",
    235: "AUTH",
    334: "AUTH",
    354: "DATA",
}
_HELLOS = frozenset({"EHLO", "HELO", "LHLO"})
_MAY_FOLLOW_TLS = _HELLOS | {"QUIT", "NOOP", "RSET"}


def greeting(watch: Watch, exchange: Exchange) -> Iterator[Sighting]:
    """How the greeting came: late, in several lines, after the client had spoken."""
    reply, came = exchange.reply, exchange.replied_at
    if reply is None or came is None:
        return
    early = watch.last
    if early is not None and early.unit is not None and (early.sent_at or 0) < came:
        yield Sighting("spoke-before-greeting", "client", values={"verb": name_of(early)})
    if watch.connected_at is not None and came - watch.connected_at >= SLOW_GREETING:
        yield Sighting("slow-greeting", values=_seconds(came - watch.connected_at))
    if len(reply.lines) > 1 and not reply.is_negative and not watch.is_one_sided:
        yield Sighting("multiline-greeting", values={"count": len(reply.lines)})
    name = reply.text.split(maxsplit=1)[:1]
    if reply.code == _READY and name and _NO_NAME.fullmatch(name[0]):
        values = {"name": visible(name[0], 60)}
        yield Sighting("greeting-name", "server", 4, 4 + len(name[0]), values)


def unanswered(watch: Watch, exchange: Exchange) -> Iterator[Sighting]:
    """What was sent last before the connection ended, and was never answered."""
    # Octets between the 220 to STARTTLS and the handshake are told of elsewhere.
    if exchange.verb == "QUIT" or watch.starttls is not None:
        return
    if watch.first_time("ended-without-reply"):
        yield Sighting("ended-without-reply", "client", values={"verb": name_of(exchange)})


def old_tls(watch: Watch, exchange: Exchange) -> Iterator[Sighting]:
    """A version of TLS that is not to be used any more; told once for a connection."""
    version = exchange.before.tls_version
    if version in _OLD_TLS and watch.first_time("old-tls"):
        yield Sighting("old-tls", values={"version": version})


def unsolicited(watch: Watch, exchange: Exchange) -> Iterator[Sighting]:
    """A reply that no command waited for."""
    reply = exchange.reply
    if reply is None or watch.is_one_sided or exchange.verb == FOR_RECIPIENT:
        return
    if watch.starttls is not None and not exchange.before.tls:
        text = visible(reply.text.replace("\n", " "), 60)
        shown = f"{reply.code} {text}" if reply.code is not None else text
        yield Sighting("data-after-starttls", values={"text": shown})
    elif reply.code == _CLOSING:
        yield Sighting("closing-notice")
    elif reply.code is not None:
        yield Sighting("unsolicited-reply", values={"code": reply.code})


def after_starttls(watch: Watch, exchange: Exchange) -> Iterator[Sighting]:
    """A command in the clear between the 220 to STARTTLS and the handshake."""
    begun = watch.starttls
    if begun is None or exchange.before.tls or exchange.unit is None:
        return
    if exchange.reply is None or (exchange.sent_at or 0) >= (begun.replied_at or 0):
        yield Sighting("command-after-starttls", "client", values={"verb": name_of(exchange)})


def no_waiting(watch: Watch, exchange: Exchange) -> Iterator[Sighting]:
    """A command that was sent before the reply to the last one had come."""
    last = watch.last
    if last is None or last.unit is None or isinstance(exchange.unit, MailData | Chunk):
        return
    if _had_leave(last):
        return
    is_barrier = last.verb in BARRIERS
    offered = watch.offers is not None and "PIPELINING" in watch.offers
    if offered and not is_barrier:
        return
    rule = "sent-past-barrier" if offered else "sent-without-waiting"
    if watch.first_time(rule):
        values = {"verb": name_of(exchange), "other": name_of(last)}
        yield Sighting(rule, "client", values=values)


def _had_leave(last: Exchange) -> bool:
    """AUTH with an initial response may be followed (RFC 4954 4); data and chunks always are."""
    unit = last.unit
    if isinstance(unit, Command):
        return unit.verb == "BDAT" or (unit.verb == "AUTH" and " " in unit.argument)
    return isinstance(unit, MailData | Chunk)


def other_codes(watch: Watch, exchange: Exchange) -> Iterator[Sighting]:
    """A code that belongs to another verb, and perhaps to the exchange before."""
    code, verb = exchange.code or 0, exchange.verb
    last = watch.last
    owners = ONLY_FOR.get(code)
    if owners is None or verb in owners:
        return
    values = {"code": code, "verb": name_of(exchange), "other": _OWNERS[code]}
    if last is not None and last.unit is not None and last.verb in owners and last.code != code:
        if watch.first_time("replies-one-off"):
            told = {**values, "other": name_of(last), "belongs": last.number}
            yield Sighting("replies-one-off", "server", 0, 3, told)
        return
    yield Sighting("code-of-another-verb", "server", 0, 3, values)


def no_hello(watch: Watch, exchange: Exchange) -> Iterator[Sighting]:
    """Inside TLS the first command was no EHLO."""
    before = exchange.before
    if before.before_tls is None or before.hello is not State.GREETED or exchange.unit is None:
        return
    if isinstance(exchange.unit, SaslResponse) or exchange.verb in _MAY_FOLLOW_TLS:
        return
    if watch.first_time("no-ehlo-after-tls"):
        yield Sighting("no-ehlo-after-tls", "client", values={"verb": name_of(exchange)})


def slowness(exchange: Exchange) -> Iterator[Sighting]:
    """A reply that took long; called where it took longer than SLOW_REPLY."""
    took = exchange.reply_time or 0
    if exchange.verb == END_OF_DATA and took < SLOW_END_OF_DATA:
        return
    yield Sighting("slow-reply", values={"verb": name_of(exchange), **_seconds(took)})


def _seconds(microseconds: int) -> dict[str, object]:
    return {"seconds": f"{microseconds / 1e6:.1f}".removesuffix(".0")}
