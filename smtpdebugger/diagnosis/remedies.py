"""Remedies: what to do where no other command would help by itself.

Refusals of the client, the login, the content or the recipient are met with another way to send,
with a change to the message, with patience, or with a word to a person.
"""

import re
from collections.abc import Iterator

from smtpdebugger.diagnosis.by_matter import BY_MATTER, NOT_THEIRS, by_matter
from smtpdebugger.diagnosis.case import Case
from smtpdebugger.diagnosis.matters import cause_told, matter_of
from smtpdebugger.diagnosis.placeholders import own_argument, own_line
from smtpdebugger.diagnosis.proposal import Proposal, Repair, other
from smtpdebugger.diagnosis.standpoint import is_over, takes_no_users
from smtpdebugger.protocol.command import Command

SUBMISSION = 587
SUBMISSION_PORTS = frozenset({SUBMISSION, 465})

_TOKENS = ("OAUTHBEARER", "XOAUTH2")
_AUTHENTICITY = frozenset(range(20, 31))
"""Details of X.7 about SPF, DKIM, DMARC and reverse DNS (RFC 7372, RFC 7489)."""

_FORWARD = re.compile(r"<([^\s<>@]+@[^\s<>@]+)>")
_DOMAIN_LIST = re.compile(r"(?i)\b(dbl|rhsbl|surbl|uribl)\b")
_BLOCKLIST = re.compile(
    r"(?i)\b((?:[a-z0-9-]{1,63}\.){0,8}(?:spamhaus\.org|spamcop\.net|barracudacentral\.org|sorbs\.net"
    r"|uceprotect\.net|abuseat\.org|surriel\.com|mailspike\.net|abusix\.zone|0spam\.org"
    r"|[a-z0-9-]{0,40}(?:dnsbl|rbl|bl)[a-z0-9-]{0,40}\.[a-z0-9.-]{1,80}\.[a-z]{2,20}))\b"
)
_WAIT = re.compile(r"(?i)\b(\d{1,5}) *(s|sec|seconds?|m|min|minutes?|h|hours?)\b")
_SIZE = re.compile(r"(?i)\b\d{1,9}(\.\d{1,3})? ?([kmg]i?b|(kilo|mega)?bytes)\b")
_APP_PASSWORD = re.compile(r"(?i)appl?ication[- ]specific|app[- ]?password|two-?(step|factor)|2fa")
_ONLY_PASSWORDS = re.compile(r"(?i)basic auth")
_SENDER_PROOF = re.compile(r"(?i)\b(spf|dkim|dmarc|unauthenticated|ptr|reverse dns)\b")


def submission(case: Case) -> Iterator[Proposal]:
    """The service for users, where the port at hand is not it."""
    if case.before.port == SUBMISSION:
        return
    if takes_no_users(case):
        yield other(
            what="Send through the submission service of your own provider (port 587 or 465), "
            "with a login",
            achieves="Hands the message to a server that may send for you.",
            reference="RFC 6409 3.1",
        )
        return
    yield Proposal(
        action="reconnect",
        port=SUBMISSION,
        security="starttls",
        achieves="Goes to the submission service, where users log in and send.",
        reference="RFC 6409 3.1",
    )


def mail_ports(case: Case) -> Iterator[Proposal]:
    yield from submission(case)
    yield Proposal(
        action="reconnect",
        port=465,
        security="tls",
        achieves="Goes to the submission service that speaks TLS from the first octet.",
        reference="RFC 8314 3.3",
    )
    yield Proposal(
        action="reconnect",
        port=25,
        security="none",
        achieves="Goes to the service that takes mail for its own domains from other servers.",
        reference="RFC 5321 4.5.4.2",
    )


def again_later(case: Case) -> Iterator[Proposal]:
    """The same again, after a while; as long as the server says, where it says so."""
    passes = any(matter_of(case, cause) for cause in ("resource-temporary", "too-many-errors"))
    if not case.reply.is_negative or (case.code >= 500 and not passes):
        return
    if case.verb == "STARTTLS" and case.before.tls:
        return  # there is nothing to wait for
    line = own_line(case)
    again = f"send {line} again" if line else "connect again"
    if case.verb == "AUTH":
        again = "connect again and log in once more" if is_over(case) else "log in once more"
    elif is_over(case):
        again = "connect again and send the message once more" if line else "connect again"
    if case.verb in {"RCPT", "DATA", "BDAT"}:
        again = "send the whole message again"
    found = _WAIT.search(case.text)
    how_long = f"Wait {found[0]}" if found else "Wait"
    yield other(
        what=f"{how_long}, then {again}",
        achieves="A temporary refusal may be lifted without any change.",
        reference="RFC 5321 4.2.1",
        kind="again-later",
    )


def _temporary(case: Case) -> Iterator[Proposal]:
    matter = matter_of(case, "resource-temporary")
    if matter == "mailbox-full":
        yield by_matter(matter)
        if case.code < 500:
            yield from again_later(case)
        return
    may_be_recipients = matter == "recipients" or (case.code == 452 and not matter)
    if case.verb == "RCPT" and case.before.recipients and may_be_recipients:
        yield other(
            what="Send to the recipients accepted so far, then to the others in a next transaction",
            achieves="Reaches all of them; the server takes only so many at once.",
            reference="RFC 5321 4.5.3.1.10",
            delivers=True,
            kind="in-parts",
        )
    elif matter == "recipients":
        yield by_matter(matter)
        return
    yield from again_later(case)


def login_off(case: Case) -> Iterator[Proposal]:
    """Logins are off for an account, or on this service at all."""
    if matter_of(case, "auth-not-enabled") != "account":
        yield from submission(case)
        return
    if _ONLY_PASSWORDS.search(case.text):
        yield from _token(case)
    yield other(
        what="Have SMTP logins switched on for this account, in its settings or by someone who may",
        achieves="The same login can then be taken; until then none can.",
        reference="the provider's documentation",
    )


def mechanism_of(case: Case) -> str:
    """The mechanism of the login that was refused, in capitals; empty where none was named."""
    for number in range(case.number, max(case.number - _RESPONSES, case.first) - 1, -1):
        unit = case.session.exchange(number).unit
        if isinstance(unit, Command) and unit.verb == "AUTH":
            return unit.argument.split(" ")[0].upper()
    return ""


_RESPONSES = 8
"""SASL responses of one login behind which its AUTH is looked for."""


def _token(case: Case) -> Iterator[Proposal]:
    listed = case.before.capabilities
    tried = mechanism_of(case)
    for name in _TOKENS if listed is not None else ():
        if listed is not None and name in listed.auth_mechanisms and name != tried:
            yield Proposal(
                commands=(f"AUTH {name}",),
                achieves="Logs in with an access token, where passwords are switched off.",
                loses="A token has to be fetched from the provider first.",
                reference="RFC 7628; RFC 4954 4",
            )
            break


def _credentials(case: Case) -> Iterator[Proposal]:
    listed = case.before.capabilities
    yield from _token(case)
    if mechanism_of(case) in _TOKENS:
        yield other(
            what="Fetch a new access token, for this user and with the scope for SMTP, then log in "
            "once",
            achieves="Replaces a token that has run out, or was made for something else.",
            reference="RFC 7628 3.2.2; the provider's documentation",
        )
        return
    if matter_of(case, "auth-failed") == "transition":
        if listed is not None and "PLAIN" in listed.auth_mechanisms and case.before.tls:
            yield Proposal(
                commands=("AUTH PLAIN",),
                achieves="Shows the server the password once, inside TLS; then the other works.",
                reference="RFC 4954 6",
            )
        return
    if _APP_PASSWORD.search(case.text) or matter_of(case, "auth-failed") == "app-password":
        yield other(
            what="Create an app password in the account's settings and log in with it",
            achieves="Logs in a program that cannot do the second step of the account's login.",
            reference="RFC 4954 6; the provider's documentation",
        )
        return
    if matter_of(case, "auth-failed") == "account":
        yield other(
            what="Log in on the provider's web page, and read what it says about the account",
            achieves="Shows or lifts the lock; no other password would be taken before that.",
            reference="RFC 4954 6; the provider's documentation",
        )
        return
    yield other(
        what="Check the user name (often the whole address) and the password, then log in once",
        achieves="Gets past a wrong name or password; nothing else about the login was wrong.",
        loses="Several wrong attempts lock the account at many providers.",
        reference="RFC 4954 6",
    )


def _smaller(case: Case) -> Iterator[Proposal]:
    limit = case.offers.size_limit if case.offers is not None else None
    # A recipient's own limit is below the server's.
    is_named = case.verb == "RCPT" or _SIZE.search(case.text)
    told = f"message of at most {limit} octets" if limit and not is_named else ""
    yield other(
        what=f"Send a {told or 'smaller message'}: attachments grow by a third as base64, so "
        "pass large files by a link",
        achieves="Fits the message into what the server takes.",
        reference="RFC 1870 6; RFC 2045 6.8",
        kind="smaller",
    )


def _recipient(case: Case) -> Iterator[Proposal]:
    forward = _FORWARD.search(case.text) if case.code == 551 else None
    if forward is not None:
        yield Proposal(
            commands=(f"RCPT TO:<{forward[1]}>",),
            achieves="Sends to the address that the server itself names instead.",
            reference="RFC 5321 3.4",
        )
    matter = matter_of(case, "mailbox-unknown")
    if matter in BY_MATTER:
        yield by_matter(matter)
        if matter == "disabled":
            yield from _postmaster(case)
        return
    if cause_told(case) in {"too-many-errors", "resource-temporary"}:
        return
    if case.verb in {"RCPT", "MAIL"}:
        yield other(
            what="Check {address} letter by letter, and its domain",
            achieves="Finds the slip that most unknown mailboxes turn out to be.",
            reference="RFC 5321 4.2.2",
        )
        yield Proposal(
            commands=("VRFY {address}",),
            achieves="Asks whether the mailbox exists, where the server answers that.",
            reference="RFC 5321 3.5",
            goal="verify-address",
        )
    yield from _postmaster(case)


def _postmaster(case: Case) -> Iterator[Proposal]:
    here = case.before
    if here.authenticated or here.port in SUBMISSION_PORTS or _is_relaying(case):
        # The service refuses one of its own users, or does not serve this domain.
        return
    if matter_of(case, "policy") in NOT_THEIRS:
        return
    yield other(
        what="Write to postmaster@{domain} from another account, with the reply word for word",
        achieves="Reaches the people who set the rule; this mailbox must exist.",
        reference="RFC 5321 4.5.1",
    )


def _is_relaying(case: Case) -> bool:
    """Whether the reply's words say that the recipient is somebody else's."""
    return case.words is not None and case.words.cause in {"relay-denied", "auth-required"}


def _policy(case: Case) -> Iterator[Proposal]:
    matter = matter_of(case, "policy")
    if cause_told(case) not in {"", "policy"}:
        return  # it is more precise, and has its own way out
    if matter in BY_MATTER:
        yield by_matter(matter)
        yield from _postmaster(case)
        return
    status = case.reply.enhanced_status
    about_sender = status is not None and status.subject == 7 and status.detail in _AUTHENTICITY
    about_sender = about_sender or matter == "sender-authentication"
    if about_sender or _SENDER_PROOF.search(case.text):
        yield other(
            what="Send through the mail server that the sender's own domain names (SPF, DKIM), "
            "with a login",
            achieves="Lets the receiver check that the message comes from the domain it names.",
            reference="RFC 7208 2.3; RFC 6376; RFC 7489",
        )
        return
    is_quoted = case.is_alone and matter == "content"
    is_message = case.command is None and case.verb in {"DATA", "BDAT"}
    if case.code >= 500 and (is_quoted or is_message):
        yield other(
            what="Change what the filter objects to (links, attachments, missing Date or "
            "Message-ID), then send the message anew",
            achieves="Passes a check of the content, which alone was refused"
            + ("." if is_quoted else ": the addresses were accepted."),
            reference="RFC 5321 7.9; RFC 5322 3.6",
        )
    if case.verb == "MAIL" and case.before.authenticated:
        yield by_matter("sender-rights")
    yield from _blocklist(case)
    yield from again_later(case)
    yield from _postmaster(case)


def _blocklist(case: Case) -> Iterator[Proposal]:
    found = _BLOCKLIST.search(case.text)
    if found is None:
        return
    listed = "domain in question" if _DOMAIN_LIST.search(case.text) else "client's address"
    yield other(
        what=f"Look the {listed} up at {found[1].lower()} and have it removed there",
        achieves="Ends the refusal at its source; every server that uses the list follows.",
        reference="RFC 5782 2; RFC 6471 3",
    )


def _client(case: Case) -> Iterator[Proposal]:
    if case.verb in {"XCLIENT", "XFORWARD"}:
        return  # they are for filters that the server knows
    if matter_of(case, "access-denied-client") == "client-certificate":
        yield other(
            what="Connect again with a client certificate that the server trusts",
            achieves="Meets the wish for a certificate, which alone was refused.",
            reference="RFC 8446 4.4.2",
        )
        yield from submission(case)
        return
    if matter_of(case, "access-denied-client") == "ipv6":
        yield by_matter("ipv6")
        return
    yield from _blocklist(case)
    yield other(
        what="Connect from an address the server accepts, or through your provider's submission "
        "service",
        achieves="The refusal is about the client, so no other command helps.",
        reference="RFC 5321 7.8",
    )
    if not takes_no_users(case):
        yield from submission(case)


def _ascii(case: Case) -> Iterator[Proposal]:
    command = case.command
    line = own_line(case)
    if not isinstance(command, Command) or not line:
        return
    path = command.path or ""
    local, at, domain = path.rpartition("@")
    try:
        plain = domain.encode("idna").decode("ascii")
    except UnicodeError:
        plain = ""
    if at and plain and plain != domain and local.isascii():
        yield Proposal(
            commands=(line.replace(f"@{domain}", f"@{plain}"),),
            achieves="Names the same domain in ASCII letters.",
            reference="RFC 5890 2.3.2.1; RFC 5321 2.3.5",
        )
        return
    yield other(
        what="Use an address of ASCII characters, or a server that offers SMTPUTF8",
        achieves="Reaches a mailbox that has an ASCII name as well.",
        reference="RFC 6531 3.2",
    )


def _shorter(case: Case) -> Iterator[Proposal]:
    if matter_of(case, "line-too-long") == "text-line":
        yield by_matter("text-line")
    yield from response_apart(case)


def response_apart(case: Case) -> Iterator[Proposal]:
    """AUTH without an initial response, where one was sent."""
    mechanism, _, initial = own_argument(case).partition(" ")
    if case.verb == "AUTH" and mechanism and initial:
        yield Proposal(
            commands=(f"AUTH {mechanism}",),
            achieves="Sends the SASL response on a line of its own, which may be longer.",
            reference="RFC 4954 4",
        )


OTHER_PEER = "protocol-mismatch-other"
REMEDIES: dict[str, Repair] = {
    OTHER_PEER: mail_ports,
    "auth-failed": _credentials,
    "size-exceeded": _smaller,
    "mailbox-unknown": _recipient,
    "policy": _policy,
    "access-denied-client": _client,
    "greylisted": again_later,
    "resource-temporary": _temporary,
    "encoding-8bit": _ascii,
    "line-too-long": _shorter,
}
