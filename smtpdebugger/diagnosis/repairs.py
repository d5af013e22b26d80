"""Repairs: what the leading causes themselves ask for, as commands.

A missing EHLO is sent, a missing MAIL too, a misspelled verb is corrected with the person's own
argument, a mechanism is taken from the list, and so on. Whether a repair is possible now is
checked by its caller.
"""

from collections.abc import Iterator, Sequence

from smtpdebugger.diagnosis.case import Case
from smtpdebugger.diagnosis.grammar import corrected_line, glued_verb
from smtpdebugger.diagnosis.matters import matter_of
from smtpdebugger.diagnosis.model import RankedCause
from smtpdebugger.diagnosis.offers import parameter_offered
from smtpdebugger.diagnosis.placeholders import line_again, own_argument, own_line
from smtpdebugger.diagnosis.proposal import Proposal, Repair, other
from smtpdebugger.diagnosis.remedies import (
    REMEDIES,
    SUBMISSION_PORTS,
    again_later,
    login_off,
    response_apart,
    submission,
)
from smtpdebugger.protocol.command import Command, SaslResponse, end_of_path
from smtpdebugger.protocol.state import State

LEAST = 0.08
"""Causes less likely than this propose nothing."""

_PLAINTEXT = frozenset({"PLAIN", "LOGIN", "XOAUTH2", "OAUTHBEARER"})
_READABLE = "Without TLS everyone on the way can read the password or token."
_MECHANISMS = ("SCRAM-SHA-256", "SCRAM-SHA-1", "CRAM-MD5", "PLAIN", "LOGIN", "XOAUTH2")


def repairs(case: Case, causes: Sequence[RankedCause]) -> Iterator[Proposal]:
    """What the causes propose, likeliest first."""
    if not case.exchange.is_negative and not case.peer:
        return
    for cause in causes:
        repair = REPAIRS.get(cause.id)
        if repair is not None and cause.probability >= LEAST:
            yield from repair(case)


_NOT_A_VERB = frozenset({421, 500, 501, 502})
"""Codes that refuse EHLO itself, its form or the client, and not the name it gives."""


def _hello_first(case: Case) -> Iterator[Proposal]:
    refused = case.last_refused("EHLO")
    if refused is not None and refused.code not in _NOT_A_VERB and not case.last_accepted("HELO"):
        # It was the name that was refused: the same name is refused with HELO as well.
        yield other(
            what="Send EHLO with another name: the full one of the host, as it stands in the DNS",
            achieves=f"Meets the check of that name, which alone was refused; then send "
            f"{case.shown_verb} again.",
            reference="RFC 5321 4.1.1.1, 4.1.4",
        )
        return
    line = line_again(case)
    if line:
        yield Proposal(
            commands=("EHLO {client}", line),
            achieves=f"Opens the session, then sends {case.shown_verb} again.",
            reference="RFC 5321 4.1.4",
        )
    yield Proposal(
        commands=("EHLO {client}",),
        achieves="Opens the session and shows which service extensions there are.",
        reference="RFC 5321 4.1.1.1",
    )
    if case.before.hello is State.HELO:
        return
    yield Proposal(
        commands=("HELO {client}",),
        achieves="Opens the session on a server that has no EHLO.",
        loses="All service extensions.",
        reference="RFC 5321 4.1.1.1",
    )


def _mail_first(case: Case) -> Iterator[Proposal]:
    recipient = () if case.verb == "RCPT" else ("RCPT TO:<{address}>",)
    line = line_again(case)
    if line:
        yield Proposal(
            commands=("MAIL FROM:<{mailbox}>", *recipient, line),
            achieves="Opens the mail transaction first.",
            reference="RFC 5321 3.3",
        )


def _recipient_first(case: Case) -> Iterator[Proposal]:
    line = line_again(case)
    if line:
        again = ("RSET", "MAIL FROM:<{mailbox}>") if case.verb == "BDAT" else ()
        yield Proposal(
            commands=(*again, "RCPT TO:<{address}>", line),
            achieves="Gives the mail transaction a recipient first.",
            reference="RFC 5321 4.1.1.4",
        )


def _reset_first(case: Case) -> Iterator[Proposal]:
    line = line_again(case)
    if line:
        yield Proposal(
            commands=("RSET", line),
            achieves=f"Ends the open transaction, then sends {case.shown_verb} again.",
            loses="The open mail transaction is dropped.",
            reference="RFC 5321 4.1.1.5",
        )


def _start_over(case: Case) -> Iterator[Proposal]:
    if case.exchange.after.hello is State.GREETED:
        # There is nothing to take back yet.
        yield from _hello_first(case)
        return
    yield Proposal(
        commands=("RSET",),
        achieves="Brings both sides back to a known point of the session.",
        reference="RFC 5321 4.1.1.5",
    )


def _spelled_right(case: Case) -> Iterator[Proposal]:
    near = case.near_verb
    if not near:
        return
    typed, argument = own_line(case), own_argument(case)
    line = f"{near} {argument}".rstrip()
    if glued_verb(case.verb):
        # The verb's next word is stuck to it: take it apart.
        rest = typed[len(near) :].lstrip("-_ ")
        line = corrected_line(near, rest) or f"{near} {rest}"
    yield Proposal(
        commands=(line,),
        achieves=f"Sends the verb {near}, with the same argument.",
        reference="RFC 5321 4.1.1",
    )


def _written_right(case: Case) -> Iterator[Proposal]:
    line = line_again(case)
    if line and line != own_line(case):
        yield Proposal(
            commands=(line,),
            achieves="The same command in the form of the standard.",
            reference="RFC 5321 4.1.1",
        )
    elif case.verb == "AUTH" and case.command is not None:
        yield from response_apart(case)
        yield from _listed_mechanism(case)
    elif mechanism := login_mechanism(case):
        yield Proposal(
            commands=(f"AUTH {mechanism}",),
            achieves="Begins the login again; each response is one line of base64.",
            reference="RFC 4954 4",
        )
    elif case.verb in {"EHLO", "HELO"}:
        yield Proposal(
            commands=(f"{case.verb} {{client}}",),
            achieves="The same command with the name of the client.",
            reference="RFC 5321 4.1.1.1",
        )


def login_mechanism(case: Case) -> str:
    """The mechanism of the login that a SASL response belongs to; empty for anything else."""
    if not isinstance(case.exchange.unit, SaslResponse):
        return ""
    begun = max(case.earlier("AUTH"), key=lambda each: each.number, default=None)
    if begun is None or not isinstance(begun.unit, Command):
        return ""
    return begun.unit.argument.split(" ")[0].upper()


def _fewer_parameters(case: Case) -> Iterator[Proposal]:
    if case.command is None or not case.command.parameters:
        return
    line = own_line(case)
    head = line[: end_of_path(line)]
    told = line[len(head) :].split()
    kept = [each for each in told if parameter_offered(case, each.split("=")[0].upper())]
    variants: list[list[str]] = [kept, []] if len(kept) < len(told) else [[]]
    for parameters in variants:
        yield Proposal(
            commands=(" ".join((head, *parameters)),),
            achieves="The same address without the parameters that were not offered."
            if parameters or len(variants) == 1
            else "The same address without any parameters.",
            loses="What the parameters asked for.",
            reference="RFC 5321 4.1.1.11",
        )


def _listed_mechanism(case: Case) -> Iterator[Proposal]:
    listed = case.exchange.after.capabilities
    if listed is None:
        return
    now = case.exchange.after
    asks = case.words is not None and case.words.cause == "auth-required"
    has_login = bool(listed.auth_mechanisms) or now.port in SUBMISSION_PORTS or asks
    if has_login and not now.tls and now.offers("STARTTLS"):
        yield Proposal(
            commands=("STARTTLS", "EHLO {client}"),
            achieves="Encrypts the connection first; then log in with a mechanism of the new list.",
            reference="RFC 3207 4.2; RFC 4954 13",
        )
    ranked = [name for name in _MECHANISMS if name in listed.auth_mechanisms]
    for name in (ranked or listed.auth_mechanisms)[:2]:
        yield Proposal(
            commands=(f"AUTH {name}",),
            achieves="Logs in with a mechanism from the server's own list.",
            loses=_READABLE if name in _PLAINTEXT and not now.tls else "",
            reference="RFC 4954 4",
        )


def _tls_first(case: Case) -> Iterator[Proposal]:
    line = line_again(case)
    # TLS ends a login (RFC 3207 section 4.2).
    needs_no_offer = case.verb in {"MAIL", "RCPT", "DATA", "RSET", "NOOP", "HELP"}
    is_same = needs_no_offer and not case.before.authenticated
    again = (line,) if line and is_same else ()
    if case.offers is None and case.command is not None and case.verb != "EHLO":
        yield Proposal(
            commands=("EHLO {client}",),
            achieves="Shows whether STARTTLS is offered here.",
            reference="RFC 3207 4",
        )
    yield Proposal(
        commands=("STARTTLS", "EHLO {client}", *again),
        achieves="Encrypts the connection and asks again what is offered.",
        reference="RFC 3207 4.2",
    )
    yield Proposal(
        action="reconnect",
        port=465,
        security="tls",
        achieves="Speaks TLS from the first octet.",
        reference="RFC 8314 3.3",
    )


def _log_in_first(case: Case) -> Iterator[Proposal]:
    yield from _listed_mechanism(case)
    if case.before.hello is not State.EHLO:
        yield Proposal(
            commands=("EHLO {client}",),
            achieves="Shows whether AUTH is offered, which only EHLO tells.",
            reference="RFC 4954 3",
        )
    yield from submission(case)


def _go_on(case: Case) -> Iterator[Proposal]:
    """What follows on a step that had been done already."""
    if case.exchange.after.state in {State.MAIL, State.RCPT}:
        yield Proposal(
            commands=("RSET",),
            achieves="Ends the open transaction, as a second EHLO would; the session stays open.",
            loses="The open mail transaction is dropped.",
            reference="RFC 5321 4.1.4",
        )
        return
    yield Proposal(
        goal="submit-message",
        commands=("MAIL FROM:<{mailbox}>",),
        achieves="Goes on with the session: what was asked for is in force.",
        reference="RFC 5321 3.3",
    )


def _again_alone(case: Case) -> Iterator[Proposal]:
    line = own_line(case)
    if line:
        yield Proposal(
            commands=(line,),
            achieves="The same command once more, this time after waiting for the reply.",
            reference="RFC 2920 3.1",
        )


def _fewer_errors(case: Case) -> Iterator[Proposal]:
    if matter_of(case, "too-many-errors"):
        # A limit over time: a new connection at once would meet it again.
        yield from again_later(case)
    else:
        yield from _new_connection(case)


def _new_connection(case: Case) -> Iterator[Proposal]:
    yield Proposal(
        action="other",
        what="Close this connection and begin again",
        achieves="A new connection starts without the errors of this one.",
        reference="RFC 5321 4.1.1.10",
    )


def _new_session(case: Case) -> Iterator[Proposal]:
    line = line_again(case)
    yield Proposal(
        commands=("EHLO {client}", line) if line else ("EHLO {client}",),
        achieves="Begins anew; send the next command before the server's time is up.",
        loses="TLS, the login and an open mail transaction have to be repeated.",
        reference="RFC 5321 4.5.3.2",
    )


def _out_of_step(case: Case) -> Iterator[Proposal]:
    yield from _start_over(case)
    yield from _new_connection(case)


def _other_hello(case: Case) -> Iterator[Proposal]:
    hello = "EHLO" if case.verb == "LHLO" else "LHLO"
    yield Proposal(
        commands=(f"{hello} {{client}}",),
        achieves="Opens the session in the protocol that this port speaks.",
        reference="RFC 2033 4.1",
    )


def _without_extensions(case: Case) -> Iterator[Proposal]:
    if case.verb in {"EHLO", "LHLO"}:
        yield Proposal(
            commands=("HELO {client}",),
            achieves="Opens the session in the way that every server knows.",
            loses="All service extensions.",
            reference="RFC 5321 3.2",
        )


def _other_security(case: Case) -> Iterator[Proposal]:
    yield Proposal(
        action="reconnect",
        port=465,
        security="tls",
        achieves="Speaks TLS from the first octet, on the port that expects it.",
        reference="RFC 8314 3.3",
    )
    yield from submission(case)


def find_out(case: Case) -> Iterator[Proposal]:
    """For a word that is no verb: what the server itself says it can do."""
    if case.command is None or case.is_command or not case.exchange.is_negative:
        return
    yield from _spelled_right(case)
    yield Proposal(
        goal="learn-commands",
        commands=("HELP",),
        achieves="Lists the commands of the server.",
        reference="RFC 5321 4.1.1.8",
    )
    is_ready = case.exchange.after.hello is State.EHLO
    yield Proposal(
        # Before EHLO that is the way to whatever the word was to reach.
        goal="learn-commands" if is_ready else "",
        commands=("EHLO {client}",),
        achieves="Shows which service extensions the server offers now.",
        loses="An open mail transaction would be dropped.",
        reference="RFC 5321 4.1.1.1",
    )


REPAIRS: dict[str, Repair] = {
    "need-ehlo-first": _hello_first,
    "helo-used-not-ehlo": _hello_first,
    "need-mail-first": _mail_first,
    "need-rcpt-first": _recipient_first,
    "in-transaction": _reset_first,
    "already-done": _go_on,
    "bad-sequence": _start_over,
    "misspelled-command": _spelled_right,
    "syntax-args": _written_right,
    "syntax-address": _written_right,
    "param-unsupported": _fewer_parameters,
    "auth-mechanism-unsupported": _listed_mechanism,
    "auth-requires-tls": _tls_first,
    "tls-required-first": _tls_first,
    "auth-required": _log_in_first,
    "auth-not-enabled": login_off,
    "wrong-port": submission,
    "relay-denied": _log_in_first,
    **REMEDIES,
    "pipelining-violation": _again_alone,
    "tls-temporary": again_later,
    "too-many-errors": _fewer_errors,
    "idle-timeout": _new_session,
    "data-desync": _out_of_step,
    "protocol-mismatch-lmtp": _other_hello,
    "protocol-mismatch-tls": _other_security,
    "old-server": _without_extensions,
    "command-not-implemented": _without_extensions,
}
