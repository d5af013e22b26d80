"""The guard: keeps what could deliver mail from being sent, unless that was allowed.

It reads octets as a lenient server might: CR, LF or both end a line, blanks before a verb and NULs
in it are passed over. DATA and BDAT go out only while no recipient has been accepted, where a
server can but refuse them; and behind a 354 nothing goes out at all.
"""

import re

from smtpdebugger.protocol.framing import Mode
from smtpdebugger.session.session import Session

_LINE_END = re.compile(rb"[\r\n]")
_DELIVERS = re.compile(rb"(?i)[\s\x00]*(DATA|BDAT|BURL)(?:\s|\Z)")
_RECIPIENT = re.compile(rb"(?i)[\s\x00]*RCPT(?:\s|\Z)")
_LONGEST_LINE = 4096
"""Of an unfinished line; a verb stands in its beginning."""


class Guard:
    """Watches what one session is about to send."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._unfinished = b""

    def verdict(self, octets: bytes) -> str:
        """Why these octets must not be sent, as a sentence; empty where they may.

        They count as sent when they may.
        """
        if self._session.expects is Mode.MAIL_DATA:
            return (
                "Nothing was sent: the server takes mail data now, and without --allow-delivery"
                " none goes out."
            )
        may_have_recipients = self._may_have_recipients()
        is_one_line = not self._unfinished and octets.find(b"\r") == len(octets) - 2
        if is_one_line and not may_have_recipients and octets.find(b"\n") == len(octets) - 1:
            # Most lines are like this; there is nobody a mail could be delivered to.
            return ""
        *whole, unfinished = _LINE_END.split(self._unfinished + octets)
        for line in (*whole, unfinished):
            bare = line.replace(b"\0", b"")
            found = _DELIVERS.match(bare)
            if found and may_have_recipients:
                return (
                    f"{found[1].decode().upper()} was not sent: a recipient was accepted, so mail"
                    " could be delivered. --allow-delivery lets it through."
                )
            may_have_recipients = may_have_recipients or bool(_RECIPIENT.match(bare))
        self._unfinished = unfinished[:_LONGEST_LINE]
        return ""

    def _may_have_recipients(self) -> bool:
        session = self._session
        if session.situation.recipients:
            return True
        oldest = session.oldest_waiting
        if oldest is None:
            return False
        return any(
            each.verb == "RCPT" and each.reply is None
            for each in session.exchanges[oldest.number - 1 :]
        )
