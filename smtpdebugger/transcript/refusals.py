"""Single refusals in logs, bounces and error messages: a reply, and the command it answered.

The command is the one the text names, with the address that stands beside it; where the text has
no address, one of a domain that cannot exist stands in its place. Where it names no command, the
reply stands alone. Where it tells an enhanced status code only, the plainest reply code of its
class stands in the session, and a note says so.
"""

import re
from bisect import bisect
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from smtpdebugger.transcript.dialogue import Step
from smtpdebugger.transcript.refusal_forms import (
    ANYWHERE,
    FORMS,
    FRAMES,
    LOGIN_CODES,
    PLAIN,
    VERBS,
    WITHOUT_CODE,
    WORDS,
    Form,
)

NOBODY = "not-told.invalid"
"""The domain of addresses that the text does not tell (RFC 2606 section 2)."""

_FOLD = re.compile(
    r"(?<=\S)\n[ \t]+(?=\S)(?!at |from |in |File |---|\.\.\.|\^|\w+: ['\"\d]|[\w.]+Exception"
    r"|[45]\d\d[ -])"
)
_TAIL = re.compile(
    r"(?<!\s)\s*(?:\(in reply to [^)]{0,99}\)|['\"]|>?\s?#{1,9}\s?(?:SMTP#)?|\]?['\"]\.*)$"
)
_JOINED = re.compile(r"\\n(['\"]) \+\s+\1")
"""Where node breaks a string over two lines."""

_UNDERSCORED = re.compile(r"(?m)^.*\bRemote_host_said:_.*$")
"""A line of qmail's log, which has no blanks."""

_ANSWERED = re.compile(r"(?m)^msmtp: server message: ")
_ABOUT_MAIL = re.compile(r"(?i)smtp|e-?mail|mailer|recipient|rcpt")
_AROUND = 800
"""Characters before and after a reply in which its addresses are looked for."""

_TRACE = 2_500
"""Characters of a stack trace that are looked at."""

_MOST_OF_MAIL = 65_536
"""Characters of a text in which it must speak of mail."""

_DIGITS = {
    "Syntax": 0,
    "Information": 1,
    "Connections": 2,
    "Unspecified3": 3,
    "Unspecified4": 4,
    "MailSystem": 5,
    "TransientNegativeCompletion": 4,
    "PermanentNegativeCompletion": 5,
} | {
    word: digit
    for digit, word in enumerate(
        ("Zero", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine")
    )
}
"""The words of which lettre makes a reply code, and the digit that each stands for."""


@dataclass(frozen=True)
class Refusal:
    """One refusal: the command and the reply that a text tells."""

    command: tuple[Step, ...]
    """Empty where the text names none."""
    reply: tuple[Step, ...]
    code_is_told: bool = field(default=True, compare=False)
    """Whether the reply code stands in the text."""


def refusals_in(text: str, *, anywhere: bool = True) -> list[Refusal]:
    """The refusals that a text tells, in their order; each once. Without ``anywhere`` only those
    in a form that is known."""
    plainer = _plainer(text)
    found = _by_forms((*FORMS, ANYWHERE) if anywhere else FORMS, plainer)
    if not anywhere:
        return once(found)
    if not found:
        found = _by_forms((WITHOUT_CODE,), plainer)
    if not found and _ABOUT_MAIL.search(plainer[:_MOST_OF_MAIL]):
        found = _by_forms((PLAIN,), plainer)
    return once(found)


def once(found: Iterable[Refusal]) -> list[Refusal]:
    """Refusals without those told twice; a reply with its command is better than one without."""
    told = list(dict.fromkeys(found))
    answers = {_words(each) for each in told if each.command}
    kept: list[Refusal] = []
    seen: set[str] = set()
    for each in told:
        words = _words(each)
        # One reply to several recipients is several refusals.
        is_of_many = bool(each.command) and each.command[0].text.startswith("RCPT")
        if words in (seen if each.command else answers) and not is_of_many:
            continue
        seen.add(words)
        kept.append(each)
    return kept


def steps_of_refusals(refusals: Iterable[Refusal]) -> list[Step]:
    """What was said, each refusal on a connection of its own."""
    steps: list[Step] = []
    for each in refusals:
        if steps:
            steps.append(Step("closed", "client"))
        steps += (*each.command, *each.reply)
    return steps


def _words(refusal: Refusal) -> str:
    """How a reply begins; what stands behind its first line is often left out."""
    first = refusal.reply[0].text
    return f"{first[:3]} {first[4:]}".rstrip(" .;:'\"")


def _plainer(text: str) -> str:
    """A text without what programs did to fit it into their lines."""
    text = _ANSWERED.sub("", text.replace("\r\n", "\n"))
    text = _JOINED.sub("\n", text)
    text = _UNDERSCORED.sub(lambda line: line[0].replace("_", " ").replace("/", "\n"), text)
    return _FOLD.sub(" ", text)


def _by_forms(forms: Iterable[Form], text: str) -> list[Refusal]:
    found: dict[int, Refusal] = {}
    taken: list[tuple[int, int]] = []
    """Where replies stand that were found, in their order."""
    small = text.lower()
    for form in forms:
        if form.needle not in small:
            continue
        for match in _matches(form, text):
            start = match.start("reply")
            stop = start + max(len(_unquoted(match)), 1)
            at = bisect(taken, (start, stop))
            if (at and taken[at - 1][1] > start) or (at < len(taken) and taken[at][0] < stop):
                continue
            reply = _reply(form, match)
            if reply is None:
                continue
            taken.insert(at, (start, stop))
            steps, is_told = reply
            command = tuple(_command(form, match, steps[0].text[:3]))
            found[start] = Refusal(command, steps, is_told)
    return [found[at] for at in sorted(found)]


def _matches(form: Form, text: str) -> Iterator[re.Match[str]]:
    """Where a form is found; behind the end of a quoted reply there may be the next."""
    at = 0
    while match := form.pattern.search(text, at):
        yield match
        at = max(match.start("reply") + len(_unquoted(match)), match.start() + 1)


def _command(form: Form, match: re.Match[str], code: str) -> Iterator[Step]:
    verb = _verb(form, match, code)
    argument: str | None
    match verb:
        case "AUTH":
            argument = _mechanism(match)
        case "EHLO":
            argument = _found(match, _HELO) or ""
        case "MAIL":
            argument = _address(match, _SENDER)
        case "RCPT":
            argument = _address(match, _RECIPIENT)
        case _:
            argument = ""
    yield from command_steps(verb, argument)


def command_steps(verb: str, argument: str | None = "") -> Iterator[Step]:
    """What a client said before a reply: the command, or DATA and the end of mail data for
    ``data``; nothing where no command is known. An argument that is not told is made up."""
    match verb:
        case "" | "connect":
            return
        case "data":
            yield Step("client", "DATA")
            yield Step("server", "354 (this reply is not in the text)")
            yield Step("client", ".")
        case "AUTH":
            yield Step("client", f"AUTH {argument or 'PLAIN'}")
        case "EHLO":
            yield Step("client", f"EHLO {argument or NOBODY}")
        case "MAIL":
            path = f"sender@{NOBODY}" if argument is None else argument
            yield Step("client", f"MAIL FROM:<{path}>")
        case "RCPT":
            yield Step("client", f"RCPT TO:<{argument or f'recipient@{NOBODY}'}>")
        case _:
            yield Step("client", verb)


def _verb(form: Form, match: re.Match[str], code: str) -> str:
    """The verb that was answered; empty where nothing tells it."""
    named = (match.groupdict().get("verb") or "").lower().strip(" :")
    if named in VERBS:
        return VERBS[named]
    if form.verb or code in LOGIN_CODES:
        return form.verb or "AUTH"
    start, stop = match.span()
    text = match.string
    if told := _NODE_COMMAND.search(text, start, stop + _TRACE):
        return VERBS.get(told[1].lower(), "")
    for place in (text[start : stop + _TRACE], text[max(0, start - _TRACE) : start]):
        at = {verb: found.start() for verb, frame in FRAMES if (found := frame.search(place))}
        if at:
            return min(at, key=lambda verb: at[verb])
    return ""


_NODE_COMMAND = re.compile(r"""\bcommand: ['"]([A-Z]{4,8}(?: (?:FROM|TO))?)\b""")
"""What nodemailer's errors name the command that was refused by."""

_HELO = (re.compile(r"\bhelo=<([^>\s]+)>"),)
_MECHANISM = re.compile(r"\bAUTH ([A-Z0-9-]{3,20})\b")
_SENDER = (
    re.compile(r"(?i)\bfrom[=:]<([^>\s]*)>|, '([^'\s]+@[^'\s]+)'\)|\bF=<([^>\s]*)>"),
    re.compile(r"(?im)^Return-Path: <([^>\s]*)>|^Failed to set sender: (\S+@\S+)"),
)
_RECIPIENT = (
    re.compile(r"(?i)\b(?:to=|RCPT TO:)<([^>\s]+)>"),
    re.compile(r"(?im)^(?:Final|Original)-Recipient: ?rfc822; ?<?([^>\s]+@[^>\s]+?)>?\s*$"),
    re.compile(r"(?m)^[^\S\n]*<([^>\s]+@[^>\s]+)>(?: ?\(expanded from[^)]*\))?:"),
    re.compile(r"(?m)^[^\S\n]*([^\s<>@:]+@[^\s<>@:]+)$"),
    re.compile(r"<([^<>\s]+@[^<>\s]+)>"),
)
"""Ways to write an address, the surest first."""


def _address(match: re.Match[str], patterns: tuple[re.Pattern[str], ...]) -> str | None:
    own = match.groupdict().get("address")
    return own.strip("<>") if own is not None else _found(match, patterns)


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
    own = match.groupdict().get("mechanism")
    if own is not None:
        return own.upper()
    found = _MECHANISM.search(match.string, max(0, match.start() - _AROUND), match.end() + _AROUND)
    return found[1] if found else ""


def _reply(form: Form, match: re.Match[str]) -> tuple[tuple[Step, ...], bool] | None:
    """The reply's lines, which logs and bounces run together into one, and whether its code is in
    the text; None where nothing tells the code."""
    groups = match.groupdict()
    text = _unquoted(match).replace("\\r\\n", "\n").replace("\\n", "\n").strip()
    is_told = True
    if told := groups.get("code"):
        code = _code(told)
        if code is None:
            return None
        # .NET has the same words for 450 and 550; the enhanced code tells them apart.
        text = f"{'450' if code == '550' and text.startswith('4.') else code} {text}"
    elif form.code:
        text, is_told = f"{form.code} {text}", len(form.code) > len("550")
    elif text[:1] in {"4", "5"} and text[1:2] == ".":
        text, is_told = f"{text[0]}50 {text}", False
    elif groups.get("enhanced"):
        text, is_told = f"{groups['enhanced'][0]}50 {groups['enhanced']} {text}", False
    return tuple(reply_lines(text)), is_told


def _unquoted(match: re.Match[str]) -> str:
    """A reply without what follows the quotation mark at its end, where one stands before it."""
    text, start = match["reply"], match.start("reply")
    mark = match.string[start - 1 : start]
    return text.split(mark, 1)[0] if mark in {"'", '"'} and mark else text


def _code(told: str) -> str | None:
    """A reply code in figures, in the words of .NET or in those of lettre."""
    if told.isdigit():
        return told
    if told.startswith("Code {"):
        words = re.findall(r": (\w+)", told)
        digits = [str(_DIGITS[word]) for word in words if word in _DIGITS]
        return "".join(digits) if len(digits) == len("550") else None
    return next((str(WORDS[words]) for words in WORDS if told.endswith(words)), None)


def _closed(line: str) -> str:
    """A line without the brackets behind it that belong to what stood around the reply."""
    bare = line.rstrip(" .;")
    if bare.endswith((")", ")]")) and bare.count(")") > bare.count("("):
        return _closed(bare.removesuffix("]").removesuffix(")"))
    return line


_DOUBLED = re.compile(r"(\d{3} .{1,400}): \1")
"""A reply that nodemailer tells twice in one line."""


def reply_lines(text: str) -> Iterator[Step]:
    """A reply as it was sent, from text that ran its lines together or left codes out."""
    if doubled := _DOUBLED.fullmatch(text):
        text = doubled[1]
    code = text[:3]
    lines = re.split(rf"\n(?:{code}[- ])?|\s+(?={code}-\S)|\s+(?={code} \d\.\d+\.\d)", text)
    lines = [line.removeprefix(f"{code}-").removeprefix(f"{code} ") for line in lines]
    lines[-1] = _closed(_TAIL.sub("", lines[-1]))
    for number, line in enumerate(lines, 1):
        yield Step("server", f"{code}{'-' if number < len(lines) else ' '}{line.strip()}")
