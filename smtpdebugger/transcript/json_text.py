"""Reports in JSON: the refusals in what mail services post to their customers, and in logs.

Whoever wrote it: a text in it that begins like a reply, under a name such as ``reason`` or
``diagnosticCode``, is one; so is a number that is a reply code, with a text beside it. The address
is the nearest above. Read are one object, a list of them, and one object a line.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import msgspec

from smtpdebugger.transcript.refusal_forms import LOGIN_CODES, VERBS
from smtpdebugger.transcript.refusals import Refusal, command_steps, once, refusals_in, reply_lines

_REPLY = re.compile(r"(?s)(?:\s*(?:smtp|x-\w+);\s*)?(?P<reply>[45]\d\d[ -]\S.*)")
_TELLS = re.compile(
    r"(?i)diag|reason|respon|reply|message|msg|detail|descr|comment|error|status|log$|text$"
)
"""Names under which the text of a reply stands."""

_CODES = re.compile(r"(?i)^(?:(?:smtp|response|error|reply|status|email_response)?[-_]?code)$")
_WORDS = ("message", "description", "text", "email_response_message", "reason")
"""Names under which the words stand that belong to a code, the surest first."""

_RECIPIENT = re.compile(
    r"(?i)^(?:(?:email|recipient|rcpt)(?:[-_]?(?:address|email|to))?|(?:raw_)?rcpt_?to|email_to|to)$"
)
_SENDER = re.compile(r"(?i)^(?:sender|source|(?:msg|mail|email|friendly)?_?from)$")
_ADDRESS = re.compile(r"(?<![^\s<>\"',;])([^\s<>\"',;]+@[^\s<>\"',;]+?)>?$")
_SIDES = {"server": "S", "client": "C"}
_DEPTH = 40


@dataclass(frozen=True)
class _Around:
    """What the objects around a value tell."""

    recipient: str = ""
    sender: str = ""
    verb: str = ""


def decoded(text: str) -> list[Any] | None:
    """The values that a text in JSON holds; None for any other text."""
    bare = text.strip().removeprefix("\ufeff")
    if not bare.startswith(("{", "[")):
        return None
    value = _value(bare)
    if value is not None:
        return value if isinstance(value, list) else [value]
    lines = [_value(line) for line in bare.splitlines() if line.strip()]
    found = [each for each in lines if isinstance(each, dict)]
    # A line may be torn, and a program may say something else between its lines.
    return found if len(found) * 2 > len(lines) else None


def log_lines(values: list[Any]) -> str:
    """The lines that a log in JSON tells, as the program would print them; empty for no log."""
    told: list[str] = []
    for each in values:
        if not isinstance(each, dict):
            return ""
        said = next((each[key] for key in ("msg", "message", "log", "MESSAGE") if key in each), "")
        side = _SIDES.get(str(each.get("tnx", "")))
        if isinstance(said, str):
            told += [f"{side}: {line}" if side else line for line in said.splitlines()]
    return "\n".join(told)


def refusals_in_json(values: list[Any]) -> list[Refusal]:
    """The refusals that such values tell, in their order; each once."""
    return once(found for each in values for found in _in_value(each, "", _Around(), _DEPTH))


def _value(text: str) -> Any:
    try:
        return msgspec.json.decode(text.encode("utf-8", "surrogatepass"))
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return None


def _in_value(value: Any, name: str, around: _Around, depth: int) -> Iterator[Refusal]:
    if not depth:
        return
    if isinstance(value, dict):
        inside = _around(value, around)
        yield from _by_code(value, inside)
        for key, each in value.items():
            yield from _in_value(each, str(key), inside, depth - 1)
    elif isinstance(value, list):
        for each in value:
            yield from _in_value(each, name, around, depth - 1)
    elif isinstance(value, str):
        yield from _in_text(value, name, around, depth)


def _in_text(text: str, name: str, around: _Around, depth: int) -> Iterator[Refusal]:
    if text.startswith(("{", "[")) and (inner := decoded(text)) is not None:
        # Amazon SNS carries a report as the text of another.
        yield from _in_value(inner, name, around, depth - 1)
    elif _TELLS.search(name):
        if reply := _REPLY.fullmatch(text):
            yield _refusal(reply["reply"], around)
        else:
            yield from refusals_in(text)


def _by_code(value: dict[str, Any], around: _Around) -> Iterator[Refusal]:
    """A code in a value of its own, and its words beside it without one."""
    code = next((str(each) for key, each in value.items() if _CODES.match(key)), "")
    words = next((value[key] for key in _WORDS if value.get(key)), "")
    if (
        re.fullmatch(r"[45]\d\d", code)
        and isinstance(words, str)
        and words[:1].strip()
        and re.match(r"[45]\d\d[ -]", words) is None
        and (re.match(r"[45]\.\d", words) or around.recipient)
    ):
        yield _refusal(f"{code} {words}", around)


def _refusal(text: str, around: _Around) -> Refusal:
    reply = tuple(reply_lines(text.replace("\r\n", "\n").strip()))
    verb = around.verb or ("AUTH" if text[:3] in LOGIN_CODES else "")
    verb = verb or ("RCPT" if around.recipient else "")
    address = (around.sender or None) if verb == "MAIL" else around.recipient
    return Refusal(tuple(command_steps(verb, address if verb != "AUTH" else "")), reply)


def _around(value: dict[str, Any], outer: _Around) -> _Around:
    recipient, sender, verb = outer.recipient, outer.sender, outer.verb
    for key, each in value.items():
        if _RECIPIENT.match(key) and (address := _address(each)):
            recipient = address
        elif _SENDER.match(key) and (address := _address(each)):
            sender = address
        elif key == "command" and isinstance(each, str):
            verb = VERBS.get(each.lower(), VERBS.get(each.split(" ")[0].lower(), verb))
    return _Around(recipient, sender, verb)


def _address(value: Any) -> str:
    """The address in a value; empty where it holds none, or more than one."""
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    found = _ADDRESS.search(value) if isinstance(value, str) else None
    return found[1] if found else ""
