"""Two ways to write the same SMTP client in Python: with smtplib, and with aiosmtplib.

A dialect turns single commands into expressions of its library. All of them give a reply code and
a text, as both libraries do.
"""

import re
from abc import ABC, abstractmethod

from smtpdebugger.protocol.command import Command, end_of_path, read_command

_FROM_TO = {"MAIL": "FROM:", "RCPT": "TO:"}
_PLACEHOLDER = re.compile(r"\{([a-z]+)\}")


class Dialect(ABC):
    """How one library says it."""

    library: str
    is_async: bool
    speaks_lmtp: bool
    refused: str
    """The exceptions by which the library tells of a refusal."""

    @abstractmethod
    def open(self, host: str, port: str, *, tls: bool, lmtp: bool = False) -> str:
        """The line that opens a connection for the lines below it; ``lmtp`` where the library
        speaks it, and not inside TLS."""

    @abstractmethod
    def hello(self) -> str:
        """EHLO."""

    @abstractmethod
    def ask_hello(self, verb: str) -> str:
        """EHLO or HELO, where its refusal is an answer like any other."""

    @abstractmethod
    def hello_or_helo(self) -> tuple[str, ...]:
        """EHLO, and HELO to a server that does not know it."""

    @abstractmethod
    def start_tls(self) -> str:
        """STARTTLS and the handshake."""

    @abstractmethod
    def has(self, keyword: str) -> str:
        """Whether EHLO offered an extension."""

    @abstractmethod
    def limit(self) -> str:
        """The parameter of SIZE, as text."""

    @abstractmethod
    def login(self, mechanism: str) -> str:
        """AUTH, with whatever the server asks for."""

    @abstractmethod
    def call(self, line: str) -> str:
        """One command, given as the line it is on the wire."""

    @abstractmethod
    def chunk(self) -> tuple[str, ...]:
        """The message as one BDAT; empty where the library cannot."""

    @abstractmethod
    def failure(self, name: str) -> str:
        """Code and text of a caught exception."""

    @abstractmethod
    def sleep(self, seconds: str) -> str:
        """A pause."""


class Smtplib(Dialect):
    """The standard library's smtplib."""

    library = "smtplib"
    is_async = False
    speaks_lmtp = True
    refused = "smtplib.SMTPResponseException"

    def open(self, host: str, port: str, *, tls: bool, lmtp: bool = False) -> str:
        if tls:
            return (
                f"with smtplib.SMTP_SSL({host}, {port}, "
                "context=ssl.create_default_context()) as smtp:"
            )
        # LMTP is SMTP that says LHLO for EHLO.
        return f"with smtplib.{'LMTP' if lmtp else 'SMTP'}({host}, {port}) as smtp:"

    def hello(self) -> str:
        return "smtp.ehlo(CLIENT)"

    def ask_hello(self, verb: str) -> str:
        return self.call(verb)

    def hello_or_helo(self) -> tuple[str, ...]:
        return (
            "if smtp.ehlo(CLIENT)[0] >= 500:  # a server of the old kind",
            "    smtp.helo(CLIENT)",
        )

    def start_tls(self) -> str:
        return "smtp.starttls(context=ssl.create_default_context())"

    def has(self, keyword: str) -> str:
        return f"smtp.has_extn({quoted(keyword.lower())})"

    def limit(self) -> str:
        return 'smtp.esmtp_features.get("size", "")'

    def login(self, mechanism: str) -> str:
        if mechanism in {"XOAUTH2", "OAUTHBEARER"}:
            first = 'lambda challenge=None: f"user={USER}\\1auth=Bearer {TOKEN}\\1\\1"'
            return f'smtp.auth("XOAUTH2", {first})'
        if mechanism == "EXTERNAL":
            return 'smtp.auth("EXTERNAL", lambda challenge: "", initial_response_ok=False)'
        return "smtp.login(USER, PASSWORD)"

    def call(self, line: str) -> str:
        command = read_command(line.encode() + b"\r\n")
        match command.verb:
            case "EHLO" | "LHLO":
                return self.hello()
            case "HELO":
                return "smtp.helo(CLIENT)"
            case "MAIL" | "RCPT" if address(command) is not None:
                return f"smtp.{command.verb.lower()}({self._path(command)})"
            case "RSET" | "NOOP" | "QUIT":
                return f"smtp.{command.verb.lower()}()"
            case "VRFY":
                return f"smtp.verify({quoted(command.argument)})"
            case "EXPN":
                return f"smtp.expn({quoted(command.argument)})"
            case "DATA":
                return "smtp.data(MESSAGE)"
        words = [quoted(command.verb)] + [quoted(command.argument)] * bool(command.argument)
        return f"smtp.docmd({', '.join(words)})"

    def _path(self, command: Command) -> str:
        path = quoted(address(command) or "")
        told = command.argument[end_of_path(command.argument) :].split()
        return f"{path}, [{', '.join(map(quoted, told))}]" if told else path

    def chunk(self) -> tuple[str, ...]:
        return (
            'smtp.send(b"BDAT %d LAST\\r\\n" % len(MESSAGE) + MESSAGE.encode())',
            "code, text = smtp.getreply()",
        )

    def failure(self, name: str) -> str:
        return f"{name}.smtp_code, {name}.smtp_error"

    def sleep(self, seconds: str) -> str:
        return f"time.sleep({seconds})"


class Aiosmtplib(Dialect):
    """aiosmtplib, for asyncio."""

    library = "aiosmtplib"
    is_async = True
    speaks_lmtp = False
    refused = "aiosmtplib.SMTPResponseException"

    def open(self, host: str, port: str, *, tls: bool, lmtp: bool = False) -> str:
        del lmtp
        security = "use_tls=True" if tls else "start_tls=False"
        return f"async with aiosmtplib.SMTP(hostname={host}, port={port}, {security}) as smtp:"

    def hello(self) -> str:
        return "await smtp.ehlo(hostname=CLIENT)"

    def ask_hello(self, verb: str) -> str:
        return f'await smtp.execute_command(b"{verb}", CLIENT.encode())'

    def hello_or_helo(self) -> tuple[str, ...]:
        return (
            "try:",
            f"    {self.hello()}",
            "except aiosmtplib.SMTPHeloError:  # a server of the old kind",
            "    await smtp.helo(hostname=CLIENT)",
        )

    def start_tls(self) -> str:
        return "await smtp.starttls()"

    def has(self, keyword: str) -> str:
        return f"smtp.supports_extension({quoted(keyword.lower())})"

    def limit(self) -> str:
        return 'smtp.esmtp_extensions.get("size", "")'

    def login(self, mechanism: str) -> str:
        if mechanism in {"XOAUTH2", "OAUTHBEARER"}:
            return "await smtp.auth_xoauth2(USER, TOKEN)"
        if mechanism == "EXTERNAL":
            return 'await smtp.execute_command(b"AUTH", b"EXTERNAL", b"=")'
        return "await smtp.login(USER, PASSWORD)"

    def call(self, line: str) -> str:
        command = read_command(line.encode() + b"\r\n")
        if command.verb == "DATA":
            return "await smtp.data(MESSAGE)"
        if command.verb == "HELO":
            return "await smtp.helo(hostname=CLIENT)"
        if command.verb == "EHLO":
            return self.hello()
        words = [command.verb, *command.argument.split()]
        return f"await smtp.execute_command({', '.join(map(octets, words))})"

    def chunk(self) -> tuple[str, ...]:
        return ()

    def failure(self, name: str) -> str:
        return f"{name}.code, {name}.message"

    def sleep(self, seconds: str) -> str:
        return f"await asyncio.sleep({seconds})"


def address(command: Command) -> str | None:
    """The path of a well-formed MAIL or RCPT, or None."""
    start = _FROM_TO.get(command.verb, "")
    if not command.argument.upper().startswith(f"{start}<"):
        return None
    return command.path


def quoted(text: str) -> str:
    """Text as Python writes it; ``{name}`` of a placeholder becomes its constant."""
    if text.startswith("{") and text.endswith("}") and text[1:-1].isalpha():
        return text[1:-1].upper()
    if "{" in text and "}" in text:
        inner = text.replace("\\", "\\\\").replace('"', '\\"')
        return 'f"' + _PLACEHOLDER.sub(lambda match: f"{{{match[1].upper()}}}", inner) + '"'
    is_plain = '"' not in text and "\\" not in text and text.isprintable()
    return f'"{text}"' if is_plain else repr(text)


def octets(text: str) -> str:
    """Text as Python writes octets."""
    told = quoted(text)
    if told.startswith('"') and text.isascii():
        return f"b{told}"
    return f"{told}.encode()"
