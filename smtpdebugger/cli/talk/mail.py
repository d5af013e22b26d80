"""``:mail``: a whole mail transaction in one line of a script."""

import shlex
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Literal, get_args

from smtpdebugger.cli.talk.directives import ScriptError
from smtpdebugger.protocol.envelope import Body, Envelope

By = Literal["data", "bdat"]

WORDS: dict[str, str] = {
    "file=PATH": "the message",
    "from=ADDRESS": "the reverse-path; without it the null one, <>",
    "to=ADDRESS": "a recipient; repeatable",
    "by=data|bdat": "DATA, or BDAT in one chunk",
    "chunk=N": "BDAT in chunks of N octets",
    "pipelined": "MAIL, RCPT and DATA or BDAT in one group",
    "size": "tell the size of the message",
    "body=7BIT|8BITMIME|BINARYMIME": "BODY",
    "smtputf8": "SMTPUTF8",
    "requiretls": "REQUIRETLS",
    "ret=FULL|HDRS": "RET",
    "envid=TEXT": "ENVID, written as xtext for you",
    "notify=WORD,WORD": "NOTIFY",
    "orcpt=TYPE;ADDRESS": "ORCPT, written as xtext for you",
    "with=TEXT": "anything else behind MAIL",
}
"""What a ``:mail`` may say."""


@dataclass(slots=True)
class MailOrder:
    """What to send, and how."""

    envelope: Envelope = field(default_factory=Envelope)
    path: str = ""
    by: By = "data"
    chunk_size: int = 0
    """0: all in one."""
    pipelined: bool = False
    tells_size: bool = False


def read_mail(text: str) -> MailOrder:
    """The order in the argument of a ``:mail``. Raises ScriptError."""
    try:
        words = shlex.split(text)
    except ValueError as error:
        raise ScriptError(f":mail cannot be read: {error}".rstrip(".")) from error
    order = MailOrder()
    for word in words:
        name, separator, value = word.partition("=")
        change = (_WITH_VALUE if separator else _ALONE).get(name.lower())
        if change is None:
            raise ScriptError(f":mail knows no “{word}”; it takes {', '.join(WORDS)}")
        change(order, value)
    if not order.path:
        raise ScriptError(":mail needs file=PATH")
    if not order.envelope.recipients:
        raise ScriptError(":mail needs a recipient, as to=bob@example.test")
    return order


def _envelope(**changes: object) -> Callable[[MailOrder, str], None]:
    def change(order: MailOrder, value: str) -> None:
        told = {name: value if each is None else each for name, each in changes.items()}
        order.envelope = replace(order.envelope, **told)  # type: ignore[arg-type]

    return change


def _add_recipient(order: MailOrder, value: str) -> None:
    recipients = (*order.envelope.recipients, _path(value))
    order.envelope = replace(order.envelope, recipients=recipients)


def _set_sender(order: MailOrder, value: str) -> None:
    order.envelope = replace(order.envelope, reverse_path=_path(value))


def _set_notify(order: MailOrder, value: str) -> None:
    order.envelope = replace(order.envelope, notify=tuple(value.upper().split(",")))


def _set_body(order: MailOrder, value: str) -> None:
    order.envelope = replace(order.envelope, body=_one_of(value, get_args(Body)[1:], "body"))  # type: ignore[arg-type]


def _set_ret(order: MailOrder, value: str) -> None:
    order.envelope = replace(order.envelope, ret=_one_of(value, ("FULL", "HDRS"), "ret"))  # type: ignore[arg-type]


def _set_file(order: MailOrder, value: str) -> None:
    order.path = value


def _set_by(order: MailOrder, value: str) -> None:
    order.by = "bdat" if _one_of(value, ("DATA", "BDAT"), "by") == "BDAT" else "data"


def _set_chunk(order: MailOrder, value: str) -> None:
    if not (value.isdecimal() and int(value[:19]) > 0):
        raise ScriptError(":mail needs a chunk size from 1")
    order.by, order.chunk_size = "bdat", int(value)


def _pipeline(order: MailOrder, _: str) -> None:
    order.pipelined = True


def _tell_size(order: MailOrder, _: str) -> None:
    order.tells_size = True


_WITH_VALUE: dict[str, Callable[[MailOrder, str], None]] = {
    "file": _set_file,
    "from": _set_sender,
    "to": _add_recipient,
    "by": _set_by,
    "chunk": _set_chunk,
    "body": _set_body,
    "ret": _set_ret,
    "envid": _envelope(envid=None),
    "notify": _set_notify,
    "orcpt": _envelope(orcpt=None),
    "with": _envelope(more=None),
}
_ALONE: dict[str, Callable[[MailOrder, str], None]] = {
    "pipelined": _pipeline,
    "size": _tell_size,
    "smtputf8": _envelope(smtputf8=True),
    "requiretls": _envelope(requiretls=True),
}


def _path(text: str) -> str:
    is_enclosed = text.startswith("<") and text.endswith(">")
    path = text[1:-1] if is_enclosed else text
    if not set(path).isdisjoint("\r\n\0<>"):
        raise ScriptError(f":mail cannot have “{text}” for an address; MAIL and RCPT can be typed")
    return path


def _one_of(value: str, choices: tuple[str, ...], name: str) -> str:
    if value.upper() not in choices:
        raise ScriptError(f":mail needs {name} to be one of {', '.join(choices)}")
    return value.upper()


def help_text() -> str:
    """All words, for a person at a terminal."""
    lines = [":mail WORDS sends a message whole; what has blanks stands in quotes."]
    lines += [f"  {word:<32}{told}" for word, told in WORDS.items()]
    return "\n".join(lines) + "\n"
