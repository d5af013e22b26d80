"""What to do about a cause, told for the session at hand."""

from collections.abc import Hashable, Sequence
from typing import NamedTuple

from smtpdebugger.diagnosis.case import NAMELESS, Case
from smtpdebugger.diagnosis.model import Fixes
from smtpdebugger.diagnosis.peers import is_of_other_protocol
from smtpdebugger.diagnosis.sentences import is_begun_by_lhlo, with_lhlo
from smtpdebugger.diagnosis.server import CERTAIN
from smtpdebugger.diagnosis.wording import fitting_rows
from smtpdebugger.knowledge.model import Cause
from smtpdebugger.knowledge.tables import Knowledge
from smtpdebugger.protocol.state import SASL_RESPONSE, State

_SYNTAX = "syntax-args"
_FOREIGN = "of another protocol"
_HELLO_AGAIN = (
    "{server} had accepted EHLO or HELO before, and takes no second one.",
    Fixes(
        sender=("Go on with the session; to drop an open transaction send RSET.",),
        developer=(
            "Send EHLO once, and again only after STARTTLS; RSET is the way to start a "
            "transaction over (RFC 5321 section 4.1.4).",
        ),
        administrator=(
            "A second EHLO is allowed at any time and should work like RSET (RFC 5321 section "
            "4.1.4); look for an update.",
        ),
    ),
)
_HELO_PARAMETERS = (
    "The session was opened with HELO, and parameters exist only after EHLO.",
    Fixes(
        sender=("Begin with EHLO, or send the address without parameters.",),
        developer=(
            "Try EHLO first, and add parameters only where its reply offers their extension (RFC "
            "5321 section 2.2.1).",
        ),
        administrator=("Nothing to do on the server.",),
    ),
)
_OBSOLETE = "command-obsolete"
_DROPPED = "{verb} was dropped from SMTP long ago, and current servers no longer implement it."
_NOT_TURN = (
    _DROPPED,
    Fixes(
        sender=("Have waiting mail sent with ETRN, or with a login by ATRN, where it is offered.",),
        developer=("Remove {verb} from the program: no current server is obliged to know it.",),
        administrator=("Leave {verb} refused: it let any client fetch the mail of others.",),
    ),
)
_NOT_TO_TERMINALS = (
    _DROPPED,
    Fixes(
        sender=("Send MAIL in place of {verb}: mail goes to the mailbox, and to no terminal.",),
        developer=("Remove {verb} from the program: no current server is obliged to know it.",),
        administrator=(
            "Leave {verb} refused; if an old client still sends it, update that client.",
        ),
    ),
)
_NO_RECIPIENT = "need-rcpt-first"
_NONE_NAMED = "no RCPT"
_NO_MAIL = "need-mail-first"
_NONE_BEGUN = "no MAIL"
_OPEN_CHUNKS = "BDAT under way"
_AFTER_QUIT = "QUIT"
_CHUNKS = (
    "Part of the message had been sent with BDAT, and {verb} may not follow before it is whole.",
    Fixes(
        sender=(
            "End the message with BDAT … LAST, or drop it with RSET and begin with MAIL again.",
        ),
        developer=(
            "Name every recipient before the first chunk, and send all of a message with BDAT or "
            "all of it with DATA (RFC 3030 section 2).",
        ),
        administrator=("Nothing to do on the server.",),
    ),
)
_INSTEAD: dict[tuple[str, str], tuple[str, Fixes]] = {
    (_OBSOLETE, "TURN"): _NOT_TURN,
    (_OBSOLETE, "SEND"): _NOT_TO_TERMINALS,
    (_OBSOLETE, "SOML"): _NOT_TO_TERMINALS,
    (_OBSOLETE, "SAML"): _NOT_TO_TERMINALS,
    ("bad-sequence", _OPEN_CHUNKS): _CHUNKS,
    ("bad-sequence", _AFTER_QUIT): (
        "{verb} came after QUIT had ended the session.",
        Fixes(
            sender=("Connect again and begin with EHLO.",),
            developer=("Send QUIT last, wait for its reply and close the connection.",),
            administrator=("Nothing to do on the server.",),
        ),
    ),
    ("in-transaction", _OPEN_CHUNKS): _CHUNKS,
    (_NO_MAIL, _NONE_BEGUN): (
        "{verb} came without an accepted MAIL before it.",
        Fixes(
            sender=("Send MAIL FROM first and look at its reply.",),
            developer=(
                "Send MAIL anew for each message: RSET, a new EHLO, STARTTLS and the end of a "
                "message close the transaction (RFC 5321 section 3.3).",
            ),
            administrator=("Nothing to do on the server.",),
        ),
    ),
    (_NO_RECIPIENT, _NONE_NAMED): (
        "{verb} came before any recipient was named.",
        Fixes(
            sender=("Name a recipient with RCPT TO and see it accepted, then repeat {verb}.",),
            developer=(
                "Send RCPT for each recipient after MAIL, and {verb} only when at least one of "
                "them got a positive reply.",
            ),
            administrator=("Nothing to do on the server.",),
        ),
    ),
    ("helo-used-not-ehlo", "MAIL"): _HELO_PARAMETERS,
    ("helo-used-not-ehlo", "RCPT"): _HELO_PARAMETERS,
    ("already-done", "EHLO"): _HELLO_AGAIN,
    ("already-done", "HELO"): _HELLO_AGAIN,
    ("command-unknown", _FOREIGN): (
        "{verb} is a command of another protocol, and {server} does not know it.",
        Fixes(
            sender=(
                "For {verb}, connect to the service of its own protocol; to send mail, go on "
                "with SMTP here.",
            ),
            developer=(
                "Look which port the program connects to and which protocol it speaks there: the "
                "greeting tells them apart.",
            ),
            administrator=("Nothing to do on the server.",),
        ),
    ),
    (_SYNTAX, ""): (
        "An empty line is no command, and {server} refused it as one.",
        Fixes(
            sender=(
                "Nothing is lost: send the next command. To show that you are still there, send "
                "NOOP.",
            ),
            developer=(
                "Look for a line end too many: a command that ends with two, or the rest of a "
                "message sent after its last dot.",
            ),
            administrator=("Nothing to do on the server.",),
        ),
    ),
    (_SYNTAX, SASL_RESPONSE): (
        "The login was cancelled, or {server} got no SASL response that it could decode.",
        Fixes(
            sender=(
                "Begin the login again with AUTH and answer each 334; the password itself was "
                "not judged.",
            ),
            developer=(
                "Send each response as one line of base64 (RFC 4954 section 4), and a lone * "
                "only to give up.",
                "An empty response is right only where the mechanism has nothing to say.",
            ),
            administrator=(
                "Nothing to do, unless every client fails so: then look at the login back end's "
                "log.",
            ),
        ),
    ),
}
"""Where a cause stands under something that is no command, other words are needed."""

_WANT_TLS = frozenset({"auth-requires-tls", "tls-required-first"})
_NO_STARTTLS = (
    "This port offers no STARTTLS: connect to port 465 with TLS, or to 587, and log in there.",
)

_NOTHING = frozenset({"", "none", "nothing", "-"})


MOST_KEPT = 1024
"""Causes in words that are remembered."""


class Names(NamedTuple):
    """What the placeholders of the tables stand for in a case."""

    verb: str
    server: str
    code: str
    peer: str
    is_lmtp: bool
    """Whether the session was begun with LHLO."""


class Words(NamedTuple):
    """A cause in words that fit what was sent."""

    explanation: str
    sentence: str
    """The cause in one sentence."""
    fixes: Fixes


def _place(case: Case, cause: Cause) -> tuple[str, str]:
    """By what other words for a cause are found: mostly the verb."""
    if case.state is State.CLOSED and (cause.id, _AFTER_QUIT) in _INSTEAD:
        return cause.id, _AFTER_QUIT
    if case.state is State.BDAT and (cause.id, _OPEN_CHUNKS) in _INSTEAD:
        return cause.id, _OPEN_CHUNKS
    if cause.id == _NO_RECIPIENT and not case.is_cut and case.last_refused("RCPT") is None:
        return cause.id, _NONE_NAMED
    if cause.id == _NO_MAIL and not case.is_cut and case.last_refused("MAIL") is None:
        return cause.id, _NONE_BEGUN
    if (cause.id, _FOREIGN) in _INSTEAD and is_of_other_protocol(case):
        return cause.id, _FOREIGN
    return cause.id, case.exchange.verb


def words_for(case: Case, cause: Cause) -> Words:
    """A cause told for the session at hand; the administrator's advice begins with the server's
    own setting. The same few causes are told the same few ways to thousands of refusals."""
    names = case.derived(names_of)
    if not _asks_for_verb(cause):
        names = names._replace(verb="")
    is_bare = cause.id in _WANT_TLS and _lacks_starttls(case)
    place = _place(case, cause)
    instead = _INSTEAD.get(place)
    kept = case.knowledge.derived(_kept)
    # The tables hold their causes as long as what is kept here.
    key = (id(cause), instead and place, names, is_bare)
    words = kept.get(key)
    if words is None:
        if len(kept) >= MOST_KEPT:
            kept.clear()
        sentence, fixes = instead or (cause.sentence, cause.fixes)
        words = kept[key] = Words(
            _filled(cause.explanation, names),
            _filled(sentence, names),
            Fixes(
                _all_filled(_NO_STARTTLS if is_bare else fixes.sender, names),
                _all_filled(fixes.developer, names),
                _all_filled(fixes.administrator, names),
            ),
        )
    own = settings(case, cause.id)
    if not own:
        return words
    fixes = words.fixes
    return words._replace(fixes=Fixes(fixes.sender, fixes.developer, (*own, *fixes.administrator)))


def _kept(_: Knowledge) -> dict[Hashable, Words]:
    return {}


def _asks_for_verb(cause: Cause) -> bool:
    fixes = cause.fixes
    told = (*fixes.sender, *fixes.developer, *fixes.administrator)
    return "{verb}" in "".join((cause.explanation, cause.sentence, *told))


def _lacks_starttls(case: Case) -> bool:
    return case.offers is not None and "STARTTLS" not in case.offers and not case.before.tls


def settings(case: Case, cause: str) -> tuple[str, ...]:
    """The exact lines that lift a refusal on the server at hand, and what they would expose."""
    if not case.server.id:
        return ()
    told: dict[str, None] = {}
    for row in fitting_rows(case, case.server.id):
        if row.cause != cause:
            continue
        name = case.server.name
        where = name if case.server.confidence >= CERTAIN else f"If this is {name}"
        if row.lift.strip().lower() in _NOTHING:
            if row.setting.strip().lower() not in _NOTHING:
                told[f"{where}: look at {row.setting.strip().rstrip('.')}."] = None
            continue
        told[f"{where}: {row.lift.strip()}"] = None
        if row.exposes:
            told[f"Before you do: {row.exposes.strip().rstrip('.')}."] = None
    return tuple(told)


def names_of(case: Case) -> Names:
    """What the placeholders stand for."""
    return Names(
        verb=case.shown_verb,
        server=case.server_name,
        code=str(case.code or "this reply"),
        peer=case.peer,
        is_lmtp=is_begun_by_lhlo(case),
    )


def fill(case: Case, text: str) -> str:
    """A text of the tables with {verb}, {server}, {code} and {peer} filled from the case."""
    return _filled(text, case.derived(names_of))


def _all_filled(texts: Sequence[str], names: Names) -> tuple[str, ...]:
    return tuple([_filled(text, names) for text in texts])


def _filled(text: str, names: Names) -> str:
    if "{" in text:
        text = _with_names(text, names)
    return with_lhlo(text) if names.is_lmtp else text


def _with_names(text: str, names: Names) -> str:
    name, is_named = names.server, names.server != NAMELESS
    told = text if is_named else text.replace(". {server}", f". {name[:1].upper()}{name[1:]}")
    filled = (
        told.replace("{verb}", names.verb)
        .replace("{server}", name)
        .replace("{code}", names.code)
        .replace("{peer}", names.peer)
    )
    # A product is written as its makers write it, even where a sentence begins.
    if not text.startswith("{") or (is_named and text.startswith("{server}")):
        return filled
    return filled[:1].upper() + filled[1:]
