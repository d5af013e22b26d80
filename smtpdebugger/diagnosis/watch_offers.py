"""The watchdog's eye on the EHLO replies: what they say, and whether it turned out true."""

import re
from collections import Counter
from collections.abc import Iterator

from smtpdebugger.diagnosis.advice_arguments import parameter_owners
from smtpdebugger.diagnosis.sighting import Sighting, Watch
from smtpdebugger.protocol.command import Command, MailData, SaslResponse
from smtpdebugger.protocol.ehlo import Capabilities
from smtpdebugger.session.exchange import Exchange
from smtpdebugger.session.visible import visible

CLEAR_PASSWORD = ("PLAIN", "LOGIN", "XOAUTH2", "OAUTHBEARER", "XOAUTH")
"""Mechanisms that send the password or a token as good as readable."""

OLD_MECHANISMS = ("CRAM-MD5", "DIGEST-MD5", "NTLM", "SCRAM-MD5", "KERBEROS_V4", "SKEY", "CRAM-SHA1")
"""Mechanisms that were given up, or are one vendor's own; many programs have none of them."""

MOST_CHANGES = 6

_MASKED = re.compile(r"^X{4,}[A-Z]?$")
NOT_THERE = frozenset({500, 502})
REFUSED_PARAMETER = frozenset({501, 504, 555})
_MECHANISM_REFUSED = 504
_MAY_BE_UNLISTED = frozenset({"EHLO", "HELO", "LHLO", "MAIL", "RCPT", "DATA", "RSET", "NOOP"}) | {
    "QUIT",
    "VRFY",
}
"""Verbs every server has; EHLO need not list them (RFC 5321 4.5.1)."""


def ehlo_reply(watch: Watch, exchange: Exchange) -> Iterator[Sighting]:
    """What is odd about an accepted EHLO reply, alone and beside the one before."""
    offers = exchange.after.capabilities
    if offers is None:
        return
    yield from _keywords(offers)
    yield from _mechanisms(offers, tls=exchange.before.tls)
    if exchange.before.tls and "STARTTLS" in offers:
        yield Sighting("starttls-in-tls", "server", *_place(exchange, "STARTTLS"))
    yield from _changes(watch, exchange, offers)
    watch.offers, watch.offers_at = offers, exchange.number
    watch.offers_tls = exchange.before.tls
    watch.offers_login = exchange.before.authenticated


_OF_LMTP = re.compile(r"(?i)\b(LMTP|LHLO)\b")


def ehlo_refused(exchange: Exchange) -> Iterator[Sighting]:
    """A server that has no EHLO at all."""
    unit, greeting = exchange.unit, exchange.before.greeting
    if greeting is not None and (greeting.is_negative or "LMTP" in greeting.text):
        return
    if exchange.reply is not None and _OF_LMTP.search(exchange.reply.text):
        return  # it says what it speaks, which has extensions too
    if exchange.code in NOT_THERE and isinstance(unit, Command) and unit.argument:
        yield Sighting("ehlo-refused", values={"code": exchange.code})


def only_helo(watch: Watch, exchange: Exchange) -> Iterator[Sighting]:
    """A client that says HELO without having tried EHLO."""
    if exchange.code == 250 and watch.offers is None and "EHLO" not in watch.told:
        yield Sighting("helo-without-ehlo", "client")


def _keywords(offers: Capabilities) -> Iterator[Sighting]:
    counts = Counter(offer.keyword for offer in offers.offers)
    for keyword, count in counts.items():
        if count > 1:
            texts = {offer.text for offer in offers.offers if offer.keyword == keyword}
            how = ", with different parameters" if len(texts) > 1 else ""
            values = {"keyword": visible(keyword, 40), "differently": how}
            yield Sighting("keyword-twice", values=values)
        if _MASKED.match(keyword):
            yield Sighting("keyword-masked", values={"keyword": keyword[:40]})
    size = offers.get("SIZE")
    if size is not None and size.parameters and not re.fullmatch("[0-9]{1,20}", size.parameters[0]):
        yield Sighting("size-unreadable", values={"value": visible(size.parameters[0], 40)})


def _mechanisms(offers: Capabilities, *, tls: bool) -> Iterator[Sighting]:
    clear = [name for name in CLEAR_PASSWORD if name in offers.auth_mechanisms]
    if clear and not tls:
        yield Sighting("auth-in-clear", values={"mechanisms": _and(clear)})
    named = offers.auth_mechanisms
    may_be_more = not tls and "STARTTLS" in offers
    if named and not may_be_more and all(name in OLD_MECHANISMS for name in named):
        yield Sighting("old-mechanisms-only", values={"mechanisms": _and(list(named))})
    new, old = set[str](), set[str]()
    for offer in offers.offers:
        if offer.keyword == "AUTH":
            new.update(name.upper() for name in offer.parameters)
        elif offer.keyword.startswith("AUTH="):
            first = offer.keyword.removeprefix("AUTH=")
            old.update(name.upper() for name in (first, *offer.parameters) if name)
    if new and old and new != old:
        values = {"new": _and(sorted(new)), "old": _and(sorted(old))}
        yield Sighting("auth-lines-differ", values=values)


def _changes(watch: Watch, exchange: Exchange, offers: Capabilities) -> Iterator[Sighting]:
    before, now = watch.offers, exchange.before
    if before is None or before.offers == offers.offers:
        return
    by_tls = now.tls != watch.offers_tls
    by_login = now.authenticated != watch.offers_login
    changes = _told_changes(before, offers, without="STARTTLS" if by_tls else "")
    if not changes:
        return
    values = {"changes": "; ".join(changes[:MOST_CHANGES]), "before": watch.offers_at}
    if by_tls:
        yield Sighting("offers-changed-by-tls", values=values)
    elif by_login:
        yield Sighting("offers-changed-by-login", values=values)
    else:
        yield Sighting("offers-changed", values=values)


def _told_changes(before: Capabilities, after: Capabilities, without: str) -> list[str]:
    gone = sorted(before.keywords - after.keywords - {without})
    new = sorted(after.keywords - before.keywords)
    told = [f"{visible(name, 40)} is gone" for name in gone]
    told += [f"{visible(name, 40)} is new" for name in new]
    for name in sorted(before.keywords & after.keywords):
        old_offer, new_offer = before.get(name), after.get(name)
        if old_offer is not None and new_offer is not None and old_offer != new_offer:
            told.append(f"{visible(old_offer.text, 60)} became {visible(new_offer.text, 60)}")
    return told


def refused(watch: Watch, exchange: Exchange) -> Iterator[Sighting]:
    """A refusal of what the last EHLO offered."""
    offers, unit = watch.offers, exchange.unit
    if offers is None or not isinstance(unit, Command) or exchange.before.capabilities is None:
        return
    code, verb = exchange.code, unit.verb
    values = {"code": code, "verb": visible(verb, 40), "ehlo": watch.offers_at}
    keyword = _keyword_of(watch, verb)
    if code in NOT_THERE and keyword and keyword in offers:
        yield Sighting("offered-but-refused", values={**values, "keyword": keyword})
    elif verb == "AUTH" and code == _MECHANISM_REFUSED and not exchange.before.authenticated:
        mechanism = unit.argument.split(" ")[0].upper()
        if mechanism in offers.auth_mechanisms:
            yield Sighting("mechanism-refused", values={**values, "mechanism": mechanism})
    elif code in REFUSED_PARAMETER:
        for name, owner in _owned(watch, unit):
            if owner in offers:
                told = {**values, "keyword": owner, "parameter": name}
                yield Sighting("parameter-refused", values=told)
                return


def lists(watch: Watch, verb: str) -> bool:
    """Whether the last EHLO offered the keyword of a verb."""
    keyword = _keyword_of(watch, verb)
    return watch.offers is not None and bool(keyword) and keyword in watch.offers


def accepted(watch: Watch, exchange: Exchange) -> Iterator[Sighting]:
    """Something that worked though the last EHLO did not offer it."""
    offers, unit = watch.offers, exchange.unit
    if offers is None or not isinstance(unit, Command) or exchange.before.capabilities is None:
        return
    verb = unit.verb
    values = {"code": exchange.code, "verb": visible(verb, 40), "ehlo": watch.offers_at}
    keyword = _keyword_of(watch, verb)
    if keyword and keyword not in offers and verb not in _MAY_BE_UNLISTED:
        yield Sighting("works-though-not-offered", values={**values, "keyword": keyword})
    for name, owner in _owned(watch, unit):
        if owner not in offers:
            told = {**values, "keyword": owner, "parameter": name}
            yield Sighting("parameter-not-offered", "client", values=told)


def mail(watch: Watch, unit: Command) -> Iterator[Sighting]:
    """What MAIL announces; remembered for the message that follows."""
    limit = _limit(watch)
    parameters = unit.parameters
    told = parameters.get("SIZE") or ""
    watch.size = int(told) if re.fullmatch("[0-9]{1,20}", told) else None
    body = (parameters.get("BODY") or "").upper()
    watch.is_eight_bit = body in {"8BITMIME", "BINARYMIME"} or "SMTPUTF8" in parameters
    if limit and watch.size is not None and watch.size > limit:
        yield Sighting("size-over-limit", "client", values={"size": told, "limit": limit})


def message_size(watch: Watch, unit: MailData) -> Iterator[Sighting]:
    """A message larger than the limit, or than MAIL announced."""
    limit, size = _limit(watch), unit.length
    if limit and size > limit:
        yield Sighting("message-over-limit", "client", values={"size": size, "limit": limit})
    # Doubled dots and the final one are not counted by the client.
    if watch.size is not None and size > watch.size + max(1024, watch.size // 50):
        values = {"size": size, "declared": watch.size}
        yield Sighting("size-understated", "client", values=values)


def login(watch: Watch, exchange: Exchange, unit: Command) -> Iterator[Sighting]:
    """A password or a token sent without TLS, as an initial response."""
    watch.mechanism = unit.argument.split(" ")[0].upper()
    watch.responses = 0
    if unit.secrets:
        yield from _in_clear(watch, exchange)


def response(watch: Watch, exchange: Exchange, unit: SaslResponse) -> Iterator[Sighting]:
    """A password or a token sent without TLS, as a SASL response."""
    watch.responses += 1
    # The first thing that LOGIN asks for is the name.
    is_name = watch.mechanism == "LOGIN" and watch.responses == 1
    if unit.secrets and not is_name:
        yield from _in_clear(watch, exchange)


def _in_clear(watch: Watch, exchange: Exchange) -> Iterator[Sighting]:
    if not exchange.before.tls and watch.mechanism in CLEAR_PASSWORD:
        yield Sighting("password-in-clear", "client", values={"mechanism": watch.mechanism})


def _limit(watch: Watch) -> int | None:
    return watch.offers.size_limit if watch.offers is not None else None


def _keyword_of(watch: Watch, verb: str) -> str:
    record = watch.knowledge.verb(verb)
    if record is None or record.status in {"keyword-not-command", "not-smtp", "vendor"}:
        return ""
    return record.keyword


_LITERAL = re.compile(r"[A-Z]+=[A-Z0-9]+")
"""A parameter with its one value, such as BODY=8BITMIME: another value is nobody's."""


def _owned(watch: Watch, unit: Command) -> Iterator[tuple[str, str]]:
    """The parameters of MAIL or RCPT, each with the EHLO keyword it belongs to."""
    parameters = unit.parameters
    if not parameters:
        return
    owners = _owners(watch, unit.verb)
    for name, value in parameters.items():
        told = f"{name}={value}" if value is not None else name
        found = owners.get(name, [])
        exact = [keyword for keyword, text in found if text.upper() == told.upper()]
        keywords = exact or [keyword for keyword, _ in found[:1]]
        if keywords and (exact or not all(_LITERAL.fullmatch(text) for _, text in found)):
            yield visible(told, 60), keywords[0]


def _owners(watch: Watch, verb: str) -> dict[str, list[tuple[str, str]]]:
    # Walking through all extensions for every MAIL would be most of the watchdog's work.
    if verb not in watch.owners:
        watch.owners[verb] = parameter_owners(verb, watch.knowledge)
    return watch.owners[verb]


def _place(exchange: Exchange, keyword: str) -> tuple[int, int]:
    """Where a keyword's line stands in the reply's octets."""
    base = 0
    for line in exchange.reply.lines if exchange.reply is not None else ():
        if line.text.split(b" ")[0].upper() == keyword.encode():
            return base + 4, base + len(line.octets)
        base += len(line.octets)
    return 0, 0


def _and(names: list[str]) -> str:
    shown = [visible(name, 40) for name in names[:8]]
    return shown[0] if len(shown) == 1 else ", ".join(shown[:-1]) + f" and {shown[-1]}"
