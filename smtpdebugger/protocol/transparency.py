"""Transparency: dots at the beginning of lines, doubled on the way (RFC 5321 section 4.5.2)."""

END_OF_DATA = b".\r\n"

ENDS = {
    "CRLF . CRLF": b"\r\n.\r\n",
    "LF . LF": b"\n.\n",
    "LF . CRLF": b"\n.\r\n",
    "CRLF . LF": b"\r\n.\n",
    "CR . CR": b"\r.\r",
    "CR . CRLF": b"\r.\r\n",
    "CRLF . CR": b"\r\n.\r",
    "CRLF NUL . CRLF": b"\r\n\0.\r\n",
}
"""Ways to end mail data. The first is the only one (RFC 5321 section 4.1.1.4); what a server does
at the others is for those to try who own it."""


class Stuffer:
    """Doubles dots in a message that comes piece by piece, wherever it is cut.

    Line ends stay as they are; a dot after a bare LF is doubled too, so that no message can end
    early at a server that takes LF for a line end.
    """

    def __init__(self) -> None:
        self.dots = 0
        """How many dots were added so far."""
        self._is_line_start = True
        self._last = b"\r\n"

    def feed(self, octets: bytes) -> bytes:
        """The next piece, stuffed."""
        if not octets:
            return b""
        head = b"." if self._is_line_start and octets.startswith(b".") else b""
        self._is_line_start = octets.endswith(b"\n")
        self._last = (self._last + octets[-2:])[-2:]
        stuffed = head + octets.replace(b"\n.", b"\n..")
        self.dots += len(stuffed) - len(octets)
        return stuffed

    def end(self) -> bytes:
        """What ends the mail data: a missing last line end is added."""
        return END_OF_DATA if self._last == b"\r\n" else b"\r\n" + END_OF_DATA
