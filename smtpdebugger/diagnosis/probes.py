"""Probes: what the verification steps that were taken have shown, as evidence.

A probe is a step with the exchanges it led to, in the same session or in one of its own. Each
step has one small function here that reads them.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from smtpdebugger.diagnosis.alternatives import is_in_form
from smtpdebugger.diagnosis.case import REQUIRED, Case
from smtpdebugger.diagnosis.observation import Observation
from smtpdebugger.diagnosis.offers import MASKED
from smtpdebugger.diagnosis.steps import wanted_keyword
from smtpdebugger.protocol.ehlo import Capabilities, read_capabilities
from smtpdebugger.protocol.state import VERBS
from smtpdebugger.session.exchange import Exchange
from smtpdebugger.session.visible import visible

_SURELY_THERE = REQUIRED - {"EHLO", "HELO", "VRFY"}
"""Verbs that no server lacks, whatever it says (RFC 5321 section 4.5.1)."""

_NOT_KNOWN = frozenset({500, 502})
_MAILBOX_FOUND = frozenset({250, 251})
_NO_MAILBOX = frozenset({550, 551, 553})
_HELLOS = frozenset({"EHLO", "LHLO"})


@dataclass(frozen=True, slots=True)
class Probe:
    """A step that was taken."""

    step: str
    """Its id."""
    exchanges: tuple[Exchange, ...]
    """What came of it, in order; those of a new connection begin with its greeting."""
    is_elsewhere: bool = False
    """Whether it was taken in another connection, whose exchanges have numbers of their own."""


Judge = Callable[[Case, Probe], Iterator[Observation]]


def what_it_showed(case: Case, probe: Probe) -> Iterator[Observation]:
    """What a probe says of the causes; nothing where its replies did not come."""
    judge = JUDGES.get(probe.step)
    if judge is not None:
        yield from judge(case, probe)


def _seen(
    case: Case, probe: Probe, rule: str, at: Exchange | None, **values: object
) -> Observation:
    number = 0 if at is None else at.number
    where = f"exchange {number}"
    if probe.is_elsewhere:
        where = f"the new connection, exchange {number}" if number else "the new connection"
    later = "" if at is None or at.code is None else str(at.code)
    told: Mapping[str, object] = {"where": where, "later": later, **values}
    return Observation(rule, 0 if probe.is_elsewhere else number, values=told)


def _answered(probe: Probe, *verbs: str) -> Exchange | None:
    """The last answered exchange of one of these verbs, or of any command at all."""
    for exchange in reversed(probe.exchanges):
        if exchange.reply is None or exchange.unit is None:
            continue
        if not verbs or exchange.verb in verbs:
            return exchange
    return None


def _offers(exchange: Exchange) -> Capabilities | None:
    reply = exchange.reply
    return read_capabilities(reply) if reply is not None and reply.code == 250 else None


def _ehlo(case: Case, probe: Probe) -> Iterator[Observation]:
    exchange, keyword = _answered(probe, *_HELLOS), wanted_keyword(case)
    if exchange is None:
        return
    offers = _offers(exchange)
    if offers is None:
        if exchange.code in _NOT_KNOWN:
            yield _seen(case, probe, "ehlo-unknown", exchange)
        return
    masked = next((each.keyword for each in offers if MASKED.match(each.keyword)), "")
    if masked:
        yield _seen(case, probe, "later-masked", exchange, masked=masked[:40])
        return
    had = case.offers is not None and keyword in case.offers
    if keyword in offers and not had:
        yield _seen(case, probe, "later-offered", exchange, keyword=keyword)
    elif keyword not in offers:
        yield _seen(case, probe, "later-not-offered", exchange, keyword=keyword)


def _lifting(lifted: str, not_lifted: str) -> Judge:
    """A judge for steps that change something and send the refused command again."""

    def judge(case: Case, probe: Probe) -> Iterator[Observation]:
        hello = _answered(probe, *_HELLOS)
        if hello is not None and case.verb not in _HELLOS and hello.code in _NOT_KNOWN:
            yield _seen(case, probe, "ehlo-unknown", hello)
        again = _answered(probe, case.exchange.verb)
        if again is None or again.reply is None:
            return
        if again.reply.is_positive:
            yield _seen(case, probe, lifted, again)
        elif again.code == case.code:
            yield _seen(case, probe, not_lifted, again)

    return judge


def _tls_lifting(case: Case, probe: Probe) -> Iterator[Observation]:
    starttls = _answered(probe, "STARTTLS")
    if starttls is not None and starttls.is_negative:
        yield _seen(case, probe, "tls-refused", starttls)
    elif any(each.before.tls for each in probe.exchanges):
        yield from _lifting("lifted-by-tls", "not-lifted-by-tls")(case, probe)


def _tls_offers(case: Case, probe: Probe) -> Iterator[Observation]:
    starttls = _answered(probe, "STARTTLS")
    if starttls is not None and starttls.is_negative:
        yield _seen(case, probe, "tls-refused", starttls)
        return
    hello = _answered(probe, *_HELLOS)
    offers = _offers(hello) if hello is not None and hello.before.tls else None
    if offers is not None and not case.before.offers("AUTH"):
        found = "tls-brings-keyword" if "AUTH" in offers else "tls-brings-nothing"
        yield _seen(case, probe, found, hello)


def _help(case: Case, probe: Probe) -> Iterator[Observation]:
    exchange = _answered(probe, "HELP")
    if exchange is None or exchange.reply is None:
        return
    if exchange.is_negative:
        if exchange.code in _NOT_KNOWN:
            yield _seen(case, probe, "help-unknown", exchange)
        return
    words = {word.strip(".,:;()").upper() for word in exchange.reply.text.split()}
    if case.verb in words:
        yield _seen(case, probe, "later-help-names", exchange)
    elif len(words & VERBS) >= 4:
        yield _seen(case, probe, "later-help-lacks", exchange)


def _nonsense(case: Case, probe: Probe) -> Iterator[Observation]:
    exchange = _answered(probe)
    if exchange is None or exchange.reply is None or exchange.reply.is_positive:
        return
    alike = exchange.code == case.code and _template(exchange) == _template(case.exchange)
    rule = "answered-like-nonsense" if alike else "answered-unlike-nonsense"
    if alike and case.verb in _SURELY_THERE:
        rule = "worded-like-nonsense"
    elif alike and not is_in_form(case):
        rule = "malformed-like-nonsense"
    yield _seen(case, probe, rule, exchange)


def _plain(case: Case, probe: Probe) -> Iterator[Observation]:
    exchange = _answered(probe)
    if exchange is None or exchange.reply is None:
        return
    alike = exchange.code == case.code and _template(exchange) == _template(case.exchange)
    rule = "plain-refused-alike" if alike else "plain-refused-otherwise"
    if exchange.reply.is_positive:
        rule = "plain-accepted"
    yield _seen(case, probe, rule, exchange, plain=visible(exchange.command_text, 40))


def _template(exchange: Exchange) -> str:
    """The words of a reply without what it quotes of the command."""
    text = "" if exchange.reply is None else exchange.reply.plain_text.lower()
    quoted = {exchange.verb.lower(), exchange.command_text.lower()}
    for each in sorted(quoted, key=len, reverse=True):
        text = text.replace(each, "{}") if each else text
    return " ".join(text.split())


def _noop(case: Case, probe: Probe) -> Iterator[Observation]:
    exchange = _answered(probe, "NOOP")
    if exchange is None:
        return
    if exchange.code == 250:
        yield _seen(case, probe, "noop-fine", exchange)
    elif exchange.is_negative and (exchange.code not in _NOT_KNOWN or _is_alike(case, exchange)):
        # Some servers have no NOOP, whatever RFC 5321 section 4.5.1 says, and call it unknown.
        yield _seen(case, probe, "noop-refused", exchange)


def _is_alike(case: Case, exchange: Exchange) -> bool:
    return exchange.code == case.code and _template(exchange) == _template(case.exchange)


def _other_mail(accepted: str, refused: str) -> Judge:
    def judge(case: Case, probe: Probe) -> Iterator[Observation]:
        exchange = _answered(probe, "MAIL")
        if exchange is None or exchange.reply is None:
            return
        yield _seen(case, probe, accepted if exchange.reply.is_positive else refused, exchange)

    return judge


def _other_address(case: Case, probe: Probe) -> Iterator[Observation]:
    exchange = _answered(probe, "VRFY")
    if exchange is None:
        return
    alike = exchange.code == case.code and _template(exchange) == _template(case.exchange)
    rule = "other-address-alike" if alike else "other-address-answered"
    yield _seen(case, probe, rule, exchange)


def _recipient(case: Case, probe: Probe) -> Iterator[Observation]:
    exchange = _answered(probe, "VRFY")
    if exchange is None or exchange.reply is None:
        return
    status = exchange.reply.enhanced_status
    about_mailbox = status is None or status.subject == 1
    if exchange.code in _MAILBOX_FOUND:
        yield _seen(case, probe, "vrfy-knows", exchange)
    elif exchange.code in _NO_MAILBOX and about_mailbox:
        yield _seen(case, probe, "vrfy-knows-not", exchange)


def _hello(verb: str, accepted: str, refused: str) -> Judge:
    def judge(case: Case, probe: Probe) -> Iterator[Observation]:
        exchange = _answered(probe, verb)
        if exchange is None or exchange.reply is None:
            return
        if exchange.reply.is_positive:
            yield _seen(case, probe, accepted, exchange)
        elif exchange.code in _NOT_KNOWN | {550, 554}:
            # Of a sequence or an argument that the server does not like nothing follows.
            yield _seen(case, probe, refused, exchange)

    return judge


def _fresh(case: Case, probe: Probe) -> Iterator[Observation]:
    hello, first = _answered(probe, *_HELLOS, "HELO"), next(iter(probe.exchanges), None)
    if first is not None and first.is_negative:
        yield _seen(case, probe, "fresh-unwelcome", first)
    elif hello is not None and hello.code == 250:
        yield _seen(case, probe, "fresh-welcome", hello)
        offers, keyword = _offers(hello), wanted_keyword(case)
        if offers is not None and keyword in offers and not case.before.offers(keyword):
            yield _seen(case, probe, "later-offered", hello, keyword=keyword)


def _fresh_lifting(case: Case, probe: Probe) -> Iterator[Observation]:
    first = next(iter(probe.exchanges), None)
    if first is not None and first.is_negative:
        yield _seen(case, probe, "fresh-unwelcome", first)
    else:
        yield from _lifting("lifted-by-reconnecting", "not-lifted-by-reconnecting")(case, probe)


def _other_port(case: Case, probe: Probe) -> Iterator[Observation]:
    hello, keyword = _answered(probe, *_HELLOS), wanted_keyword(case)
    offers = _offers(hello) if hello is not None else None
    has_tls = keyword == "STARTTLS" and any(each.after.tls for each in probe.exchanges)
    found = offers is not None and (keyword in offers or has_tls)
    rule = "other-port-offers" if found else "other-port-too-lacks"
    yield _seen(case, probe, rule, hello, keyword="TLS" if has_tls else visible(keyword, 40))


def _tls_at_once(case: Case, probe: Probe) -> Iterator[Observation]:
    hello = _answered(probe, *_HELLOS)
    works = hello is not None and hello.before.tls and hello.code == 250
    yield _seen(case, probe, "tls-at-once-works" if works else "tls-at-once-fails", hello)


JUDGES: dict[str, Judge] = {
    "ehlo-again": _ehlo,
    "ehlo-and-repeat": _lifting("lifted-by-ehlo", "not-lifted-by-ehlo"),
    "help": _help,
    "unknown-word": _nonsense,
    "noop": _noop,
    "plain-form": _plain,
    "again": _lifting("fine-this-time", "refused-alike"),
    "mail-again": _lifting("fine-this-time", "refused-alike"),
    "fresh-and-mail": _lifting("lifted-by-ehlo", "not-lifted-by-ehlo"),
    "tls-and-look": _tls_offers,
    "tls-and-repeat": _tls_lifting,
    "tls-and-mail": _tls_lifting,
    "reset-and-repeat": _lifting("lifted-by-reset", "not-lifted-by-reset"),
    "null-sender": _other_mail("null-sender-accepted", "null-sender-refused"),
    "without-parameters": _other_mail("bare-accepted", "bare-refused"),
    "vrfy-postmaster": _other_address,
    "vrfy-recipient": _recipient,
    "helo": _hello("HELO", "helo-accepted", "helo-refused"),
    "ehlo": _hello("EHLO", "this-is-smtp", "this-is-no-smtp"),
    "lhlo": _hello("LHLO", "lhlo-accepted", "lhlo-refused"),
    "fresh": _fresh,
    "fresh-and-repeat": _fresh_lifting,
    "submission": _other_port,
    "implicit-tls": _other_port,
    "tls-at-once": _tls_at_once,
}
"""For each step in verification/ the function that reads its outcome."""
