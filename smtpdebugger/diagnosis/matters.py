"""A cause in the words that fit what the reply is about: a block list, a full mailbox, SPF …

The cause stays the same, so that programs can rely on its id; what people read becomes precise.
"""

from smtpdebugger.diagnosis.case import Case
from smtpdebugger.knowledge.model import Cause


def as_told(case: Case, cause: Cause) -> Cause:
    """The cause as its matter tells it, where the reply's words or its enhanced status code name
    one; the cause itself else."""
    return cause.matters.get(matter_of(case, cause.id), cause)


def cause_told(case: Case) -> str:
    """The cause that the words name clearly; empty where they do not."""
    return case.words.cause if case.words is not None and not case.words.vague else ""


def matter_of(case: Case, cause: str) -> str:
    """What a cause is about in this case, by its id among the cause's matters; empty where neither
    words nor code say it. The words come first: servers choose them with more care."""
    words = case.words
    told = words.matter if words is not None and words.cause == cause else ""
    if told and _may_be_seen(case, told):
        return told
    status = case.reply.enhanced_status
    parts = case.knowledge.enhanced(str(status)) if status else None
    detail = parts.detail if parts else None
    found = detail.matter if detail and cause in detail.typical_causes else ""
    return found if _may_be_seen(case, found) else ""


def _may_be_seen(case: Case, matter: str) -> bool:
    """Whether the server can know of the matter by now: nobody has read a message before DATA, and
    nobody has an account where nobody can log in."""
    if matter == "sender-rights" and _has_no_accounts(case):
        return False
    return matter not in _OF_CONTENT or case.verb in _WITH_CONTENT or not case.is_command


def _has_no_accounts(case: Case) -> bool:
    before, offers = case.before, case.offers
    return (
        offers is not None
        and not before.authenticated
        and before.port not in _SUBMISSION_PORTS
        and not {"AUTH", "STARTTLS"} & set(offers.keywords)
    )


_SUBMISSION_PORTS = frozenset({587, 465})
_OF_CONTENT = frozenset({"content", "message-form", "text-line"})
_WITH_CONTENT = frozenset({"DATA", "BDAT", ""})
