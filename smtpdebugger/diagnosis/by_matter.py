"""What to do about the matter of a refusal, where that is no command but something for a person."""

from smtpdebugger.diagnosis.proposal import Proposal

BY_MATTER: dict[str, tuple[str, str, str]] = {
    "sender-rights": (
        "Use the sender's address that belongs to the login",
        "Meets a rule that users send under their own names only.",
        "RFC 6409 6.1",
    ),
    "sender-domain": (
        "Use a sender's address whose domain exists in the public DNS",
        "Lets the receiver find where a notice of failure could go.",
        "RFC 5321 2.3.5, 3.6.3",
    ),
    "sender-verification": (
        "Use a sender's address that exists and takes mail",
        "Meets a receiver that asks the sender's own server before it takes the message.",
        "RFC 5321 3.6.3",
    ),
    "hello-name": (
        "Connect again and give the full name of the host in EHLO, as it stands in the DNS",
        "Meets the check of that name, which alone was refused.",
        "RFC 5321 4.1.4",
    ),
    "message-form": (
        "Mend the header or the text that the reply names, then send the message anew",
        "Passes a check of the message's form, which alone was refused.",
        "RFC 5322 3.6; RFC 2045",
    ),
    "list-members": (
        "Write with an address that belongs to the list, group or organisation",
        "Meets the rule of a recipient that takes mail of its own people only.",
        "RFC 5321 7.9",
    ),
    "recipient-choice": (
        "Ask the recipient in another way to let mail of this sender in",
        "Only the recipient can lift a rule of their own.",
        "RFC 3463 3.8",
    ),
    "own-organisation": (
        "Ask the administrator of your own organisation to allow it",
        "Lifts a rule of the sender's side; the recipient's server was not asked.",
        "the service's documentation",
    ),
    "mailbox-full": (
        "Tell the recipient in another way that the mailbox is full, and send again later",
        "Only the recipient can make room.",
        "RFC 3463 3.3",
    ),
    "disabled": (
        "Ask the recipient in another way for the address in use now",
        "Only the owner of the mailbox or its provider can open it again.",
        "RFC 3463 3.3",
    ),
    "ipv6": (
        "Connect again over IPv4",
        "Takes the way that the server leaves open; nothing else was wrong.",
        "RFC 5321 5.2",
    ),
    "domain": (
        "Correct the domain of {address}, and send to that address",
        "Reaches a domain that exists; nobody can take mail for this one.",
        "RFC 5321 5.1",
    ),
    "suppressed": (
        "Take the address off the suppression list of your account, once its owner wants the mail",
        "Ends a refusal of the sending service itself; the recipient's server was not asked.",
        "the service's documentation",
    ),
    "account": (
        "Log in on the web page of the service, and do what it says the account needs",
        "Lets the account send; no other message would be taken before that.",
        "the service's documentation",
    ),
    "text-line": (
        "Encode the text of the message as quoted-printable or base64, and send it anew",
        "Keeps every line short, whatever the message says; mail programs do so by themselves.",
        "RFC 5321 4.5.3.1.6; RFC 2045 6.7",
    ),
    "recipients": (
        "Send the message to fewer recipients at a time",
        "Stays within what the server takes at once.",
        "RFC 5321 4.5.3.1.8",
    ),
    "no-mail-domain": (
        "Ask the recipient for an address in another domain",
        "This domain takes no mail, from nobody and at no time.",
        "RFC 7505 3",
    ),
}
"""By matter: what to do, what that achieves, and where it is written."""


NOT_THEIRS = frozenset(
    {
        "sender-rights",
        "no-mail-domain",
        "suppressed",
        "account",
        "message-form",
        "recipient-choice",
        "own-organisation",
    }
)
"""Matters that nobody at the recipient's domain can change."""


def by_matter(matter: str) -> Proposal:
    """What to do about a matter of the table."""
    what, achieves, reference = BY_MATTER[matter]
    return Proposal(action="other", what=what, achieves=achieves, reference=reference)
