"""Diagnoses for a running session; what is needed for them is loaded at the first refusal."""

import re
from typing import TYPE_CHECKING

from smtpdebugger.session.exchange import Exchange
from smtpdebugger.session.session import Session

if TYPE_CHECKING:
    from smtpdebugger.diagnosis.model import Alternative, Diagnosis
    from smtpdebugger.knowledge.tables import Knowledge


class Explainer:
    """Gives the diagnosis of a refusal."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._knowledge: Knowledge | None = None

    def explain(self, exchange: Exchange) -> "Diagnosis | None":
        """Why an exchange was refused; None where it was not, or was not answered."""
        reply = exchange.reply
        if reply is None or reply.is_positive:
            return None
        from smtpdebugger.diagnosis.diagnose import diagnose

        if self._knowledge is None:
            self._knowledge = _load()
        return diagnose(self._session, exchange, self._knowledge)


def _load() -> "Knowledge":
    from smtpdebugger.knowledge.load import load_knowledge
    from smtpdebugger.knowledge.parsed import ParsedFiles, cache_file

    parsed = ParsedFiles(cache_file())
    knowledge = load_knowledge(parsed=parsed)
    parsed.keep()
    return knowledge


def in_one_line(diagnosis: "Diagnosis") -> str:
    """The leading cause, its probability, and the first alternative that can be followed."""
    if not diagnosis.causes:
        return diagnosis.meaning.title
    cause = diagnosis.causes[0]
    offers = (_offer(each) for each in diagnosis.alternatives)
    offer = next((each for each in offers if each), "")
    told = f"{cause.probability * 100:.0f} % {cause.id}: {cause.sentence}"
    return f"{told} Instead: {offer}" if offer else told


def _offer(alternative: "Alternative") -> str:
    if alternative.action == "other":
        return ""
    # What nobody knows yet stands in braces, as in “MAIL FROM:<{sender}>”.
    return re.sub(r"\{\w+\}", "…", alternative.label)
