"""What lines of pasted program output tell, whichever program printed them.

Programs that speak SMTP print the session in a hundred ways, and between its lines they print
what else they do. A few of those remarks say something of the session: its port, TLS, its end.
"""

import ast
import html
import re
from collections.abc import Iterator

from smtpdebugger.transcript.dialogue import Step

REPLY = re.compile(r"[2-5]\d\d(?:[ -]|$)")
"""How a reply line begins (RFC 5321 section 4.2)."""

COMMAND = re.compile(
    r"(?i)(?:DATA|RSET|NOOP|QUIT|STARTTLS|HELP|TURN)\s*$"
    r"|(?:EHLO|HELO|LHLO|VRFY|EXPN|AUTH|ETRN|ATRN|BDAT|BURL|NOOP|HELP|XCLIENT|XFORWARD) \S"
    r"|(?:MAIL FROM|RCPT TO)\s*:|(?:GET|HEAD|POST|CONNECT|OPTIONS) \S+ HTTP/\d"
)
"""How a command line begins, strictly enough not to take prose for one."""

_BREAKS = re.compile(r"(?i)(?<!\s)\s*<br\s*/?>\s*$")
_BLOCK = re.compile(r"^(?:\S+ )?(<=|=>) (?:Recv|Send) (header|data|SSL data), [\d,]+ bytes")
_ROW = re.compile(r"^[0-9a-f]{4,8}: (.*)$")
_BLOCK_WIDTH = 64
_PACKET = re.compile(r"^.*?\bIP6? (\S+ > \S+): Flags .*\blength (\d+)(?:: SMTP.*)?$")
_FOLLOWED = re.compile(r"^Follow: tcp,")
_COUNT = re.compile(r"^\t?\d+$|^=+$|^(?:Follow|Filter|Node [01]): ")
_HEAD = 100
"""Lines in which programs say what they print."""

_QUOTED = re.compile(r"(?s)^b?(['\"]).*\1$")
_PORTS = (
    re.compile(r"(?i)\b(?:connected|connecting|connect|trying|dialing)\b.*?\bport:?\s+(\d{1,5})\b"),
    re.compile(
        r"(?i)(?:\btrying|-connect|connect(?:ion opened)?:|connecting to)\s[^\s:]+:(\d{1,5})\b"
    ),
    re.compile(r"(?i)\bconnect: (?:to )?\('[^']*', (\d{1,5})\)"),
    re.compile(r"(?i)\b(?:opening(?: connection)?|connected) to [^\s:]+:(\d{1,5})\b"),
    re.compile(r"(?i)\b(?:smtps?|submission|ssl|tls)://[^\s/:]+:(\d{1,5})\b"),
    re.compile(r"(?i)^\s*(?:[$#%>] ?)?(?:telnet|nc|ncat)\s.*\s(\d{1,5})\s*$"),
    re.compile(r"(?i)\] ?:(\d{2,5}) \.\.\. connected|\bestablished to [^\s:]+:(\d{1,5})\b"),
    re.compile(r"(?i)^port\s+= (\d{1,5})$"),
)
_NAME = r"((?=[^\s:]*[.-]|localhost)[A-Za-z0-9][\w.-]{0,253}[\w])"
_HOSTS = (
    re.compile(rf"(?i)\bConnected to {_NAME}(?: \(|\.?$|:\d| on )"),
    re.compile(
        r"(?i)\b(?:connect(?:ion opened)?: (?:to )?\('|-connect |connecting to |opening to )"
        rf"{_NAME}(?:'|:)"
    ),
    re.compile(rf"(?i)\bconnection established to {_NAME}:\d"),
    re.compile(
        rf"(?i)^\s*(?:[$#%>] ?)?(?:telnet|nc|ncat)\s(?:.{{0,60}}\s)?{_NAME}\s+\d{{1,5}}\s*$"
    ),
)
_TLS = re.compile(
    r"(?i)^\W*(?:TLS started|SSL connection using|SSL-Session:|CONNECTED\(0|TLS session parameters"
    r"|TLS certificate information|New, TLSv|New, SSLv|Negotiated TLS"
    r"|SSL connection established|TLS (?:connection|handshake|negotiation|session)"
    r" (?:is )?(?:established|complete|completed|done|successful))"
    r"|\bisSSL true\b|\bTLS established\b"
)
_CLOSED = (
    ("network", re.compile(r"(?i)\bconnection (?:was )?reset\b|broken pipe|connection timed out")),
    (
        "server",
        re.compile(
            r"(?i)closed by foreign host|remote host closed|closed (?:with|by) (?:the )?remote host"
            r"|^closed$|unexpectedly closed|closed unexpectedly|\bEOF (?:caught|on|from)\b"
            r"|read:errno=0|\blost connection\b|server closed the connection"
        ),
    ),
)


def lines_of(text: str) -> list[str]:
    """The lines of a pasted text, freed from what it was pasted through: HTML, a quoting mail."""
    if "&gt;" in text or "&lt;" in text or "<br" in text:
        text = html.unescape(text)
    lines = [
        _BREAKS.sub("", line.removesuffix("\r")) for line in text.removeprefix("\ufeff").split("\n")
    ]
    if any(_BLOCK.match(line) for line in lines):
        return _unblocked(lines)
    if any(_FOLLOWED.match(line) for line in lines[:_HEAD]):
        return [line for line in lines if not _COUNT.match(line)]
    if any(_PACKET.match(line) for line in lines[:_HEAD]):
        return _unpacked(lines)
    full = [line for line in lines if line.strip()]
    quoted = [line for line in full if line.startswith((">", "|"))]
    if full and len(quoted) == len(full):
        bare = [re.sub(r"^[>|] ?", "", line) for line in lines]
        # A client's arrow is no quotation mark: some of its lines must be the server's.
        if sum(REPLY.match(line) is not None for line in bare if line[:1].isdigit()):
            return bare
        if any(line.startswith(("<", ">", "C:", "S:")) for line in bare):
            return bare
    return lines


def _unblocked(lines: list[str]) -> list[str]:
    """What curl --trace-ascii prints in blocks of 64 characters, as lines with an arrow."""
    told: list[str] = []
    arrow, is_open = "", False
    for line in lines:
        if block := _BLOCK.match(line):
            arrow = "" if "SSL" in block[2] else block[1].strip("=")
            is_open = False
        elif (row := _ROW.match(line)) and arrow:
            if is_open:
                told[-1] += row[1]
            else:
                told.append(f"{arrow} {row[1]}")
            is_open = len(row[1]) == _BLOCK_WIDTH
        else:
            told.append(line)
    return told


def _unpacked(lines: list[str]) -> list[str]:
    """What tcpdump -A prints, as the lines that it prints without -A where it knows the port."""
    told: list[str] = []
    below: list[str] = []
    """What stands below the line of a packet: its headers as characters, then its text."""
    packet: re.Match[str] | None = None
    for line in [*lines, None]:
        found = _PACKET.match(line) if line is not None else None
        if line is not None and found is None:
            below.append(line)
            continue
        text = _payload("\n".join(below), int(packet[2])) if packet is not None else []
        if packet is not None:
            told += [f"IP {packet[1]}: SMTP: {each}" for each in text] or [packet[0]]
        packet, below = found, []
    return told


def _payload(shown: str, octets: int) -> list[str]:
    """The lines of a packet's text, of so many octets, behind its headers."""
    text = f"{shown.rstrip()}\n"
    start = len(text)
    while start and octets > 0:
        start -= 1
        # The end of a line is two octets and was printed as one.
        octets -= 2 if text[start] == "\n" else 1
    return [each for each in text[start:].split("\n") if each] if shown.strip() else []


def remark(line: str) -> Iterator[Step]:
    """What a line that belongs to neither side tells of the session."""
    for pattern in _PORTS:
        found = pattern.search(line)
        port = next((each for each in found.groups() if each), "0") if found else "0"
        if 0 < int(port) < 65_536:
            yield Step("port", port)
            break
    for pattern in _HOSTS:
        if found := pattern.search(line):
            yield Step("host", found[1])
            break
    if _TLS.search(line):
        yield Step("tls")
    for by, pattern in _CLOSED:
        if pattern.search(line):
            yield Step("closed", by)
            return


def unquoted(text: str) -> list[str]:
    """The lines in a string as Python or Ruby print it; the text itself where it is none."""
    if _QUOTED.match(text) is None:
        return [text]
    try:
        value = ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return [text]
    told = value.decode("utf-8", "surrogateescape") if isinstance(value, bytes) else str(value)
    return told.removesuffix("\n").removesuffix("\r").replace("\r\n", "\n").split("\n")
