"""Advice on a command line before it is sent: is it a command, legal now, offered, complete?

The same knowledge that explains a refusal can warn of it. ``advise`` is a pure function of the
situation and the line; without the knowledge tables it still knows the state table.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from smtpdebugger.diagnosis.advice_arguments import (
    Found,
    Level,
    check_arguments,
    human_size,
    used_extensions,
)
from smtpdebugger.protocol.command import Command, read_command
from smtpdebugger.protocol.state import LEGAL, VERBS, State
from smtpdebugger.session.situation import Situation

if TYPE_CHECKING:
    # Only for types: the composer advises before the tables are loaded.
    from smtpdebugger.knowledge.model import Verb
    from smtpdebugger.knowledge.tables import Knowledge


class Advice(NamedTuple):
    """What is to be said of a line before it is sent."""

    level: Level = "note"
    """``ok``: nothing speaks against it; ``warning``: a refusal, or a delivery, is to be expected;
    ``note``: worth knowing, or the line is not complete yet."""
    sentence: str = ""
    syntax: str = ""
    """How the command is written, or empty where nobody knows."""
    reference: str = ""
    """RFC and section."""


class _Line(NamedTuple):
    situation: Situation
    text: str
    command: Command
    entry: "Verb | None"
    knowledge: "Knowledge | None"
    refused: Mapping[str, int]

    @property
    def verb(self) -> str:
        return self.command.verb


_NEVER_AGAIN = frozenset({500, 502, 521})
# Facts needed in the moments before the tables are loaded; every other keyword is its own verb.
_KEYWORDS = {"BDAT": "CHUNKING", "STARTTLS": "STARTTLS", "AUTH": "AUTH", "ETRN": "ETRN"}
_EXTENDED = frozenset(verb for verb, states in LEGAL.items() if states == {State.EHLO})
_TRANSACTION = frozenset({State.MAIL, State.RCPT})
_READY = frozenset({State.HELO, State.EHLO})


def advise(
    situation: Situation,
    line: str,
    knowledge: "Knowledge | None" = None,
    refused: Mapping[str, int] | None = None,
) -> Advice:
    """What to expect if ``line`` (without its end) were sent now. Never raises.

    ``refused`` maps verbs to the code of the last reply they got in this situation.
    """
    command = read_command(line.encode("utf-8", "surrogateescape"))
    if not command.verb:
        return Advice()
    entry = None if knowledge is None else knowledge.verb(command.verb)
    subject = _Line(situation, line, command, entry, knowledge, refused or {})
    level, sentence = _first(subject)
    if entry is None:
        return Advice(level, sentence)
    return Advice(level, sentence, entry.syntax, entry.reference)


def keyword_of(verb: str, knowledge: "Knowledge | None") -> str:
    """The EHLO keyword a verb needs, or an empty string."""
    entry = None if knowledge is None else knowledge.verb(verb)
    return _KEYWORDS.get(verb, "") if entry is None else entry.keyword


def out_of_sequence(situation: Situation, verb: str) -> str:
    """Why the state does not let a verb be sent now, in a sentence; empty where it does."""
    if situation.permits(verb):
        return ""
    if not situation.is_open:
        return "The connection is closed: connect first"
    fixed = {
        State.CONNECTED: "The server has not greeted yet: wait for its 220",
        State.DATA: "The server reads mail data now and would take this as part of the message",
        State.AUTH: "The server waits for a SASL response; a lone * ends the login",
        State.BDAT: "A message is under way in chunks: BDAT … LAST ends it, RSET drops it",
    }
    state = situation.state
    return fixed.get(state) or _misplaced(situation, verb)


def _misplaced(situation: Situation, verb: str) -> str:
    state = situation.state
    if verb == "STARTTLS" and situation.tls:
        return "TLS is on already"
    if verb == "AUTH" and situation.authenticated:
        return "You are logged in already; a session takes one login (RFC 4954 4)"
    if state is State.GREETED:
        again = " again: TLS began anew" if situation.before_tls is not None else ""
        return f"{verb} must come after EHLO{again}"
    if state is State.HELO and verb in _EXTENDED:
        return f"{verb} needs EHLO; this session was opened with HELO"
    if state in _TRANSACTION:
        if verb == "MAIL":
            return "A mail transaction is open already: RSET drops it"
        after_recipient = verb in {"DATA", "BDAT", "BURL"}
        return f"{verb} must come after " + (
            "RCPT" if after_recipient else "the mail transaction: RSET drops it"
        )
    if state in _READY and verb in {"RCPT", "DATA", "BDAT", "BURL"}:
        return f"{verb} must come after " + ("MAIL" if verb == "RCPT" else "MAIL and RCPT")
    return f"{verb} is out of place now"


def _first(line: _Line) -> tuple[Level, str]:
    for check in (_closed, _unfinished, _not_a_command, _sequence, _not_offered, _refused_before):
        found = check(line)
        if found is not None:
            return found
    return (
        check_arguments(line.situation, line.command, line.knowledge)
        or _consequence(line)
        or ("ok", _praise(line))
    )


def _closed(line: _Line) -> Found:
    if line.situation.is_open:
        return None
    return "warning", out_of_sequence(line.situation, line.verb)


def _unfinished(line: _Line) -> Found:
    if any(sign.isspace() for sign in line.text.lstrip()) or line.verb in VERBS:
        return None
    if line.entry is not None:
        return None
    words = [verb for verb in LEGAL if verb.startswith(line.verb)]
    legal = [verb for verb in words if line.situation.permits(verb)]
    return ("note", "Tab: " + ", ".join((legal or words)[:4])) if words else None


def _not_a_command(line: _Line) -> Found:
    status = "" if line.entry is None else line.entry.status
    if status == "keyword-not-command":
        return "warning", f"Not a command: {line.verb} is an EHLO keyword{_whether_offered(line)}"
    if status == "not-smtp":
        return "warning", f"{line.verb} is not an SMTP command: {_of_what(line)}"
    if status in {"obsolete", "historic"} and not line.situation.offers(line.verb):
        return "warning", f"{line.verb} is obsolete: hardly any server still takes it"
    if line.entry is not None or line.verb in VERBS or line.verb in line.situation.helped:
        return None
    return _unknown(line)


def _unknown(line: _Line) -> Found:
    if line.knowledge is None:
        return "note", f"{line.verb} is not among the commands of SMTP"
    extension = line.knowledge.extension(line.verb)
    if extension is not None:
        verbs = " or ".join(extension.verbs)
        instead = f"; its command is {verbs}" if verbs else ""
        return "warning", f"Not a command: {line.verb} is an EHLO keyword{instead}"
    nearest = line.knowledge.nearest_verb(line.verb)
    if nearest is not None:
        return "warning", f"{line.verb} is not a command: did you mean {nearest.verb}?"
    return "warning", f"{line.verb} is not a command of SMTP"


def _whether_offered(line: _Line) -> str:
    if line.situation.capabilities is None:
        return ""
    return " (offered here)" if line.situation.offers(line.verb) else " (not even offered here)"


def _of_what(line: _Line) -> str:
    return line.entry.summary.rstrip(".") if line.entry and line.entry.summary else "unknown"


def _sequence(line: _Line) -> Found:
    reason = out_of_sequence(line.situation, line.verb)
    return ("warning", reason) if reason else None


def _not_offered(line: _Line) -> Found:
    keyword = keyword_of(line.verb, line.knowledge)
    now = line.situation
    if not keyword or now.offers(keyword):
        return None
    if now.capabilities is None:
        reason = f"{line.verb} needs {keyword}, and only EHLO tells whether the server has it"
    elif now.before_tls is not None and keyword in now.before_tls:
        reason = f"{line.verb} needs {keyword}, which was offered before TLS only"
    elif keyword == "AUTH" and not now.tls and now.offers("STARTTLS"):
        reason = "AUTH is not offered here; many servers offer it after STARTTLS"
    elif keyword == line.verb:
        reason = f"{line.verb} was not offered by this server"
    else:
        reason = f"{line.verb} needs {keyword}, which this server did not offer"
    return "warning", reason


def _refused_before(line: _Line) -> Found:
    code = line.refused.get(line.verb)
    if code not in _NEVER_AGAIN:
        return None
    return "warning", f"{line.verb} was answered {code} before; the same is to be expected"


def _consequence(line: _Line) -> Found:
    verb, state = line.verb, line.situation.state
    last_chunk = verb == "BDAT" and line.command.argument.upper().endswith("LAST")
    if verb == "DATA" or last_chunk:
        return "warning", "Could deliver mail: the message goes to its recipients"
    if verb in {"EHLO", "HELO", "LHLO"} and state in _TRANSACTION:
        return "note", f"{verb} also drops the open mail transaction"
    return None


def _praise(line: _Line) -> str:
    used = [*used_extensions(line.command, line.knowledge)]
    keyword = keyword_of(line.verb, line.knowledge)
    if line.verb == "AUTH":
        used = [line.command.argument.split(None, 1)[0].upper()]
    elif keyword:
        used = [keyword]
    if not used:
        return "Legal now"
    capabilities = line.situation.capabilities
    limit = capabilities.size_limit if capabilities else None
    most = f" (max {human_size(limit)})" if limit is not None and "SIZE" in used else ""
    return f"{' and '.join(used)} {'is' if len(used) == 1 else 'are'} offered{most}"
