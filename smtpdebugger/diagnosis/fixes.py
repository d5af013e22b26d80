"""What to do about a cause, told for the session at hand."""

from collections.abc import Sequence

from smtpdebugger.diagnosis.case import Case
from smtpdebugger.diagnosis.model import Fixes
from smtpdebugger.diagnosis.wording import fitting_rows
from smtpdebugger.knowledge.model import Cause

_NOTHING = frozenset({"", "none", "nothing", "-"})


def fixes_of(case: Case, cause: Cause) -> Fixes:
    """The advice for each audience; the administrator's begins with the server's own setting."""
    return Fixes(
        sender=fill_all(case, cause.fixes.sender),
        developer=fill_all(case, cause.fixes.developer),
        administrator=(*settings(case, cause.id), *fill_all(case, cause.fixes.administrator)),
    )


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
    """A text of the tables with {verb}, {server} and {code} filled from the case."""
    name = case.server_name
    told = text.replace(". {server}", f". {name[:1].upper()}{name[1:]}")
    filled = (
        told.replace("{verb}", case.shown_verb)
        .replace("{server}", name)
        .replace("{code}", str(case.code or "this reply"))
    )
    return filled[:1].upper() + filled[1:] if text.startswith("{") else filled
