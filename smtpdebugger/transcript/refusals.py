"""Single refusals in logs, bounces and error messages: a reply, and the command it answered.

Each rule is a pattern for one way to tell a refusal. The command is the one the text names, with
the address that stands beside it; where the text has no address, one of a domain that cannot
exist stands in its place.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from smtpdebugger.transcript.dialogue import Step

NOBODY = "not-told.invalid"
"""The domain of addresses that the text does not tell (RFC 2606 section 2)."""

_CODE = r"[45]\d\d[ -](?=\S)"
_REPLY = rf"(?P<reply>{_CODE}[^\n]*)"


@dataclass(frozen=True)
class _Rule:
    """One way to tell a refusal. ``verb`` is used where the pattern has no group ``verb``."""

    pattern: re.Pattern[str]
    verb: str = "RCPT"


def _rule(pattern: str, verb: str = "RCPT") -> _Rule:
    return _Rule(re.compile(pattern, re.IGNORECASE | re.MULTILINE), verb)


_RULES = (
    # Postfix's logs and bounces
    _rule(rf"\bsaid: (?P<reply>{_CODE}.*?) \(in reply to (?P<verb>[A-Za-z ]+?) command\)"),
    _rule(rf"\brefused to talk to me: {_REPLY}", "connect"),
    _rule(
        r"(?:NOQUEUE|\b[0-9A-Za-z]{6,20}): (?:milter-)?reject: (?P<verb>[A-Za-z-]+) from \S+: "
        rf"(?P<reply>{_CODE}.*?)(?=; (?:from|proto|helo)=|$)"
    ),
    # Exim's
    _rule(
        r"SMTP error from remote (?:mail server|mailer) after "
        r"(?:pipelined )?(?P<verb>MAIL|RCPT|DATA|end of data|EHLO|HELO|STARTTLS|AUTH"
        r"|initial connection)(?: FROM| TO)?(?::(?P<address><[^>]*>))?[^:\n]*:"
        rf"\s*(?:host \S+ \[[^\]]*\](?::\d+)?: )?{_REPLY}"
    ),
    # qmail and its descendants
    _rule(rf"does not like recipient\.\s+Remote host said: {_REPLY}"),
    _rule(rf"does not like (?:sender|me)\.?\s+Remote host said: {_REPLY}", "MAIL"),
    _rule(
        rf"failed (?:on DATA command|after I sent the message)\.\s+Remote host said: {_REPLY}",
        "data",
    ),
    _rule(
        rf"but (?:greeting failed|my name was rejected)\.\s+Remote host said: {_REPLY}", "connect"
    ),
    # Exceptions of libraries
    _rule(
        r"\bSMTP(?P<verb>Authentication|Helo|Connect|SenderRefused|Data)(?:Error)?: "
        r"\((?P<code>\d{3}), b?(?P<quote>['\"])(?P<reply>.*?)(?P=quote)"
    ),
    _rule(
        r"['\"](?P<address>[^'\"\s]+@[^'\"\s]+)['\"]: "
        r"\((?P<code>[45]\d\d), b?(?P<quote>['\"])(?P<reply>.*?)(?P=quote)\)"
    ),
    _rule(rf"\b(?:javax|jakarta|com|org)\S*\.(?:\w*AuthenticationFailed)\w*: {_REPLY}", "AUTH"),
    _rule(rf"\bSMTPAddressFailedException: {_REPLY}"),
    _rule(rf"\bSMTPSenderFailedException: {_REPLY}", "MAIL"),
    _rule(rf"\bSMTPSendFailedException: {_REPLY}", "MAIL"),
    _rule(rf"\bInvalid login: {_REPLY}", "AUTH"),
    _rule(
        r"\bresponse: ['\"](?P<reply>[45]\d\d[ -][^'\"\n]*)['\"],?\s+responseCode: \d+,\s+"
        r"command: ['\"](?P<verb>[A-Z ]+)['\"]"
    ),
    _rule(rf"\b(?P<verb>MAIL FROM|RCPT TO|DATA END|DATA|EHLO|Password) command failed: {_REPLY}"),
    # Sendmail's log, and Microsoft's, Google's and everybody's bounces
    _rule(rf"\b(?:stat=(?:Deferred|Service unavailable)|reply)[:=] ?{_REPLY}"),
    _rule(rf"Remote Server returned '?\s*<?(?:#\d\.\d+\.\d+ smtp;\s?)?(?P<reply>{_CODE}[^'\n]*)"),
    _rule(
        r"(?:response(?: from the remote server)? was|error that the other server returned was)"
        rf":\s+(?P<reply>{_CODE}[^\n]*(?:\n\d{{3}}[ -][^\n]*)*)"
    ),
    _rule(rf"^Diagnostic-Code: ?smtp; ?{_REPLY}"),
)

_VERBS = {
    "rcpt to": "RCPT",
    "rcpt": "RCPT",
    "mail from": "MAIL",
    "mail": "MAIL",
    "senderrefused": "MAIL",
    "end of data": "data",
    "end-of-message": "data",
    "data end": "data",
    "data": "data",
    "ehlo": "EHLO",
    "helo": "EHLO",
    "starttls": "STARTTLS",
    "connect": "connect",
    "initial connection": "connect",
    "authentication": "AUTH",
    "auth": "AUTH",
    "password": "AUTH",
}
_FOLD = re.compile(r"(?<=\S)\n[ \t]+(?=\S)")
_TAIL = re.compile(r"\s*(?:\(in reply to [^)]*\)|['\"]|>?\s?#+\s?(?:SMTP#)?)$")
_AROUND = 800
"""Characters before and after a reply in which its addresses are looked for."""


def refusals_in(text: str) -> list[Step]:
    """The refusals that a text tells, each as a command and its reply."""
    unfolded = _FOLD.sub(" ", text.replace("\r\n", "\n"))
    found: dict[int, list[Step]] = {}
    taken: list[tuple[int, int]] = []
    for rule in _RULES:
        for match in rule.pattern.finditer(unfolded):
            span = match.span("reply")
            if any(span[0] < stop and start < span[1] for start, stop in taken):
                continue
            taken.append(span)
            found[span[0]] = [*_command(rule, match), *_reply(match)]
    told: dict[tuple[Step, ...], None] = {}
    for at in sorted(found):
        told.setdefault(tuple(found[at]))
    steps: list[Step] = []
    for each in told:
        if steps:
            steps.append(Step("closed", "client"))
        steps += each
    return steps


def _command(rule: _Rule, match: re.Match[str]) -> Iterator[Step]:
    groups = match.groupdict()
    verb = _VERBS.get((groups.get("verb") or rule.verb).lower(), rule.verb)
    match verb:
        case "connect":
            return
        case "data":
            yield Step("client", "DATA")
            yield Step("server", "354 (this reply is not in the text)")
            yield Step("client", ".")
        case "AUTH":
            yield Step("client", f"AUTH {_mechanism(match)}".rstrip())
        case "EHLO":
            yield Step("client", f"EHLO {_found(match, _HELO) or NOBODY}")
        case "MAIL":
            yield Step("client", f"MAIL FROM:<{_address(match, _SENDER, 'sender')}>")
        case "RCPT":
            yield Step("client", f"RCPT TO:<{_address(match, _RECIPIENT, 'recipient')}>")
        case _:
            yield Step("client", verb)


_HELO = (re.compile(r"\bhelo=<([^>\s]+)>"),)
_MECHANISM = re.compile(r"\bAUTH ([A-Z0-9-]{3,20})\b")
_SENDER = (
    re.compile(r"(?i)\bfrom[=:]<([^>\s]*)>|, '([^'\s]+@[^'\s]+)'\)"),
    re.compile(r"(?im)^Return-Path: <([^>\s]*)>"),
)
_RECIPIENT = (
    re.compile(r"(?i)\b(?:to=|RCPT TO:)<([^>\s]+)>"),
    re.compile(r"(?im)^(?:Final|Original)-Recipient: ?rfc822; ?<?([^>\s]+@[^>\s]+?)>?\s*$"),
    re.compile(r"(?m)^\s*<([^>\s]+@[^>\s]+)>(?: ?\(expanded from[^)]*\))?:"),
    re.compile(r"(?m)^\s*([^\s<>@:]+@[^\s<>@:]+)$"),
    re.compile(r"<([^<>\s]+@[^<>\s]+)>"),
)
"""Ways to write an address, the surest first."""


def _address(match: re.Match[str], patterns: tuple[re.Pattern[str], ...], who: str) -> str:
    own = match.groupdict().get("address")
    if own is not None:
        return own.strip("<>")
    found = _found(match, patterns)
    return f"{who}@{NOBODY}" if found is None else found


def _found(match: re.Match[str], patterns: tuple[re.Pattern[str], ...]) -> str | None:
    """What stands in the same line, else the nearest before the reply, else what comes after."""
    text, (start, stop) = match.string, match.span()
    begin = text.rfind("\n", 0, start) + 1
    end = text.find("\n", stop)
    line = text[begin : len(text) if end < 0 else end]
    before, after = text[max(0, start - _AROUND) : start], text[stop : stop + _AROUND]
    for place in (line, before, after):
        for pattern in patterns:
            found = [*pattern.finditer(place)]
            if found:
                nearest = found[-1 if place is before else 0]
                return next((each for each in nearest.groups() if each is not None), "")
    return None


def _mechanism(match: re.Match[str]) -> str:
    found = _MECHANISM.search(match.string, max(0, match.start() - _AROUND), match.end() + _AROUND)
    return found[1] if found else "PLAIN"


def _reply(match: re.Match[str]) -> Iterator[Step]:
    """The reply's lines, which logs and bounces run together into one."""
    text = match["reply"]
    if code := match.groupdict().get("code"):
        text = f"{code} {text}"
    text = text.replace("\\r\\n", "\n").replace("\\n", "\n")
    code = text[:3]
    lines = re.split(rf"\n(?:{code}[- ])?|\s+(?={code}-\S)|\s+(?={code} \d\.\d+\.\d)", text)
    lines = [line.removeprefix(f"{code}-").removeprefix(f"{code} ") for line in lines]
    lines[-1] = _TAIL.sub("", lines[-1])
    for number, line in enumerate(lines, 1):
        yield Step("server", f"{code}{'-' if number < len(lines) else ' '}{line.strip()}")
