"""What to do about a cause, told for the session at hand."""

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from smtpdebugger.diagnosis.case import NAMELESS, Case
from smtpdebugger.diagnosis.model import Fixes
from smtpdebugger.diagnosis.sentences import in_protocol
from smtpdebugger.diagnosis.wording import fitting_rows
from smtpdebugger.knowledge.model import Cause
from smtpdebugger.protocol.state import SASL_RESPONSE

_SYNTAX = "syntax-args"
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
_INSTEAD: dict[tuple[str, str], tuple[str, Fixes]] = {
    ("helo-used-not-ehlo", "MAIL"): _HELO_PARAMETERS,
    ("helo-used-not-ehlo", "RCPT"): _HELO_PARAMETERS,
    ("already-done", "EHLO"): _HELLO_AGAIN,
    ("already-done", "HELO"): _HELLO_AGAIN,
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


def fixes_of(case: Case, cause: Cause) -> Fixes:
    """The advice for each audience; the administrator's begins with the server's own setting."""
    _, fixes = _INSTEAD.get((cause.id, case.exchange.verb), ("", cause.fixes))
    if cause.id in _WANT_TLS and _lacks_starttls(case):
        fixes = replace(fixes, sender=_NO_STARTTLS)
    return Fixes(
        sender=fill_all(case, fixes.sender),
        developer=fill_all(case, fixes.developer),
        administrator=(*settings(case, cause.id), *fill_all(case, fixes.administrator)),
    )


def _lacks_starttls(case: Case) -> bool:
    return case.offers is not None and "STARTTLS" not in case.offers and not case.before.tls


def sentence_for(case: Case, cause: Cause) -> str:
    """The cause in one sentence, in words that fit what was sent."""
    sentence, _ = _INSTEAD.get((cause.id, case.exchange.verb), (cause.sentence, None))
    return fill(case, sentence)


def settings(case: Case, cause: str) -> tuple[str, ...]:
    """The exact lines that lift a refusal on the server at hand, and what they would expose."""
    if not case.server.id:
        return ()
    told: dict[str, None] = {}
    for row in fitting_rows(case, case.server.id):
        if row.cause != cause or row.lift.strip().lower() in _NOTHING:
            continue
        where = case.server_name
        told[f"{where}: {row.lift.strip()}"] = None
        if row.exposes:
            told[f"Before you do: {row.exposes.strip().rstrip('.')}."] = None
    return tuple(told)


def fill_all(case: Case, texts: Sequence[str]) -> tuple[str, ...]:
    """Each text with its placeholders filled."""
    return tuple(fill(case, text) for text in texts)


def fill(case: Case, text: str) -> str:
    """A text of the tables with {verb}, {server}, {code} and {peer} filled from the case."""
    if "{" in text:
        code = str(case.code or "this reply")
        name = case.server_name
        is_named = name != NAMELESS
        text = _filled(text, case.shown_verb, name, code, case.peer, is_named=is_named)
    return in_protocol(case, text)


@lru_cache(maxsize=1024)
def _filled(text: str, verb: str, name: str, code: str, peer: str, *, is_named: bool) -> str:
    told = text if is_named else text.replace(". {server}", f". {name[:1].upper()}{name[1:]}")
    filled = (
        told.replace("{verb}", verb)
        .replace("{server}", name)
        .replace("{code}", code)
        .replace("{peer}", peer)
    )
    # A product is written as its makers write it, even where a sentence begins.
    if not text.startswith("{") or (is_named and text.startswith("{server}")):
        return filled
    return filled[:1].upper() + filled[1:]
