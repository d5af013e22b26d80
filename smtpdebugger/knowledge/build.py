"""Builders: one function for each kind of entry, from a checked Entry to its record."""

from dataclasses import replace

from smtpdebugger.knowledge import vocabulary as words
from smtpdebugger.knowledge.entry import Entry
from smtpdebugger.knowledge.model import (
    Alternative,
    Cause,
    ErrorLimit,
    EvidenceRule,
    Extension,
    Family,
    FindingRule,
    Fixes,
    Goal,
    GuidePoint,
    ReplyCode,
    Server,
    ServerReply,
    StatusPart,
    TextRule,
    Verb,
    VerificationStep,
)


def family(entry: Entry) -> Family:
    """A ``[family]`` table of causes/."""
    record = Family(
        id=entry.text("id"),
        title=entry.text("title"),
        summary=entry.text("summary"),
        order=entry.number("order"),
        source=entry.text("source"),
    )
    entry.finish()
    return record


def cause(entry: Entry, family_id: str) -> Cause:
    """A ``[[cause]]`` of a family's file."""
    record = Cause(
        id=entry.text("id"),
        family=family_id,
        title=entry.text("title"),
        explanation=entry.text("explanation"),
        sentence=entry.text("sentence"),
        fixes=_fixes(entry),
        prior=entry.weight("prior"),
        typical_codes=entry.numbers("typical_codes"),
        source=entry.text("source"),
    )
    matters = {one.text("id"): _matter(one, record) for one in entry.tables("matter")}
    entry.finish()
    _check_placeholders(entry, record)
    return replace(record, matters=matters) if matters else record


def _matter(entry: Entry, cause: Cause) -> Cause:
    """A ``[[cause.matter]]``: the cause in the words that fit one matter."""
    record = replace(
        cause,
        title=entry.text("title"),
        explanation=entry.text("explanation"),
        sentence=entry.text("sentence"),
        fixes=_fixes(entry),
        source=entry.text("source"),
    )
    entry.finish()
    _check_placeholders(entry, record)
    return record


def _fixes(entry: Entry) -> Fixes:
    fixes = entry.table("fixes")
    if fixes is None:
        raise entry.bad("fixes", "is missing")
    record = Fixes(
        sender=fixes.texts("sender", required=True),
        developer=fixes.texts("developer", required=True),
        administrator=fixes.texts("administrator", required=True),
    )
    fixes.finish()
    return record


def _check_placeholders(entry: Entry, record: Cause) -> None:
    told = (record.sentence, *record.fixes.sender, *record.fixes.developer)
    for text in (*told, *record.fixes.administrator):
        for name in words.foreign_placeholders(text, words.CAUSE_PLACEHOLDERS):
            raise entry.bad("sentence or fixes", f"use the unknown placeholder {{{name}}}")


def goal(entry: Entry) -> Goal:
    """A ``[[goal]]``."""
    record = Goal(
        id=entry.text("id"),
        title=entry.text("title"),
        summary=entry.text("summary"),
        source=entry.text("source"),
    )
    entry.finish()
    return record


def verb(entry: Entry) -> Verb:
    """A ``[[verb]]`` with its alternatives."""
    name = entry.text("verb")
    aim = entry.text("goal")
    legal = entry.texts("legal_states")
    for state in legal:
        if state not in words.STATES:
            raise entry.bad("legal_states", f"holds the unknown state {state!r}")
    record = Verb(
        verb=name,
        status=entry.choice("status", words.VERB_STATUSES),
        syntax=entry.text("syntax"),
        parameters=entry.text("parameters", ""),
        legal_states=legal,
        keyword=entry.text("keyword", ""),
        goal=aim,
        success_codes=entry.numbers("success_codes"),
        error_codes=entry.numbers("error_codes"),
        summary=entry.text("summary"),
        notes=entry.text("notes", ""),
        delivers=entry.flag("delivers"),
        reference=entry.text("reference"),
        since=entry.text("since", ""),
        obsoleted=entry.text("obsoleted", ""),
        alternatives=tuple(_alternative(one, aim) for one in entry.tables("alternatives")),
    )
    entry.finish()
    return record


def _alternative(entry: Entry, aim: str) -> Alternative:
    """One alternative of a verb; its goal is the verb's unless it names another."""
    record = Alternative(
        use=entry.text("use"),
        goal=entry.text("goal", aim),
        when=entry.texts("when"),
        action=entry.choice("action", words.ACTIONS),
        commands=entry.texts("commands"),
        port=entry.number("port", 0),
        security=entry.choice("security", words.SECURITIES, ""),
        what=entry.text("what", ""),
        achieves=entry.text("achieves"),
        loses=entry.text("loses", ""),
        delivers=entry.flag("delivers"),
        reference=entry.text("reference"),
    )
    entry.finish()
    for condition in record.when:
        if not words.is_condition(condition):
            raise entry.bad("when", f"holds the unknown condition {condition!r}")
    for text in (*record.commands, record.what):
        for name in words.foreign_placeholders(text, words.PLACEHOLDERS):
            raise entry.bad("commands or what", f"use the unknown placeholder {{{name}}}")
    if (record.action == "send") != bool(record.commands) and record.action != "reconnect":
        raise entry.bad("commands", "belong to the actions send and reconnect, and send needs some")
    if record.action == "other" and not record.what:
        raise entry.bad("what", "must say what to do when the action is other")
    return record


def extension(entry: Entry) -> Extension:
    """An ``[[extension]]``."""
    record = Extension(
        name=entry.text("name"),
        keyword=entry.text("keyword"),
        status=entry.choice("status", words.EXTENSION_STATUSES),
        keyword_parameters=entry.text("keyword_parameters"),
        verbs=entry.texts("verbs"),
        mail_parameters=entry.texts("mail_parameters"),
        rcpt_parameters=entry.texts("rcpt_parameters"),
        behaviour=entry.text("behaviour"),
        explain=entry.text("explain"),
        if_missing=entry.text("if_missing", ""),
        after_starttls=entry.choice("after_starttls", words.AFTER_STARTTLS, "same"),
        references=entry.texts("references", required=True),
    )
    entry.finish()
    return record


def reply_code(entry: Entry) -> ReplyCode:
    """A ``[[code]]`` of replies/codes.toml."""
    record = ReplyCode(
        code=entry.number("code"),
        severity=entry.choice("severity", words.SEVERITIES),
        title=entry.text("title"),
        meaning=entry.text("meaning"),
        retry=entry.choice("retry", words.RETRIES),
        advice=entry.text("advice"),
        category=entry.text("category"),
        status=entry.choice("status", words.CODE_STATUSES),
        given_for=entry.texts("given_for"),
        typical_causes=entry.texts("typical_causes"),
        source=entry.text("source"),
    )
    entry.finish()
    return record


def status_part(entry: Entry) -> StatusPart:
    """A class, subject or detail of replies/enhanced.toml."""
    record = StatusPart(
        code=entry.text("code"),
        title=entry.text("title"),
        meaning=entry.text("meaning"),
        typical_causes=entry.texts("typical_causes"),
        source=entry.text("source"),
        matter=entry.text("matter", ""),
    )
    entry.finish()
    return record


def text_rule(entry: Entry) -> TextRule:
    """A ``[[rule]]`` of replies/wording.toml; their order in the file is their order of use."""
    record = TextRule(
        phrases=entry.texts("phrases"),
        pattern=entry.text("pattern", ""),
        cause=entry.text("cause"),
        verbs=entry.texts("verbs"),
        codes=entry.numbers("codes"),
        vague=entry.flag("vague"),
        matter=entry.text("matter", ""),
        source=entry.text("source"),
    )
    if not record.phrases and not record.pattern:
        raise entry.bad("pattern", "neither phrases nor a pattern are given")
    entry.finish()
    return record


def evidence(entry: Entry) -> EvidenceRule:
    """An ``[[evidence]]`` of evidence/: a sentence and the weights of the causes."""
    weights = entry.table("weights")
    if weights is None:
        raise entry.bad("weights", "is missing")
    record = EvidenceRule(
        id=entry.text("id"), sentence=entry.text("sentence"), weights=weights.signed_weights()
    )
    entry.finish()
    return record


def refinements(entry: Entry) -> dict[str, tuple[str, ...]]:
    """The ``[refines]`` table of evidence/: finer causes and the coarse ones they refine."""
    return {cause: entry.texts(cause) for cause in entry.names()}


def server(entry: Entry) -> Server:
    """The ``[server]`` table of a file in servers/."""
    limit = entry.table("error_limit")
    answers = entry.table("answers")
    record = Server(
        id=entry.text("id"),
        name=entry.text("name"),
        kind=entry.text("kind"),
        banner=entry.texts("banner"),
        banner_generic=entry.flag("banner_generic"),
        ehlo_line=entry.texts("ehlo_line"),
        keywords=entry.texts("keywords"),
        keywords_optional=entry.texts("keywords_optional"),
        texts=entry.texts("texts"),
        answers={verb: answers.text(verb) for verb in answers.names()} if answers else {},
        based_on=entry.texts("based_on"),
        unknown_verb_reply=entry.text("unknown_verb_reply", ""),
        help_reply=entry.text("help_reply", ""),
        forgets_null_sender=entry.flag("forgets_null_sender"),
        starttls_at_once=entry.flag("starttls_at_once"),
        error_limit=_error_limit(limit) if limit else None,
        versions=entry.text("versions", ""),
        source=entry.text("source"),
    )
    entry.finish()
    return record


def _error_limit(entry: Entry) -> ErrorLimit:
    record = ErrorLimit(
        count=entry.number("count"),
        counts=entry.text("counts"),
        setting=entry.text("setting", ""),
        closing_reply=entry.text("closing_reply", ""),
    )
    entry.finish()
    return record


def server_reply(entry: Entry) -> ServerReply:
    """A ``[[reply]]`` of a file in servers/replies/."""
    record = ServerReply(
        wire=entry.text("wire"),
        pattern=entry.text("pattern"),
        code=entry.number("code", 0),
        commands=entry.texts("commands"),
        state=entry.choice("state", words.REPLY_STATES),
        cause=entry.text("cause"),
        condition=entry.text("condition"),
        setting=entry.text("setting", ""),
        lift=entry.text("lift", ""),
        exposes=entry.text("exposes", ""),
        generic=entry.flag("generic"),
        closes=entry.flag("closes"),
        source=entry.text("source"),
    )
    entry.finish()
    return record


def guide_point(entry: Entry) -> GuidePoint:
    """A ``[[point]]`` of guide/."""
    record = GuidePoint(
        id=entry.text("id"),
        part=entry.choice("part", words.GUIDE_PARTS),
        number=entry.number("number"),
        title=entry.text("title"),
        text=entry.text("text"),
        see=entry.text("see", ""),
        why=entry.text("why", ""),
        act=entry.texts("act"),
        wire=entry.texts("wire"),
        shown_at=entry.texts("shown_at", required=True),
        source=entry.text("source"),
    )
    entry.finish()
    for place in record.shown_at:
        kind, _, name = place.partition(":")
        if kind not in words.GUIDE_PLACES or not name:
            raise entry.bad("shown_at", f"holds the unknown place {place!r}")
    return record


def finding(entry: Entry) -> FindingRule:
    """A ``[[finding]]`` of findings/; its severity follows the demand where there is one."""
    demand = entry.choice("demand", tuple(words.DEMANDS))
    graded = words.DEMANDS[demand]
    told = entry.choice("severity", (*words.FINDING_SEVERITIES, ""), "")
    if graded and told:
        raise entry.bad("severity", f"follows from the demand {demand!r}: leave it out")
    record = FindingRule(
        id=entry.text("id"),
        demand=demand,
        severity=graded or told or "note",
        title=entry.text("title"),
        sentence=entry.text("sentence"),
        advice=entry.text("advice"),
        standard=entry.text("standard"),
        reference=entry.text("reference"),
    )
    entry.finish()
    return record


def step(entry: Entry) -> VerificationStep:
    """A ``[[step]]`` of verification/."""
    record = VerificationStep(
        id=entry.text("id"),
        title=entry.text("title"),
        tells=entry.text("tells"),
        action=entry.choice("action", words.STEP_ACTIONS),
        commands=entry.texts("commands", required=True),
        port=entry.number("port", 0),
        security=entry.choice("security", words.SECURITIES, ""),
        when=entry.texts("when"),
        verbs=entry.texts("verbs"),
        not_for=entry.texts("not_for"),
        codes=entry.numbers("codes"),
        outcomes=entry.texts("outcomes", required=True),
        errors=entry.number("errors", 0),
        reference=entry.text("reference"),
    )
    entry.finish()
    for condition in record.when:
        if not words.is_condition(condition):
            raise entry.bad("when", f"holds the unknown condition {condition!r}")
    for text in record.commands:
        for name in words.foreign_placeholders(text, words.STEP_PLACEHOLDERS):
            raise entry.bad("commands", f"use the unknown placeholder {{{name}}}")
        if text.split(" ")[0].upper() in words.NEVER_PROBED:
            raise entry.bad("commands", f"must not try out {text!r}")
    return record
