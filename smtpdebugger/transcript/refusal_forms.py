"""The forms in which logs, bounces and error messages tell a refusal, one pattern for each.

Groups: ``reply`` with its code, or without where ``code`` (a number, or a word of ``WORDS``) or
``enhanced`` has it; ``verb`` and ``address`` where the text names them. The first pattern to claim
a reply keeps it, so the surest come first.
"""

import re
from dataclasses import dataclass
from functools import cached_property

_CODE = r"(?<![\d.])[45]\d\d[ -](?=\S)"
REPLY = (
    rf"(?P<reply>(?:[45]\d\d-[^\n]*\n\s*)*{_CODE}[^\n]*(?:\n(?:[45]\.\d{{1,3}}\.\d{{1,3}} |"
    r"[45]\d\d[ -])[^\n]*)*)"
)
"""A reply, its further lines included; Go shows those without their code."""

_SHORT = rf"(?P<reply>{_CODE}[^\n]*?)"
_SAID = r"b?(?P<quote>['\"])(?P<reply>.*?)(?P=quote)"
"""A string of Python's."""


@dataclass(frozen=True)
class Form:
    """One way to tell a refusal. ``verb`` is used where the pattern has no group ``verb``: empty
    where the text does not tell, then the frames of a stack trace may."""

    needle: str
    """What stands in every text of this form, in small letters."""
    source: str
    verb: str = ""
    code: str = ""
    """The reply code where the text leaves it out, and the program is known to use this one."""

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Compiled when it is first needed: most texts have none of these forms but one."""
        return re.compile(self.source, re.IGNORECASE | re.MULTILINE)


def _form(needle: str, pattern: str, verb: str = "", code: str = "") -> Form:
    return Form(needle, pattern, verb, code)


FORMS = (
    # chasquid's log
    _form(" failed: ", r"\berror: (?P<verb>[A-Z]{4,8}) failed: (?P<reply>[45]\d\d [^\n]*)"),
    # aiosmtplib, of a greeting
    _form(
        "smtpconnectresponseerror",
        r"SMTPConnectResponseError: \((?P<code>\d{3}), ['\"](?P<reply>[^\n]{1,500}?)['\"]\)",
        "connect",
    ),
    # Postfix's logs and bounces
    _form("in reply to", rf"\bsaid: {_SHORT} \(in reply to (?P<verb>[A-Za-z ]+?) command\)"),
    _form(
        "authentication failed; server",
        rf"\bauthentication failed; server \S+ said: (?P<reply>{_CODE}[^\n)]*)",
        "AUTH",
    ),
    _form("refused to talk to me", rf"\brefused to talk to me: {REPLY}", "connect"),
    _form(
        "reject: ",
        r"(?:NOQUEUE|\b[0-9A-Za-z]{6,20}): (?:milter-)?reject: (?P<verb>[A-Za-z-]+) from \S+: "
        r"(?P<reply>(?:[45]\d\d[ -]|[45]\.\d\.\d+ )\S.*?)(?=; (?:from|proto|helo)=|$)",
    ),
    _form(
        "sasl ",
        r"postfix/\S*smtpd\[\d+\]: warning: \S+: SASL (?P<mechanism>\S+)"
        r" authentication failed: (?P<reply>.*)$",
        "AUTH",
        "535 5.7.8 Error: authentication failed:",
    ),
    # Exim's
    _form(
        "smtp error from remote mail",
        r"SMTP error from remote (?:mail server|mailer) after "
        r"(?:pipelined )?(?P<verb>MAIL|RCPT|DATA|end of data|EHLO|HELO|STARTTLS|AUTH"
        r"|initial connection)(?: FROM| TO)?(?::(?P<address><[^>]*>))?[^:\n]*:"
        rf"\s*(?:host \S+ \[[^\]]*\](?::\d+)?: )?{REPLY}",
    ),
    _form(
        "authenticator failed",
        rf"\bauthenticator failed for [^\n]*?: {_SHORT}(?: \(set_id=[^)\n]*\))?$",
        "AUTH",
    ),
    _form(
        "rejected ",
        r"(?<!temporarily )\brejected (?P<verb>RCPT|MAIL|EHLO or HELO|after DATA) "
        r"?(?P<address><[^>\n]*>)?[^\n:]*: (?P<reply>[^\n]*)",
        code="550",
    ),
    _form(
        "temporarily rejected ",
        r"\btemporarily rejected (?P<verb>RCPT|MAIL|EHLO or HELO|after DATA) "
        r"?(?P<address><[^>\n]*>)?[^\n:]*: (?P<reply>[^\n]*)",
        code="451",
    ),
    # qmail and its descendants
    _form(
        "does not like recipient", rf"does not like recipient\.\s+Remote host said: {REPLY}", "RCPT"
    ),
    _form(
        "remote host said",
        r"(?:does not like (?:sender|me)\.?|but sender was rejected\.)\s+"
        rf"Remote host said: {REPLY}",
        "MAIL",
    ),
    _form(
        "remote host said",
        rf"failed (?:on DATA command|after I sent the message)\.\s+Remote host said: {REPLY}",
        "data",
    ),
    _form(
        "remote host said",
        rf"but (?:greeting failed|my name was rejected)\.\s+Remote host said: {REPLY}",
        "connect",
    ),
    # OpenSMTPD's and Haraka's logs
    _form(
        'fail" stat=', rf"\bresult=\"(?:Perm|Temp)Fail\" stat=\"(?P<reply>{_CODE}[^\"\n]*)", "RCPT"
    ),
    _form(
        "failed-command",
        r"\bfailed-command .*?command=\"(?P<verb>[A-Z]+)[^\"\n]*\" "
        rf"result=\"(?P<reply>{_CODE}[^\"\n]*)",
    ),
    _form("server rejected auth", rf"\bServer rejected authentication / {REPLY}", "AUTH"),
    _form(
        "fail on ", rf"\bfail on (?P<verb>RCPT|MAIL|DATA|EHLO)\b[^\n(]*\((?P<reply>{_CODE}[^\n]*)\)"
    ),
    # Exchange's: what the other server said stands in its own reply
    _form("5", rf"(?:Message expired -> |responded with:? ['\"]){_SHORT}(?=['\"]|$)", "RCPT"),
    _form("led=", rf"\bLED=(?P<reply>{_CODE}[^}}\n]*)", "RCPT"),
    _form(
        "returned",
        rf"\breturned '?\s*<?(?:#\d\.\d+\.\d+ smtp;\s?)?(?P<reply>{_CODE}[\s\S]*?)"
        r"(?='\s*$|\n\s*\n|\Z)",
        "RCPT",
    ),
    # Python's exceptions
    _form(
        "smtprecipientrefused(",
        rf"\bSMTPRecipientRefused\((?P<code>\d{{3}}), {_SAID}, '(?P<address>[^'\n]*)'",
        "RCPT",
    ),
    _form(
        "smtp",
        r"\bSMTP(?P<verb>Authentication|Helo|Connect|SenderRefused|Data)(?:Error)?"
        rf"(?:: | at \S+\s+)?\((?P<code>\d{{3}}), {_SAID}",
    ),
    _form("smtpresponseexception", rf"\bSMTPResponseException(?:: )?\((?P<code>\d{{3}}), {_SAID}"),
    _form(
        ": (",
        rf"['\"](?P<address>[^'\"\s]+@[^'\"\s]+)['\"]: \((?P<code>[45]\d\d), {_SAID}\)",
        "RCPT",
    ),
    # Java's
    _form(
        "authenticationfailed",
        rf"\b(?:javax|jakarta|com|org)\S*\.(?:\w*AuthenticationFailed)\w*: {REPLY}",
        "AUTH",
    ),
    _form("smtpaddressfailed", rf"\bSMTPAddressFailedException: {REPLY}", "RCPT"),
    _form("smtpsenderfailed", rf"\bSMTPSenderFailedException: {REPLY}", "MAIL"),
    _form("exception: ", rf"\b(?:SMTPSendFailed|Messaging)Exception: {REPLY}"),
    _form(
        "could not connect to smtp",
        r"Could not connect to SMTP host: [^\n]*, response: (?P<code>[45]\d\d)(?P<reply>)",
        "connect",
    ),
    # .NET's, which tells the code by words
    _form(
        "server response",
        r"(?P<code>[A-Z][^.\n:(]*)\. (?:The server response was|Server response): "
        r"(?P<reply>[^\n]*)",
    ),
    _form(
        "authenticationexception",
        r"\bAuthenticationException: (?P<code>[45]\d\d): (?P<reply>[^\n]*)",
        "AUTH",
    ),
    # JavaScript's
    _form("invalid login", rf"\bInvalid login: {REPLY}", "AUTH"),
    _form("invalid greeting", rf"\bInvalid greeting\. response={REPLY}", "connect"),
    _form("mail command failed", rf"\bMail command failed: {REPLY}", "MAIL"),
    _form(
        "recip", rf"\b(?:Recipient command failed|all recipients were rejected): {REPLY}", "RCPT"
    ),
    _form("data command failed", rf"\bData command failed: {REPLY}", "DATA"),
    _form("message failed", rf"\bMessage failed: {REPLY}", "data"),
    _form(
        "responsecode",
        r"\bresponse: (?P<quote>['\"])(?P<reply>[45]\d\d[ -].*?)(?P=quote),?\s+responseCode: \d+,"
        r"\s+command: ['\"](?P<verb>[A-Z]+)",
    ),
    # PHP's
    _form(
        "command failed",
        rf"\b(?P<verb>MAIL FROM|RCPT TO|DATA END|DATA|EHLO|Password) command failed: {REPLY}",
    ),
    _form(
        "smtp code: ",
        r"\b(?P<verb>MAIL FROM|RCPT TO|DATA END|DATA|EHLO|Password) command failed\b.{0,20}?Detail:"
        r" (?P<reply>.*?) SMTP code: (?P<code>[45]\d\d)",
    ),
    _form("smtp code: ", r"\bSMTP code: (?P<code>[45]\d\d)\s+Detail: (?P<reply>[^\n]*)"),
    _form(
        "expected response code",
        r"Expected response code \"?(?P<verb>[\d/]+)\"? but got code \"[45]\d\d\", with message "
        rf"\"(?P<reply>{_CODE}[^\"]*)",
    ),
    _form(
        "invalid response code",
        r"(?P<verb>[^\n\[]*) \[SMTP: Invalid response code received from (?:SMTP )?server "
        r"\(code: (?P<code>[45]\d\d), response: (?P<reply>.*?)\)\]\s*$",
    ),
    _form("smtp server response", rf"\bSMTP server response: {_SHORT}(?: in \S+ on line \d+|$)"),
    # Ruby's, Go's, Rust's, Perl's, curl's and msmtp's
    _form("net::smtp", rf"\bNet::SMTP\w+(?:Error|Busy|Command)(?:: | \(){REPLY}"),
    _form("check_response", rf"`check_response': {_SHORT} \(Net::SMTP"),
    _form("textproto", r"\btextproto\.Error\{Code:(?P<code>[45]\d\d), Msg:\"(?P<reply>[^\"]*)\""),
    _form("gomail", rf"\bgomail: could not send email \d+: {REPLY}"),
    _form("sending ", rf"\bsending (?:SMTP )?(?P<verb>MAIL FROM|RCPT TO|DATA) command: {REPLY}"),
    _form(
        "source: ",
        r"\bkind: (?:Permanent|Transient)\((?P<code>\d{3}|Code \{[^}\n]*\})\), "
        r"source: \"(?P<reply>[^\"\n]*)",
    ),
    _form(
        "nt error (", r"\b(?:permanent|transient) error \((?P<code>[45]\d\d)\): (?P<reply>[^\n]*)"
    ),
    _form(
        "error after",
        r"\berror after (?P<verb>DATA|MAIL FROM|RCPT TO): "
        r"(?P<reply>[45]\.\d{1,3}\.\d{1,3} [^\n]*?)(?: at \S+ line \d+\.?)?$",
    ),
    _form(
        "curl: (", r"\bcurl: \(\d+\) (?P<verb>MAIL|RCPT|DATA) failed: (?P<code>[45]\d\d)(?P<reply>)"
    ),
    _form(
        "authentication failed",
        rf"authentication failed \(method (?P<mechanism>\S+)\)\n(?:msmtp: )?{REPLY}",
        "AUTH",
    ),
    _form(
        "recipient address",
        rf"recipient address (?P<address>\S+) not accepted by the server\n(?:msmtp: )?{REPLY}",
        "RCPT",
    ),
    _form(
        "envelope from",
        r"envelope from address (?P<address>\S+) not accepted by the server\n"
        rf"(?:msmtp: )?{REPLY}",
        "MAIL",
    ),
    _form("did not accept", rf"the server did not accept the mail\n(?:msmtp: )?{REPLY}", "data"),
    # Thunderbird's and Outlook's
    _form(
        "mail server responded",
        r"The mail server responded:\s+(?P<reply>[^\n]*?)\.? Please check the message recipient "
        r"\"(?P<address>[^\"\n]*)\"",
        "RCPT",
    ),
    _form(
        "rejected one", rf"rejected one or more recipients\. The server responded: {REPLY}", "RCPT"
    ),
    # Sendmail's log, and Microsoft's, Google's and everybody's bounces
    _form("ruleset=", rf"\bruleset=(?P<verb>check_\w+),.*?\breject=(?P<reply>{_CODE}[^\n]*)"),
    _form(
        "re",
        rf"\b(?:stat=(?:Deferred|Service unavailable)|reply)[:=] ?{_SHORT}(?=, stat=|$)",
        "RCPT",
    ),
    _form(
        "dsn=",
        r"\bdsn=(?P<enhanced>[45]\.\d{1,3}\.\d{1,3}), stat="
        r"(?!Sent|Deferred: Connection|queued)(?P<reply>[^\n]*)",
        "RCPT",
    ),
    _form(
        "was:",
        r"(?:response(?: from the remote server)? was|error that the other server returned was)"
        rf":\s+{REPLY}",
        "RCPT",
    ),
    _form("diagnostic-code", rf"^Diagnostic-Code: ?smtp; ?{REPLY}", "RCPT"),
    _form(
        "diagnostic-code",
        r"^Status: (?P<enhanced>[45]\.\d{1,3}\.\d{1,3})\n(?:[A-Z][\w-]*: [^\n]*\n)*?"
        r"Diagnostic-Code: ?X-(?:Postfix|Unix); ?(?P<reply>[^\n]*)",
        "RCPT",
    ),
)

ANYWHERE = _form(
    "",
    r"(?P<reply>(?:[45]\d\d-[^\n]*\n\s*)*"
    r"(?<![\d.])(?P<class>[45])\d\d[ -](?P=class)\.\d{1,3}\.\d{1,3}[ :][^\n]*"
    r"(?:\n[45]\.\d{1,3}\.\d{1,3} [^\n]*)*)",
)
"""Whatever wrote it: a code and the enhanced code that goes with it are of SMTP alone."""

WITHOUT_CODE = _form(
    "",
    r"(?:^|: )(?P<reply>(?P<enhanced>[45]\.\d{1,3}\.\d{1,3}) [^\n]*(?:\n(?P=enhanced) [^\n]*)*)",
)
"""An enhanced code alone, as mail programs and git show it; tried where no other form is found."""

PLAIN = _form(
    "",
    r"(?:^|[:=(] ?[\"']?)(?P<reply>(?:4[25][0-5]|5(?:0[0-4]|2[13]|3[0-58]|41|5[0-6]|71))[ -]"
    r"(?!(?:Bad Gateway|Service Unavailable|Gateway Time|Not Implemented|Internal Server|HTTP))"
    r"[A-Z<][^\n]{7,})",
)
"""The last of all, for texts that speak of mail: a code that SMTP has, and words."""

WORDS = {
    "Service not available, closing transmission channel": 421,
    "Mailbox unavailable": 550,
    "Error in processing": 451,
    "Insufficient system storage": 452,
    "Client does not have permission to submit mail to this server": 454,
    "Syntax error, command unrecognized": 500,
    "Syntax error in parameters or arguments": 501,
    "Command not implemented": 502,
    "Bad sequence of commands": 503,
    "Command parameter not implemented": 504,
    "The SMTP server requires a secure connection or the client was not authenticated": 530,
    "User not local; please try a different path": 551,
    "Exceeded storage allocation": 552,
    "Mailbox name not allowed": 553,
    "Transaction failed": 554,
}
"""The words by which .NET tells reply codes (System.Net.Mail.SmtpStatusCode)."""

VERBS = {
    "rcpt to": "RCPT",
    "rcpt": "RCPT",
    "check_rcpt": "RCPT",
    "250/251/252": "RCPT",
    "failed to add recipient": "RCPT",
    "mail from": "MAIL",
    "mail": "MAIL",
    "senderrefused": "MAIL",
    "check_mail": "MAIL",
    "failed to set sender": "MAIL",
    "end of data": "data",
    "end-of-message": "data",
    "data end": "data",
    "after data": "data",
    "check_eom": "data",
    "failed to send data": "data",
    "data": "data",
    "354": "DATA",
    "ehlo": "EHLO",
    "helo": "EHLO",
    "ehlo or helo": "EHLO",
    "starttls": "STARTTLS",
    "connect": "connect",
    "conn": "connect",
    "check_relay": "connect",
    "failed to connect": "connect",
    "initial connection": "connect",
    "authentication": "AUTH",
    "auth": "AUTH",
    "password": "AUTH",
    "235": "AUTH",
    "235/334": "AUTH",
    "authentication failure": "AUTH",
}
"""What the texts call a command; ``data`` is the end of the mail data."""

FRAMES = (
    (
        "RCPT",
        re.compile(r"(?i)\brcpt_?to\b|SmtpFailedRecipient|\bRecipient(?:Command|NotAccepted)"),
    ),
    ("MAIL", re.compile(r"(?i)\bmail_?from\b\W|\bMailCommand\b|SenderNotAccepted")),
    (
        "data",
        re.compile(r"(?i)\bfinishData\b|\bDataStopCommand\b|MessageNotAccepted|\bDataAsync\b"),
    ),
    ("DATA", re.compile(r"\bDataCommand\b|SMTPTransport\.data\(")),
    ("STARTTLS", re.compile(r"(?i)\bin starttls\b|\bstartTLS\(|`starttls'|\bStartTlsCommand\b")),
    ("AUTH", re.compile(r"(?i)\bin login\b|`(?:check_)?auth\w*'|AuthenticateAsync")),
    ("EHLO", re.compile(r"(?i)\bin e?helo\b|`e?helo'|SMTPTransport\.ehlo\(")),
)
"""Names of methods in stack traces that send one command alone."""

LOGIN_CODES = frozenset({"534", "535", "538"})
"""Codes that only AUTH is answered with (RFC 4954 section 6)."""
