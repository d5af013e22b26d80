"""The developer's version of an alternative: a few lines of Python that find out and fall back.

The lines are written for the case at hand: its server, its protection, its command. They look at
what EHLO offers before they use it, try what was refused only where that can succeed elsewhere,
and go the other way where it is refused.
"""

from collections.abc import Sequence

from smtpdebugger.diagnosis.case import Case
from smtpdebugger.diagnosis.code_dialect import Aiosmtplib, Smtplib
from smtpdebugger.diagnosis.code_program import HELLOS, Program, verb_of
from smtpdebugger.diagnosis.model import Alternative, Code
from smtpdebugger.diagnosis.offers import keyword_of
from smtpdebugger.diagnosis.placeholders import own_line
from smtpdebugger.protocol.command import Command

PAUSES = "0, 60, 300, 900"
"""Seconds a program waits before it tries again."""

_DIALECTS = (Smtplib, Aiosmtplib)


def code_for(case: Case, alternative: Alternative, family: str = "") -> Code | None:
    """The lines for an alternative; ``family`` is that of the leading cause. None where there is
    nothing to program."""
    if alternative.action == "other" and not alternative.kind:
        return None
    texts = [_Writer(case, alternative, family, dialect()).text() for dialect in _DIALECTS]
    return Code(*texts)


class _Writer(Program):
    def text(self) -> str:
        """The whole program."""
        match self.alternative.kind:
            case "again-later":
                self._again_later()
            case "smaller":
                self._smaller()
            case "in-parts":
                self._in_parts()
            case _ if self.alternative.action == "reconnect":
                self._reconnect()
            case _:
                self._send()
        body = self.lines
        if self.to.is_async:
            indented = [f"    {line}".rstrip() for line in body]
            body = ["async def main() -> None:", *indented, "", "", "asyncio.run(main())"]
        head = self.head("\n".join(body))
        space = [""] if not self.to.is_async else ["", ""]
        return "\n".join([*head, *space, *body]) + "\n"

    def _send(self) -> None:
        lines = self.alternative.commands
        with self.block(self.connection()):
            self.opened()
            self.transaction()
            if self.case.verb in {"BDAT", "BURL"} and lines[-1] == "DATA":
                self._chunks_or_data(lines)
            elif self._is_tried():
                self._attempt()
                with self.block("if code >= 400:  # refused here too: the other way"):
                    self._chain(lines)
            else:
                self._detect(lines)
                self._chain(lines)
            self.show()

    def _detect(self, lines: Sequence[str]) -> None:
        """What was refused here, where another server offers it."""
        told = [verb_of(line) for line in lines]
        if self.case.verb == "STARTTLS" and "STARTTLS" not in told and not self.is_ours:
            self.tls()
        elif self.case.verb == "AUTH" and "MAIL" in told and not self.is_login_refused:
            with self.block(f"if {self.to.has('AUTH')}:"):
                self.line(self.to.login(""))

    def _chunks_or_data(self, lines: Sequence[str]) -> None:
        for line in lines[:-1]:
            self.line(self.to.call(line))
        chunk = self.to.chunk()
        if not chunk:
            self.line("# aiosmtplib has no BDAT; DATA works everywhere")
            self.reply_of("DATA")
            return
        with self.block(f"if {self.to.has('CHUNKING')}:"):
            for told in chunk:
                self.line(told)
        with self.block("else:"):
            self.reply_of("DATA")

    def _is_tried(self) -> bool:
        """Whether what was refused is worth trying on another server."""
        case = self.case
        if self.is_ours or not case.is_command or case.command is None:
            return False
        return case.verb not in {"AUTH", "STARTTLS", "DATA", "BDAT", "BURL"} and bool(
            own_line(case)
        )

    def _attempt(self) -> None:
        keyword = keyword_of(self.case)
        if self.case.verb == "EHLO":
            with self.block("try:"):
                self.reply_of(own_line(self.case))
            with self.block(f"except {self.to.refused} as refusal:"):
                self.line(f"code, text = {self.to.failure('refusal')}")
        elif keyword:
            with self.block(f"if {self.to.has(keyword)}:"):
                self.reply_of(own_line(self.case))
            with self.block("else:"):
                self.line(f'code, text = 502, b"{keyword} is not offered"')
        else:
            self.reply_of(own_line(self.case))

    def _chain(self, lines: Sequence[str]) -> None:
        told = [verb_of(line) for line in lines]
        last = max((n for n, verb in enumerate(told) if verb not in {"RSET", "QUIT"}), default=0)
        number = 0
        while number < len(lines):
            rest = told[number + 1 :]
            if told[number : number + 2] == ["STARTTLS", "EHLO"]:
                self._encrypted(is_last=number + 1 >= last)
                number += 1
            elif told[number] == "RCPT" and rest == ["DATA"]:
                self.reply_of(lines[number])
                with self.block("if code < 400:"):
                    self.reply_of("DATA")
                return
            else:
                self._link(lines[number], is_last=number == last)
            number += 1

    def _encrypted(self, *, is_last: bool) -> None:
        # Before a login, opening the session has looked for TLS already.
        if self.case.verb != "AUTH":
            self.tls()
        if is_last:
            self._goal_itself()

    def _link(self, line: str, *, is_last: bool) -> None:
        """One command of a chain."""
        verb = verb_of(line)
        if verb == "STARTTLS":
            self._encrypted(is_last=is_last)
        elif verb == "AUTH":
            # The library takes the strongest mechanism that both sides have.
            call = self.to.login(line.partition(" ")[2].split(" ")[0].upper())
            self.line(f"code, text = {call}" if is_last else call)
        elif verb == "EHLO":
            asked = (f"code, text = {self.to.ask_hello()}",)
            for told in asked if is_last else self.to.hello_or_helo():
                self.line(told)
        elif is_last:
            self._guarded(line)
        else:
            self.line(self.to.call(line))

    def _goal_itself(self) -> None:
        """What the refused command was for, now that it may work."""
        if self.case.verb == "AUTH" and not self.is_login_refused:
            self.line(f"code, text = {self.to.login('')}")
        else:
            self.reply_of("NOOP")

    def _guarded(self, line: str) -> None:
        """The command that counts; its extension is looked at first."""
        record = self.case.knowledge.verb(verb_of(line))
        keyword = record.keyword if record is not None else ""
        if not keyword or verb_of(line) in {"HELP", "VRFY", "EXPN", *HELLOS}:
            self.reply_of(line)
            return
        with self.block(f"if {self.to.has(keyword)}:"):
            self.reply_of(line)

    def _reconnect(self) -> None:
        tls = self.alternative.security == "tls"
        keyword = keyword_of(self.case)
        if not self.case.exchange.is_greeting and (keyword or self._is_tried()):
            self._first_here(keyword)
            condition = "if not offered:" if self._is_offer(keyword) else "if code >= 400:"
        elif self.case.exchange.is_greeting:
            self._greeted_here()
            condition = "if code != 220:"
        else:
            condition = ""
        port = "OTHER_PORT" if self.alternative.port != self.case.before.port else "PORT"
        if condition:
            with self.block(condition):
                self._there(port, tls=tls)
        else:
            self._there(port, tls=tls)

    def _first_here(self, keyword: str) -> None:
        with self.block(self.connection()):
            self.opened()
            if not self._is_offer(keyword):
                self._attempt()
                return
            self.line(f"offered = {self.to.has(keyword)}")
            if self.is_login_refused:
                return
            with self.block("if offered:"):
                if self.case.verb == "STARTTLS":
                    self.line(self.to.start_tls())
                    self.line(self.to.hello())
                self._goal_itself()
                self.show()

    def _is_offer(self, keyword: str) -> bool:
        """Whether the EHLO reply alone decides where to go on."""
        return bool(keyword) and self.case.verb in {"AUTH", "STARTTLS"}

    def _greeted_here(self) -> None:
        with self.block("try:"), self.block(self.connection()):
            self.line('code, text = 220, b""')
        with self.block(f"except {self.to.refused} as refusal:"):
            self.line(f"code, text = {self.to.failure('refusal')}")

    def _there(self, port: str, *, tls: bool) -> None:
        lines = self.alternative.commands
        if lines and verb_of(lines[0]) == "EHLO":
            lines = lines[1:]
        with self.block(self.to.open("HOST", port, tls=tls)):
            if not lines or verb_of(lines[0]) not in HELLOS:
                self.line(self.to.hello())
            if self.alternative.security == "starttls":
                self.tls()
            if lines:
                self._chain(lines)
            else:
                self._goal_itself()
            self.show()

    def _again_later(self) -> None:
        with self.block(f"for pause in ({PAUSES}):"):
            self.line(self.to.sleep("pause"))
            with self.block("try:"), self.block(self.connection()):
                self.opened()
                self._transaction_again()
            with self.block(f"except {self.to.refused} as refusal:"):
                self.line(f"code, text = {self.to.failure('refusal')}")
            with self.block("if code // 100 != 4:"):
                self.line("break")
        self.show()

    def _transaction_again(self) -> None:
        verb, line = self.case.verb, own_line(self.case)
        if verb in {"RCPT", "DATA", "BDAT"}:
            self._message()
        elif verb == "AUTH":
            self.line(f"code, text = {self.to.login('')}")
        elif verb == "STARTTLS":
            self.line(f"code, text = {self.to.start_tls()}")
        else:
            self.reply_of(line if self.case.is_command and line else "NOOP")

    def _message(self) -> None:
        path = self.case.before.reverse_path
        sender = "{mailbox}" if path is None else path
        line = own_line(self.case) if self.case.verb == "RCPT" else ""
        accepted = self.case.last_accepted("RCPT")
        if not line and accepted is not None and isinstance(accepted.unit, Command):
            line = accepted.unit.text
        self.line(self.to.call(f"MAIL FROM:<{sender}>"))
        self.reply_of(line if "<" in line else "RCPT TO:<{address}>")
        with self.block("if code < 400:"):
            self.reply_of("DATA")

    def _smaller(self) -> None:
        with self.block(self.connection()):
            if self.case.verb in HELLOS:
                self.line(self.to.hello())
            self.opened()
            self.line(f"limit = {self.to.limit()}")
            with self.block("if limit.isdigit() and 0 < int(limit) < len(MESSAGE):"):
                self.line('raise ValueError(f"the server takes {limit} octets at most")')
            self._message()
            self.show()

    def _in_parts(self) -> None:
        self.line("left = list(RECIPIENTS)")
        with self.block(self.connection()):
            self.opened()
            with self.block("while left:"):
                path = self.case.before.reverse_path
                self.line(self.to.call(f"MAIL FROM:<{'{mailbox}' if path is None else path}>"))
                self.line("later = []")
                with self.block("for recipient in left:"):
                    call = self.to.call("RCPT TO:<{recipient}>").replace("RECIPIENT", "recipient")
                    self.line(f"code, text = {call}")
                    with self.block("if code == 452:  # too many at once"):
                        self.line("later.append(recipient)")
                with self.block("if len(later) == len(left):"):
                    self.line("break")
                self.reply_of("DATA")
                self.line("left = later")
            self.show()
