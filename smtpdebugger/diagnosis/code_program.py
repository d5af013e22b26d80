"""A Python program under construction: its lines, and how it opens the session of a case.

It begins as the session began (server, protection, hello, login, open transaction), so that what
stands below is about the refused command alone.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from smtpdebugger.diagnosis.case import Case
from smtpdebugger.diagnosis.code_dialect import Dialect, quoted
from smtpdebugger.diagnosis.model import Alternative
from smtpdebugger.diagnosis.placeholders import own_line
from smtpdebugger.diagnosis.ways import is_lmtp
from smtpdebugger.protocol.command import Command
from smtpdebugger.protocol.state import State

HELLOS = frozenset({"EHLO", "HELO", "LHLO"})
_IN_MAIL = frozenset({State.MAIL, State.RCPT, State.DATA, State.BDAT})
_NOT_TRIED = frozenset({"LHLO", "AUTH", "STARTTLS", "DATA", "BDAT", "BURL"})
"""Verbs with a way of their own to find out; LHLO is for servers of another kind."""

_OURS = frozenset({"client-mistake", "out-of-sequence", "desynchronised"})
"""Families of causes in which trying the same first makes no sense on any server."""

_EXAMPLES = {
    "address": "bob@example.org",
    "mailbox": "alice@example.org",
    "domain": "example.org",
    "argument": "",
    "octets": "0",
}


class Program:
    """The lines so far."""

    def __init__(self, case: Case, alternative: Alternative, family: str, to: Dialect) -> None:
        self.case = case
        self.alternative = alternative
        self.is_ours = family in _OURS
        self.is_login_refused = family == "credentials"
        self.to = to
        said = {verb_of(line) for line in alternative.commands}
        self.is_lmtp = "LHLO" in said or ("EHLO" not in said and is_lmtp(case))
        self.is_in_transaction = False
        """Whether the program has begun a mail transaction before its chain."""
        self.lines: list[str] = []
        self.level = 0

    @property
    def is_able(self) -> bool:
        """Whether the library can do it at all."""
        return not self.is_lmtp or (self.to.speaks_lmtp and not self._is_implicit())

    def head(self, body: str) -> list[str]:
        """Imports and constants for the lines of ``body``."""
        modules = [self.to.library]
        modules += [name for name in ("asyncio", "os", "ssl", "time") if f"{name}." in body]
        if "PASSWORD" in body or "TOKEN" in body:
            modules.append("os")
        standard = sorted({name for name in modules if name != "aiosmtplib"})
        head = [f"import {name}" for name in standard]
        head += ["", "import aiosmtplib"] if self.to.is_async else []
        return [*head, "", *self._constants(body)]

    def _constants(self, body: str) -> Iterator[str]:
        before = self.case.before
        yield f"HOST, PORT = {quoted(before.host or 'mail.example.test')}, {before.port or 25}"
        if "OTHER_PORT" in body:
            yield f"OTHER_PORT = {self.alternative.port}"
        known = self._client()
        if "CLIENT" in body:
            yield f"CLIENT = {quoted(known)}"
        for name, example in _EXAMPLES.items():
            if name.upper() in body:
                yield f"{name.upper()} = {quoted(example)}  # yours"
        if "USER" in body:
            yield 'USER = os.environ["SMTP_USER"]'
        for secret in ("PASSWORD", "TOKEN"):
            if secret in body:
                yield f'{secret} = os.environ["SMTP_{secret}"]'
        if "RECIPIENTS" in body:
            yield 'RECIPIENTS = ["bob@example.org", "carol@example.org"]  # yours'
        if "MESSAGE" in body:
            yield r'MESSAGE = "Subject: test\r\n\r\nHello.\r\n"  # yours'

    def _client(self) -> str:
        hello = self.case.hello
        unit = hello.unit if hello is not None else None
        return unit.argument if isinstance(unit, Command) and unit.argument else "client.example"

    # Lines

    def line(self, text: str = "") -> None:
        """Add one line at the level at hand."""
        self.lines.append(f"{'    ' * self.level}{text}".rstrip())

    @contextmanager
    def block(self, opener: str) -> Iterator[None]:
        """Lines under an opener that ends with a colon."""
        self.line(opener)
        self.level += 1
        yield
        self.level -= 1

    def reply_of(self, line: str) -> None:
        """Send a command and keep what is answered."""
        self.line(f"code, text = {self.to.call(line)}")

    def show(self) -> None:
        """Print what was answered."""
        self.line("print(code, text)")

    def tls(self) -> None:
        """Encrypt, where that is offered."""
        with self.block(f"if {self.to.has('STARTTLS')}:"):
            self.line(self.to.start_tls())
            self.line(self.to.hello())

    # Where the session stood

    def opened(self) -> None:
        """Hello, TLS and login, as they were when the refusal came."""
        before = self.case.before
        if before.before_tls is not None:
            self.line(self.to.hello())
            self.line(self.to.start_tls())
        if self.is_hello_to_come():
            return
        self.hello()
        if self.case.verb == "AUTH" and not before.tls:
            # No password goes out in the clear where TLS is to be had.
            self.tls()
        if before.authenticated:
            self.line(self.to.login(""))

    @property
    def is_tried(self) -> bool:
        """Whether what was refused is worth trying on another server."""
        case, line = self.case, own_line(self.case)
        if self.is_ours or not case.is_command or case.command is None or not line:
            return False
        if case.verb in HELLOS and (self.is_lmtp or case.before.hello is not State.GREETED):
            return False
        if not line.isascii() and "SMTPUTF8" not in case.command.parameters:
            return False
        return case.verb not in _NOT_TRIED

    def hello(self) -> None:
        """EHLO, or what the session had said; where EHLO matters, both."""
        if self.case.before.hello is not State.HELO:
            self.line(self.to.hello())
        elif self.case.verb in {"AUTH", "STARTTLS"}:
            for told in self.to.hello_or_helo():
                self.line(told)
        else:
            self.line(self.to.call("HELO"))

    def is_hello_to_come(self) -> bool:
        """Whether the program itself is about opening the session."""
        lines = self.alternative.commands
        is_here = self.alternative.action == "send"
        chain_hellos = is_here and bool(lines) and verb_of(lines[0]) in HELLOS
        if self.case.before.hello is State.GREETED:
            return chain_hellos or self.case.verb in HELLOS
        return chain_hellos and not self.is_tried

    def transaction(self) -> None:
        """The open transaction, where the chain does not begin anew."""
        before = self.case.before
        lines = self.alternative.commands if self.alternative.action == "send" else ()
        starts_over = bool(lines) and verb_of(lines[0]) in {"MAIL", "RSET", *HELLOS, "STARTTLS"}
        is_needed = self.case.verb == "RCPT" and self.is_tried
        is_wanted = is_needed if lines == () else is_needed or not starts_over
        if before.state not in _IN_MAIL or not is_wanted:
            return
        self.is_in_transaction = True
        self.line(self.to.call(f"MAIL FROM:<{before.reverse_path or ''}>"))
        if before.recipients and "RCPT" not in map(verb_of, lines):
            accepted = self.case.last_accepted("RCPT")
            unit = accepted.unit if accepted is not None else None
            path = unit.path if isinstance(unit, Command) and unit.path else "{address}"
            self.line(self.to.call(f"RCPT TO:<{path}>"))

    def _is_implicit(self) -> bool:
        return self.case.before.tls and self.case.before.before_tls is None

    def connection(self) -> str:
        """The line that opens the connection the session had."""
        return self.to.open("HOST", "PORT", tls=self._is_implicit(), lmtp=self.is_lmtp)


def verb_of(line: str) -> str:
    """The verb of a command line, in capitals."""
    return line.split(" ")[0].upper()
