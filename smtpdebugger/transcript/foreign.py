"""Foreign files: what a file is that holds no session, and what would work instead."""

import re
from typing import NamedTuple

_CAPTURE = (
    "It is a packet capture. Open it in Wireshark, choose Follow > TCP Stream, save that as text,"
    " and open the text."
)
_PACKED = "It is a compressed file. Unpack it and open what is inside."


class _Kind(NamedTuple):
    start: bytes
    sentence: str


_KINDS = (
    _Kind(b"\xd4\xc3\xb2\xa1", _CAPTURE),
    _Kind(b"\xa1\xb2\xc3\xd4", _CAPTURE),
    _Kind(b"\x4d\x3c\xb2\xa1", _CAPTURE),
    _Kind(b"\xa1\xb2\x3c\x4d", _CAPTURE),
    _Kind(b"\x0a\x0d\x0d\x0a", _CAPTURE),
    _Kind(b"\x1f\x8b", _PACKED),
    _Kind(b"PK\x03\x04", _PACKED),
    _Kind(b"BZh", _PACKED),
    _Kind(b"\xfd7zXZ", _PACKED),
    _Kind(b"\x28\xb5\x2f\xfd", _PACKED),
    _Kind(
        b"\xd0\xcf\x11\xe0",
        "It is a message saved by Outlook. Open the bounce there, and save its text or its source.",
    ),
    _Kind(b"%PDF", "It is a PDF. Copy the session out of it into a text file."),
    _Kind(b"\x89PNG", "It is a picture. The session is needed as text."),
    _Kind(b"\xff\xd8\xff", "It is a picture. The session is needed as text."),
)
_HEAD = 65_536
"""Characters of a text that are looked at."""

_PEM = re.compile(r"-----BEGIN [A-Z ]+-----")
_IMAP = re.compile(r"(?m)^(?:.{0,40}\s)?\* (?:OK|PREAUTH|BYE|CAPABILITY)\b")
_POP = re.compile(r"(?m)^(?:.{0,40}\s)?\+OK\b")
_HEADERS = re.compile(r"(?m)\A(?:[A-Za-z][A-Za-z-]*: .*\n(?:[ \t].*\n)*){2}")
_HTML = re.compile(r"(?i)\A\s*<(?:!doctype html|html|head|body)\b")
_PACKETS = re.compile(r"(?m)^.*\bIP6? \S+ > \S+: Flags \[")
_HEX = re.compile(r"(?m)^[^\S\n]*(?:0x)?[0-9a-f]{4,8}:?\s+(?:[0-9a-f]{2,4}\s){4}")


_GAVE_UP = (
    (
        r"(?i)could not resolve|name or service not known|nodename nor servname|\bENOTFOUND\b"
        r"|\bEAI_AGAIN\b|getaddrinfo failed|no such host|unknown host|name resolution",
        "The client itself gave up: the name of the server was not found in the DNS, so nothing"
        " was sent. Check the name letter by letter, and the network's name servers.",
    ),
    (
        r"(?i)certificate verify failed|certificate problem|self[- ]signed certificate in"
        r"|unable to get (?:local )?issuer|certificate (?:has )?expired|\bcertificate (?:is )?not"
        r" trusted|does not match (?:the )?(?:target )?host|hostname mismatch|PKIX path",
        "The client itself gave up: it does not trust the server's certificate, or it is for"
        " another name; no reply refused anything. Connect to the server to see the certificate.",
    ),
    (
        r"(?i)wrong[ _]version[ _]number",
        "The client itself gave up: it began TLS on a port that begins in the clear. Use STARTTLS"
        " there, or TLS on port 465.",
    ),
    (
        r"(?i)\brequires Net::SSLeay|compiled without (?:tls|ssl)|no (?:tls|ssl) support in this",
        "The client itself gave up: this build of it has no TLS. Install what it names, or use"
        " another client.",
    ),
    (
        r"(?i)STARTTLS (?:extension )?(?:is )?not (?:supported|offered|advertised)"
        r"|(?:does(?:n't| not)|did not) (?:support|advertise|offer) (?:\w+ ){0,3}(?:STARTTLS|TLS)"
        r"|STARTTLS is required but",
        "The client itself gave up: it was told to use STARTTLS, and the EHLO reply does not offer"
        " it; no reply refused anything. Use another port of the server, such as 465 or 587, or"
        " have STARTTLS switched on.",
    ),
    (
        r"(?i)(?:does(?:n't| not)|did not) (?:support|advertise|offer) (?:\w+ ){0,3}auth"
        r"|AUTH extension not supported|no suitable authentication|no authentication type",
        "The client itself gave up: the EHLO reply offers no login that it could use; no reply"
        " refused anything. Start TLS first, or use the submission service on port 587 or 465.",
    ),
)
"""What a client says when it gives up by itself, the surest first."""

_SENTENCES = (
    (
        r"NotSupportedError|UnsupportedCommand|does(?:n't| not) support (?:AUTH|STARTTLS|SMTPUTF8)",
        "The program gave up by itself: the EHLO reply did not offer what it needs, and no reply"
        " refused anything. Connect to the server and look at its capabilities, or paste a trace"
        " with the EHLO reply.",
    ),
    (
        r"\bSSL routines|SSL operation|certificate verify failed|wrong version number"
        r"|TLS handshake|SSLHandshake",
        "TLS failed in it, and it quotes no reply. Where it says “wrong version number”, TLS was"
        " begun on a port that begins in the clear: use STARTTLS there, or port 465. Connect to"
        " the server to see its certificate.",
    ),
    (
        r"(?i)connection (?:timed out|refused|reset|unexpectedly closed|could not be established)"
        r"|\bE(?:CONNREFUSED|TIMEDOUT|CONNRESET|SOCKET)\b|SocketException|could not connect to"
        r"|no route to host|forcibly closed|unexpectedly disconnected|network_failure"
        r"|empty response|unable to initialize SMTP|lost connection|failure sending mail",
        "It tells of a connection that failed or broke off, and quotes no reply. Connect to the"
        " server to see how far it comes: the name, the port, TLS or the greeting.",
    ),
    (
        r"(?i)missing credentials|no credentials|unencrypted connection",
        "The program gave up by itself: it had no login to use, or would not use it without TLS."
        " Nothing of it was sent, so no reply refused it.",
    ),
    (
        r"suppress-(?:bounce|complaint|unsubscribe)|previously bounced|\bBounced Address\b",
        "The sending service refused by itself, because the address is on its suppression list;"
        " the recipient's server was not asked, and there is no reply to explain.",
    ),
    (
        r"\bcurl: \(\d+\)",
        "curl shows replies with -v only. Run it again so, and paste what it prints.",
    ),
    (
        r"SmtpCommandException|recipients failed|\bSMTP Error: ",
        "The error message leaves the reply code out. Let the program print the whole session"
        " (SMTPDebug in PHPMailer, ProtocolLogger in MailKit, set_debuglevel in Python), and paste"
        " that.",
    ),
)
"""What error messages without a reply tell, the surest first."""


def gave_up(text: str) -> str:
    """A sentence on why a client gave up by itself; empty where it does not say so."""
    head = text[:_HEAD]
    return next((told for pattern, told in _GAVE_UP if re.search(pattern, head)), "")


def kind_of(head: bytes) -> str:
    """A sentence on what a file with this beginning is; empty where nobody can tell."""
    for kind in _KINDS:
        if head.startswith(kind.start):
            return kind.sentence
    return ""


def other_protocol(text: str) -> str:
    """A sentence on the protocol that a session is of, where that is not SMTP; else empty."""
    head = text[:_HEAD]
    if _IMAP.search(head):
        return "It is a session of IMAP, by which mail is read; only SMTP and LMTP are explained."
    if _POP.search(head):
        return "It is a session of POP3, by which mail is read; only SMTP and LMTP are explained."
    return ""


def what_it_is(text: str) -> str:
    """A sentence on what a text without a session is; empty where nobody can tell."""
    head = text[:_HEAD]
    if told := other_protocol(text):
        return told
    if _PACKETS.search(head) or _HEX.search(head):
        return (
            "It is a dump of packets. Save the capture with tcpdump -w, open it in Wireshark,"
            " choose Follow > TCP Stream, and save that as text."
        )
    if _HTML.search(head):
        return "It is a web page or a message in HTML. Copy the session out of it as plain text."
    if _PEM.search(head):
        return "It is a certificate or a key. A session is needed, with its replies."
    if told := gave_up(head):
        return told
    for pattern, sentence in _SENTENCES:
        if re.search(pattern, head):
            return sentence
    if _HEADERS.search(head):
        return (
            "It is a message, and no bounce that quotes a reply. Open the bounce itself, with all"
            " its parts, or a trace of the session."
        )
    return ""
