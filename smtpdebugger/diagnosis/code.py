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
from smtpdebugger.diagnosis.offers import keyword_of, keyword_of_parameter
from smtpdebugger.diagnosis.placeholders import own_line
from smtpdebugger.protocol.command import Command, end_of_path, read_command

PAUSES = "0, 60, 300, 900"
"""Seconds a program waits before it tries again."""

_DIALECTS = (Smtplib, Aiosmtplib)
_TRANSACTION = frozenset({"MAIL", "RCPT", "DATA", "BDAT"})


def code_for(case: Case, alternative: Alternative, family: str = "") -> Code | None:
    """The lines for an alternative; ``family`` is that of the leading cause. None where there is
    nothing to program, or no library that could."""
    if alternative.action == "other" and not alternative.kind:
        return None
    writers = [_Writer(case, alternative, family, dialect()) for dialect in _DIALECTS]
    texts = [each.text() if each.is_able else "" for each in writers]
    return Code(*texts) if any(texts) else None


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
            if self._is_about_ehlo(lines):
                self._after_ehlo()
            elif self.is_tried:
                self._attempt()
                with self.block("if code >= 400:  # refused here too: the other way"):
                    self._chain(lines)
            else:
                self._detect(lines)
                self._chain(lines)
            self.show()

    def _is_about_ehlo(self, lines: Sequence[str]) -> bool:
        """Whether all that was missing is the EHLO that offers what was refused."""
        return (
            [verb_of(line) for line in lines] == ["EHLO"]
            and self.case.verb in {"AUTH", "STARTTLS"}
            and self.alternative.action == "send"
            and not self.case.before.offers(self.case.verb)
        )

    def _after_ehlo(self) -> None:
        if self.is_hello_to_come():
            self.hello()
            if self.case.verb == "AUTH" and not self.case.before.tls:
                self.tls()
        if self.case.verb == "AUTH":
            self._goal_itself()
        else:
            self._encrypted(is_last=True)

    def _detect(self, lines: Sequence[str]) -> None:
        """What was refused here, where another server offers it."""
        told = [verb_of(line) for line in lines]
        was_offered = self.case.before.offers(self.case.verb)
        if self.case.verb == "STARTTLS" and "STARTTLS" not in told and not was_offered:
            self.tls()
        elif self.case.verb == "AUTH" and "MAIL" in told and self._may_log_in and not was_offered:
            with self.block(f"if {self.to.has('AUTH')}:"):
                self.line(self.to.login(""))

    @property
    def _may_log_in(self) -> bool:
        """Whether a login is still to come: none was refused, and none has been made."""
        return not self.is_login_refused and not self.case.before.authenticated

    def _attempt(self) -> None:
        line = own_line(self.case)
        keyword = keyword_of(self.case) if line.isascii() else "SMTPUTF8"
        if self.case.verb in HELLOS:
            self.line(f"code, text = {self.to.ask_hello(self.case.verb)}")
        elif keyword:
            with self.block(f"if {self.to.has(keyword)}:"):
                self.reply_of(line)
            with self.block("else:"):
                self.line(f'code, text = 502, b"{keyword} is not offered"')
        else:
            self.reply_of(line)

    def _chain(self, lines: Sequence[str]) -> None:
        told = [verb_of(line) for line in lines]
        # What only tidies up at the end is left to the end of the connection.
        last = max((n for n, verb in enumerate(told) if verb not in {"RSET", "QUIT"}), default=0)
        is_fresh = not self.is_ours and not self.is_in_transaction
        number = 1 if last and told[0] == "RSET" and is_fresh else 0
        has_begun = False
        while number <= last:
            verb, line = told[number], lines[number]
            if told[number : number + 2] == ["STARTTLS", "EHLO"]:
                self._encrypted(is_last=number + 1 >= last)
                number += 1
            elif verb not in _TRANSACTION:
                self._link(line, is_last=number == last)
            elif has_begun:
                with self.block("if code < 400:"):
                    self._transfer(line)
            else:
                has_begun = True
                self._transfer(line)
            number += 1

    def _transfer(self, line: str) -> None:
        """One command of a mail transaction; what of it is an extension is looked for first."""
        verb = verb_of(line)
        if verb in {"DATA", "BDAT"} and (verb == "BDAT" or self.case.verb in {"BDAT", "BURL"}):
            self._chunk_or_data()
            return
        parameters = read_command(f"{line}\r\n".encode()).parameters
        found = (keyword_of_parameter(self.case, name) for name in parameters)
        keywords = [name for name in dict.fromkeys(found) if name]
        if not keywords:
            self.reply_of(line)
            return
        with self.block(f"if {' and '.join(map(self.to.has, keywords))}:"):
            self.reply_of(line)
        if line.isascii():
            with self.block("else:"):
                self.reply_of(line[: end_of_path(line)])
        else:
            with self.block("else:"):
                self.line(f'code, text = 553, b"{keywords[-1]} is not offered"')

    def _chunk_or_data(self) -> None:
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

    def _encrypted(self, *, is_last: bool) -> None:
        # Before a login, opening the session has looked for TLS already.
        if self.case.verb == "AUTH":
            if is_last:
                self._goal_itself()
        elif is_last and self.case.verb in {"MAIL", "RCPT"} and self._may_log_in:
            self._login_inside()
        elif is_last:
            self._tls_itself()
        else:
            self.tls()

    def _tls_itself(self) -> None:
        """TLS for its own sake; what is offered inside is the answer."""
        with self.block(f"if {self.to.has('STARTTLS')}:"):
            self.line(self.to.start_tls())
            self.line(f"code, text = {self.to.ask_hello('EHLO')}")
        with self.block("else:"):
            self.line('code, text = 502, b"STARTTLS is not offered"')

    def _login_inside(self) -> None:
        """TLS for the sake of the login that has to come; without TLS the password stays here."""
        with self.block(f"if {self.to.has('STARTTLS')}:"):
            self.line(self.to.start_tls())
            self.line(self.to.hello())
            self._login_itself()
        with self.block("else:"):
            self.line('code, text = 502, b"STARTTLS is not offered"')

    def _link(self, line: str, *, is_last: bool) -> None:
        """One command of a chain."""
        verb = verb_of(line)
        if verb == "STARTTLS":
            self._encrypted(is_last=is_last)
        elif verb == "AUTH":
            # The library takes the strongest mechanism that both sides have.
            call = self.to.login(line.partition(" ")[2].split(" ")[0].upper())
            self.line(f"code, text = {call}" if is_last else call)
        elif verb == "LHLO":
            self.line(f"{'code, text = ' * is_last}{self.to.hello()}")
        elif verb == "EHLO":
            asked = (f"code, text = {self.to.ask_hello(verb)}",)
            for told in asked if is_last else self.to.hello_or_helo():
                self.line(told)
        elif is_last:
            self._guarded(line)
        else:
            self.line(self.to.call(line))

    def _goal_itself(self) -> None:
        """What the refused command was for, now that it may work."""
        if self.case.verb == "AUTH" and self._may_log_in:
            self._login_itself()
        else:
            self.line(f"code, text = {self.to.ask_hello('EHLO')}")

    def _login_itself(self) -> None:
        with self.block(f"if {self.to.has('AUTH')}:"):
            self.line(f"code, text = {self.to.login('')}")
        with self.block("else:"):
            self.line('code, text = 502, b"AUTH is not offered"')

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
        keyword = keyword_of(self.case)
        condition = ""
        if self.case.exchange.is_greeting:
            self._greeted_here()
            condition = "if code != 220:"
        elif self._is_worth_a_look(keyword):
            self._first_here(keyword)
            condition = "if not offered:" if self._is_offer(keyword) else "if code >= 400:"
        if condition:
            with self.block(condition):
                self._there()
        else:
            self._there()
        self.show()

    def _is_worth_a_look(self, keyword: str) -> bool:
        """Whether another server might not refuse it here; not what was offered and refused."""
        if self._is_offer(keyword):
            return not self.is_login_refused and not self.case.before.offers(keyword)
        return self.is_tried

    def _first_here(self, keyword: str) -> None:
        with self.block(self.connection()):
            self.opened()
            self.transaction()
            if not self._is_offer(keyword):
                self._attempt()
                return
            self.line(f"offered = {self.to.has(keyword)}")
            with self.block("if offered:"):
                if self.case.verb == "STARTTLS":
                    self.line(self.to.start_tls())
                    self._goal_itself()
                elif self._may_log_in:
                    self.line(f"code, text = {self.to.login('')}")
                else:
                    self._goal_itself()

    def _is_offer(self, keyword: str) -> bool:
        """Whether the EHLO reply alone decides where to go on."""
        return bool(keyword) and self.case.verb in {"AUTH", "STARTTLS"}

    def _greeted_here(self) -> None:
        with self.block("try:"), self.block(self.connection()):
            self.line('code, text = 220, b""')
        with self.block(f"except {self.to.refused} as refusal:"):
            self.line(f"code, text = {self.to.failure('refusal')}")

    def _there(self) -> None:
        """The same in a new connection, mostly to another port."""
        lines, tls = self.alternative.commands, self.alternative.security == "tls"
        if lines and verb_of(lines[0]) in {"EHLO", "LHLO"}:
            lines = lines[1:]
        is_here = self.alternative.port == self.case.before.port
        # Another port is another service, and LMTP is hardly ever the same one's.
        port, lmtp = ("PORT", self.is_lmtp) if is_here else ("OTHER_PORT", False)
        with self.block(self.to.open("HOST", port, tls=tls, lmtp=lmtp)):
            logs_in = self.case.verb == "AUTH" and self._may_log_in
            begins_tls = self.alternative.security == "starttls"
            says_hello = bool(lines) and verb_of(lines[0]) in HELLOS
            if begins_tls or (not says_hello and (lines or logs_in)):
                self.line(self.to.hello())
            if begins_tls and not lines and not logs_in:
                self._tls_itself()
                return
            if begins_tls:
                self.tls()
            if lines:
                self._chain(lines)
            else:
                self._goal_itself()

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
            self.line('code, text = 502, b"STARTTLS is not offered"')
            with self.block(f"if {self.to.has('STARTTLS')}:"):
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
        recipient = line if "<" in line else "RCPT TO:<{address}>"
        self._chain((f"MAIL FROM:<{sender}>", recipient, "DATA"))

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
