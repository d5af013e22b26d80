"""What a reply code and an enhanced status code mean, whoever sends them."""

from smtpdebugger.diagnosis.model import Meaning
from smtpdebugger.knowledge.tables import Knowledge
from smtpdebugger.protocol.reply import Reply, Severity

_CATEGORIES = {
    0: "syntax",
    1: "information",
    2: "connections",
    3: "unspecified (3)",
    4: "unspecified (4)",
    5: "mail system",
}
_MEANINGS = {
    Severity.POSITIVE: "The server did what was asked.",
    Severity.INTERMEDIATE: "The server has understood so far and waits for what belongs to it.",
    Severity.TRANSIENT: "The server refused for now; the same command may succeed later.",
    Severity.PERMANENT: "The server refused; the same command will be refused again.",
    Severity.UNKNOWN: "The line does not begin with a reply code of SMTP.",
}
_ACTIONS = {
    Severity.POSITIVE: "Nothing: go on.",
    Severity.INTERMEDIATE: "Send what the server waits for.",
    Severity.TRANSIENT: "Wait, then try again unchanged.",
    Severity.PERMANENT: "Change the command, what comes before it, or the server.",
    Severity.UNKNOWN: "Check that the peer speaks SMTP at all.",
}


def meaning_of(reply: Reply, knowledge: Knowledge) -> Meaning:
    """The meaning of a reply's codes; what no table holds is read off the digits
    (RFC 5321 section 4.2.1)."""
    code = reply.code or 0
    severity = reply.severity
    record = knowledge.code(code)
    title, text = _enhanced(reply, knowledge)
    return Meaning(
        title=record.title if record else severity.value.capitalize(),
        meaning=record.meaning if record else _MEANINGS[severity],
        severity=severity.value,
        is_permanent=severity is Severity.PERMANENT,
        category=_CATEGORIES.get(code // 10 % 10, "unspecified") if code else "none",
        action=record.advice if record else _ACTIONS[severity],
        enhanced_title=title,
        enhanced_meaning=text,
    )


def _enhanced(reply: Reply, knowledge: Knowledge) -> tuple[str, str]:
    """Title and meaning of the enhanced status code: its detail, or else its subject."""
    status = reply.enhanced_status
    parts = knowledge.enhanced(str(status)) if status is not None else None
    if parts is None:
        return "", ""
    told = parts.detail or parts.subject or parts.status_class
    return (told.title, told.meaning) if told is not None else ("", "")
