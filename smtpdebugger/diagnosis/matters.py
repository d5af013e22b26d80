"""A cause in the words that fit what the reply is about: a block list, a full mailbox, SPF …

The cause stays the same, so that programs can rely on its id; what people read becomes precise.
"""

from smtpdebugger.diagnosis.case import Case
from smtpdebugger.knowledge.model import Cause


def as_told(case: Case, cause: Cause) -> Cause:
    """The cause as its matter tells it, where the reply's words name one; the cause itself else."""
    words = case.words
    if words is None or words.cause != cause.id:
        return cause
    return cause.matters.get(words.matter, cause)
