"""Evidence from the EHLO reply: what was offered, and what was used without being offered."""

import re
from collections.abc import Iterator
from functools import lru_cache

from smtpdebugger.diagnosis.case import Case
from smtpdebugger.diagnosis.observation import Observation
from smtpdebugger.knowledge.tables import Knowledge
from smtpdebugger.protocol.command import MailData
from smtpdebugger.protocol.state import State

FEW = 2
"""A server that offers fewer extensions than this is small."""

ANSWERED = 0.3
"""How much a listed verb means where the code does not refuse the verb itself."""

_VERB_CODES = frozenset({500, 502, 503, 554})

SUBMISSION_PORTS = frozenset({465, 587})

MASKED = re.compile(r"^X{4,}[A-Z]?$")
_LISTED_VERBS = frozenset({"VRFY", "EXPN", "HELP", "TURN", "SEND", "SOML", "SAML"})
_TRUSTED = frozenset({"XCLIENT", "XFORWARD"})


def keyword_of(case: Case) -> str:
    """The EHLO keyword the verb needs, or nothing."""
    if case.record is None or case.command is None or case.record.status == "keyword-not-command":
        return ""
    keyword = case.record.keyword
    return "" if case.verb in _LISTED_VERBS or case.verb == "LHLO" else keyword


def verb_offered(case: Case) -> Iterator[Observation]:
    """Whether the last EHLO reply offered what the verb needs."""
    keyword = keyword_of(case)
    if not keyword or case.offers is None:
        return
    values = {"keyword": keyword}
    ehlo = case.before.ehlo_exchange or 0
    if keyword in case.offers:
        yield Observation("offered", ehlo, values=values)
        return
    special = {"STARTTLS": "starttls-not-offered", "AUTH": "auth-not-offered"}
    if keyword == "STARTTLS" and case.before.tls:
        # Inside TLS the keyword must be missing (RFC 3207 section 4.2): that proves nothing.
        return
    vendor = case.record is not None and case.record.status == "vendor"
    usual = "private-not-offered" if vendor else "not-offered"
    yield Observation(special.get(keyword, usual), ehlo, values=values)
    if keyword in _TRUSTED:
        yield Observation("verb-of-trusted-clients")
    if case.before.before_tls is not None and keyword in case.before.before_tls:
        yield Observation("offered-before-tls", ehlo, values=values)


def auth_and_tls(case: Case) -> Iterator[Observation]:
    """AUTH that EHLO did not offer, but may after STARTTLS or on another port."""
    if case.command is None or case.verb != "AUTH":
        return
    if case.offers is None or "AUTH" in case.offers:
        return
    ehlo = case.before.ehlo_exchange or 0
    if not case.before.tls:
        after = "STARTTLS" in case.offers
        yield Observation("auth-may-follow-tls" if after else "no-tls-to-follow", ehlo)
    if case.before.port == 25:
        yield Observation("auth-on-port-25")
    elif case.before.port in SUBMISSION_PORTS and not case.before.tls:
        yield Observation("submission-port", values={"port": case.before.port})


def verb_listed(case: Case) -> Iterator[Observation]:
    """VRFY, EXPN and the like, which EHLO may list but need not."""
    if case.verb not in _LISTED_VERBS or case.offers is None or not case.offers.offers:
        return
    rule = "verb-listed" if case.verb in case.offers else "verb-not-listed"
    # A code that answers the question rather than the verb fits a verb that is served.
    strength = 1.0 if case.code in _VERB_CODES else ANSWERED
    yield Observation(rule, case.before.ehlo_exchange or 0, strength=strength)


def mechanism(case: Case) -> Iterator[Observation]:
    """Whether the SASL mechanism stands in the AUTH line."""
    command = case.command
    if command is None or command.verb != "AUTH" or case.offers is None:
        return
    listed = case.offers.auth_mechanisms
    name = command.argument.split(" ")[0].upper()
    if not listed or not name:
        return
    rule = "mechanism-listed" if name in listed else "mechanism-not-listed"
    values = {"mechanism": name, "listed": ", ".join(listed)}
    yield Observation(rule, case.before.ehlo_exchange or 0, values=values)


def parameters(case: Case) -> Iterator[Observation]:
    """Parameters of MAIL and RCPT that nothing in the EHLO reply permits."""
    if case.command is None or case.verb not in {"MAIL", "RCPT"}:
        return
    names = list(case.command.parameters)
    if not names:
        yield Observation("no-parameters")
        return
    if case.offers is None and not (case.before.hello is State.HELO and case.code == _PARAMETER):
        # After HELO nothing is offered: another piece tells that, unless the code is of parameters.
        return
    not_offered = [name for name in names if not parameter_offered(case, name)]
    for name in not_offered[:3]:
        keyword = _keyword_needed(case, name)
        rule = "parameter-not-offered" if keyword else "parameter-unknown"
        shown = f"BODY={keyword}" if keyword == _BINARY else name
        yield Observation(rule, values={"parameter": shown, "keyword": keyword})
    if not not_offered:
        yield Observation("parameters-offered")


def parameter_offered(case: Case, name: str) -> bool:
    """Whether the extension of a MAIL or RCPT parameter was offered."""
    keyword = _keyword_needed(case, name)
    return bool(keyword) and case.before.offers(keyword)


def _keyword_needed(case: Case, name: str) -> str:
    """The keyword that a parameter needs with the value it has here (RFC 3030 section 3)."""
    value = case.command.parameters.get(name) if case.command is not None else None
    if name == "BODY" and (value or "").upper() == _BINARY:
        return _BINARY
    return keyword_of_parameter(case, name)


def keyword_of_parameter(case: Case, name: str) -> str:
    """The EHLO keyword behind a MAIL or RCPT parameter; nothing for one nobody knows."""
    return case.knowledge.derived(_keywords).get(name) or _WELL_KNOWN_PARAMETERS.get(name, "")


def _keywords(knowledge: Knowledge) -> dict[str, str]:
    """By parameter of MAIL or RCPT, the EHLO keyword of the first extension that has it."""
    found: dict[str, str] = {}
    for extension in knowledge.extensions.values():
        for told in (*extension.mail_parameters, *extension.rcpt_parameters):
            name = re.split(r"[=\s]", told, maxsplit=1)[0].upper()
            found.setdefault(name, extension.keyword.upper())
    return found


_PARAMETER = 555
_BINARY = "BINARYMIME"
_WELL_KNOWN_PARAMETERS = {
    "SIZE": "SIZE",
    "BODY": "8BITMIME",
    "SMTPUTF8": "SMTPUTF8",
    "RET": "DSN",
    "ENVID": "DSN",
    "NOTIFY": "DSN",
    "ORCPT": "DSN",
    "AUTH": "AUTH",
}


def size(case: Case) -> Iterator[Observation]:
    """A SIZE parameter above the limit that EHLO told."""
    if case.command is None or case.verb != "MAIL" or case.offers is None:
        return
    value = case.command.parameters.get("SIZE") or ""
    limit = case.offers.size_limit
    if limit and value.isdecimal() and int(value[:20]) > limit:
        values = {"size": value[:20], "limit": limit}
        yield Observation("size-over-limit", case.before.ehlo_exchange or 0, values=values)


def smallness(case: Case) -> Iterator[Observation]:
    """A server that offers next to nothing."""
    if case.offers is not None and len(case.offers.keywords) < FEW and case.may_lack_verb:
        yield Observation("few-offers", case.before.ehlo_exchange or 0)


def masks(case: Case) -> Iterator[Observation]:
    """Keywords and greetings that a device on the way has overwritten."""
    for offers in (case.offers, case.before.before_tls):
        if offers is not None and _holds_mask(offers.keywords):
            masked = next(each.keyword for each in offers if MASKED.match(each.keyword))
            values = {"masked": masked}
            yield Observation("masked-keyword", case.before.ehlo_exchange or 0, values=values)
            return
    greeting = case.greeting
    if greeting is not None and greeting.reply is not None and _is_starred(greeting.reply.text):
        yield Observation("masked-greeting", greeting.number)


@lru_cache(maxsize=64)
def _holds_mask(keywords: frozenset[str]) -> bool:
    return any(map(MASKED.match, keywords))


@lru_cache(maxsize=64)
def _is_starred(text: str) -> bool:
    """Whether a greeting is little else than stars or crosses."""
    starred = sum(sign in "*xX" for sign in text if sign not in " 0123456789.")
    letters = sum(sign not in " 0123456789." for sign in text)
    return letters >= 8 and starred >= 0.8 * letters


_NEVER_TLS = frozenset({452, 500, 501, 552})
"""Codes of space and of form: no server asks for encryption with them and no words."""

_ABOUT_TLS = frozenset({5, 7})
"""Subjects of enhanced codes with which servers ask for encryption: protocol and security."""


def _may_be_about_tls(case: Case) -> bool:
    """Whether encryption may be what is missing: not where the envelope was accepted without it,
    nor where the enhanced code is about something else."""
    if isinstance(case.unit, MailData) or case.before.recipients:
        return False
    status = case.reply.enhanced_status
    if status is None:
        return case.code not in _NEVER_TLS
    return status.subject in _ABOUT_TLS


def port_and_login(case: Case) -> Iterator[Observation]:
    """Whether encryption and a login are there, for policies that want them."""
    if case.before.tls:
        yield Observation("has-tls")
    elif case.before.offers("STARTTLS") and _may_be_about_tls(case):
        yield Observation("wants-tls")
    if case.before.authenticated:
        yield Observation("has-login")
    elif case.before.port in SUBMISSION_PORTS and case.verb in {"MAIL", "RCPT"}:
        yield Observation("submission-without-login", values={"port": case.before.port})
