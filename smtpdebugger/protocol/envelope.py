"""The envelope of a message, and how MAIL and RCPT say it (RFC 5321 section 4.1.2)."""

from dataclasses import dataclass
from typing import Literal

from smtpdebugger.protocol.xtext import to_xtext

Body = Literal["", "7BIT", "8BITMIME", "BINARYMIME"]


@dataclass(frozen=True, slots=True)
class Envelope:
    """Who sends, who receives, and the parameters; empty ones are not sent."""

    reverse_path: str = ""
    recipients: tuple[str, ...] = ()
    size: int | None = None
    body: Body = ""
    smtputf8: bool = False
    requiretls: bool = False
    ret: Literal["", "FULL", "HDRS"] = ""
    """How much of the message a failure notification returns (RFC 3461 section 4.3)."""
    envid: str = ""
    """As people read it; it travels as xtext."""
    notify: tuple[str, ...] = ()
    """NEVER alone, or any of SUCCESS, FAILURE and DELAY (RFC 3461 section 4.1)."""
    orcpt: str = ""
    """The original recipient, as ``rfc822;alice@example.test``; without a type, ``rfc822``."""
    more: str = ""
    """Further parameters of MAIL, as they are."""

    @property
    def is_international(self) -> bool:
        """Whether an address has characters beyond ASCII."""
        return not all(path.isascii() for path in (self.reverse_path, *self.recipients))

    @property
    def wants_dsn(self) -> bool:
        """Whether any parameter of RFC 3461 is used."""
        return bool(self.ret or self.envid or self.notify or self.orcpt)

    def commands(self) -> tuple[str, ...]:
        """MAIL, and a RCPT for each recipient."""
        return (self.mail(), *map(self.rcpt, self.recipients))

    def mail(self) -> str:
        """The MAIL command."""
        words = [f"MAIL FROM:<{self.reverse_path}>"]
        if self.size is not None:
            words.append(f"SIZE={self.size}")
        if self.body:
            words.append(f"BODY={self.body}")
        words += ["SMTPUTF8"] * self.smtputf8 + ["REQUIRETLS"] * self.requiretls
        if self.ret:
            words.append(f"RET={self.ret}")
        if self.envid:
            words.append(f"ENVID={to_xtext(self.envid)}")
        if self.more.strip():
            words.append(self.more.strip())
        return " ".join(words)

    def rcpt(self, path: str) -> str:
        """The RCPT command of one recipient."""
        words = [f"RCPT TO:<{path}>"]
        if self.notify:
            words.append(f"NOTIFY={','.join(self.notify)}")
        if self.orcpt:
            kind, separator, address = self.orcpt.partition(";")
            kind, address = (kind, address) if separator else ("rfc822", kind)
            words.append(f"ORCPT={kind};{to_xtext(address)}")
        return " ".join(words)
