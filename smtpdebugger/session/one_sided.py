"""Traces of one side: replies that a terminal or log shows without the commands they answer."""

from smtpdebugger.session.session import Session

_REFUSAL = 400
_LOOKED_AT = 100
"""Exchanges by which a trace of one side is told."""


def is_one_sided(session: Session, numbers: range) -> bool:
    """Whether an imported trace shows, in these exchanges, the server's side alone.

    A greeting that something follows unasked, such as a notice of closing, makes none yet.
    """
    if session.header.origin != "import":
        return False
    seen = [session.exchange(number) for number in numbers[:_LOOKED_AT]]
    replies = [each for each in seen if not each.is_greeting]
    is_dialogue = len(replies) > 1 or any((each.code or 0) < _REFUSAL for each in replies)
    return is_dialogue and all(each.unit is None for each in seen)
