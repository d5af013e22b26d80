"""Runs a developer's program as it stands, and keeps what it printed and what it said to servers.

Several run at the same time, each in a thread of its own. Both libraries are wiretapped where
they write a command and where they read its reply.
"""

from __future__ import annotations

import contextlib
import contextvars
import re
import smtplib
import socket
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from unittest import mock

import aiosmtplib.protocol

from tests.interop import lab

SECONDS = 60.0
"""How long a program waits for a reply; Courier takes its time after errors."""

MESSAGE = "(message)"


@dataclass(slots=True)
class Ran:
    """What became of one program."""

    printed: str = ""
    failed: str = ""
    """The exception it ended with; empty for none."""
    said: list[tuple[str, int]] = field(default_factory=list)
    """Its command lines with the codes they were answered with; 0 for no reply. A login's
    responses are commands of their own."""

    @property
    def code(self) -> int:
        """The last reply code it printed; 0 for none."""
        codes = re.findall(r"(?m)^\(?([0-9]{3})", self.printed)
        return int(codes[-1]) if codes else 0


_RAN: contextvars.ContextVar[Ran] = contextvars.ContextVar("_RAN")


def execute(text: str, constants: dict[str, object]) -> Ran:
    """Run a program; ``constants`` take the place of those at its head, pauses are left out."""
    ran = Ran()
    _RAN.set(ran)
    printed: list[str] = []

    def told(*values: object) -> None:
        printed.append(" ".join(map(str, values)))

    code = compile(_placed(text, constants), "developer.py", "exec")
    try:
        exec(code, {"__name__": "__main__", "print": told})
    except Exception as error:  # noqa: BLE001 (whatever it is, it is the program's, and judged)
        ran.failed = f"{type(error).__name__}: {error}"
    ran.printed = "\n".join(printed)
    return ran


def _placed(text: str, constants: dict[str, object]) -> str:
    for name, value in constants.items():
        line = f"{name} = {value!r}".replace("\\", r"\\")
        text = re.sub(rf"(?m)^{name} = .*$", line, text)
    return text.replace("(0, 60, 300, 900)", "(0, 0)")


@contextlib.contextmanager
def wiretapped() -> Iterator[None]:
    """A world in which programs may run: the lab's names, authority and people, and the taps."""
    usual = socket.getaddrinfo

    def lab_names(host: object, *more: object, **named: object) -> object:
        return usual("127.0.0.1" if host == lab.HOST else host, *more, **named)  # type: ignore[arg-type]

    environment = {
        "SSL_CERT_FILE": str(lab.cache_folder() / "tls" / "ca.pem"),
        "SMTP_USER": lab.USER,
        "SMTP_PASSWORD": lab.PASSWORD,
        "SMTP_TOKEN": "ya29.lab",
    }
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(SECONDS)
    try:
        with (
            mock.patch.object(socket, "getaddrinfo", lab_names),
            mock.patch.dict("os.environ", environment),
            mock.patch.object(smtplib.SMTP, "send", _send(smtplib.SMTP.send)),
            mock.patch.object(smtplib.SMTP, "getreply", _getreply(smtplib.SMTP.getreply)),
            mock.patch.object(_Protocol, "write", _write(_Protocol.write)),
            mock.patch.object(_Protocol, "read_response", _read_response(_Protocol.read_response)),
            warnings.catch_warnings(),
        ):
            # asyncio.run() does not wait until the peer has agreed to the end of TLS.
            warnings.simplefilter("ignore", ResourceWarning)
            yield
    finally:
        socket.setdefaulttimeout(before)


_Protocol = aiosmtplib.protocol.SMTPProtocol


def _said(octets: bytes | str) -> None:
    text = octets if isinstance(octets, str) else octets.decode("utf-8", "replace")
    is_line = text.count("\n") == 1
    _RAN.get().said.append((text.strip() if is_line else MESSAGE, 0))


def _heard(code: int) -> None:
    said = _RAN.get().said
    if said and not said[-1][1]:
        said[-1] = said[-1][0], code
    else:
        said.append(("", code))


def _send(usual):  # type: ignore[no-untyped-def]
    def send(smtp, s):  # type: ignore[no-untyped-def]
        _said(s)
        return usual(smtp, s)

    return send


def _getreply(usual):  # type: ignore[no-untyped-def]
    def getreply(smtp):  # type: ignore[no-untyped-def]
        reply = usual(smtp)
        _heard(reply[0])
        return reply

    return getreply


def _write(usual):  # type: ignore[no-untyped-def]
    def write(protocol, data):  # type: ignore[no-untyped-def]
        _said(data)
        return usual(protocol, data)

    return write


def _read_response(usual):  # type: ignore[no-untyped-def]
    async def read_response(protocol, timeout=None):  # type: ignore[no-untyped-def]
        reply = await usual(protocol, timeout=timeout)
        _heard(reply.code)
        return reply

    return read_response
