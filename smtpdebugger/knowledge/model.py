"""The records of the knowledge tables: one frozen dataclass for each kind of entry.

They hold what the TOML files under resources/ say, and nothing else. Texts for people may hold
placeholders in braces: causes use ``{verb}``, ``{server}`` and ``{code}``; the commands of an
alternative use ``{address}`` (a full mailbox without angle brackets), ``{mailbox}`` (the sender's),
``{domain}``, ``{client}`` (our EHLO name), ``{argument}`` (what followed the verb) and
``{octets}`` (a chunk size).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Family:
    """A group of causes that a person reads first; ``order`` counts from 1 in reading order."""

    id: str
    title: str
    summary: str
    order: int
    source: str


@dataclass(frozen=True, slots=True)
class Fixes:
    """What each of the three audiences can do about a cause, best advice first."""

    sender: tuple[str, ...]
    developer: tuple[str, ...]
    administrator: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cause:
    """One specific reason for a refusal; ``prior`` is a weight above 0, not a probability."""

    id: str
    family: str
    title: str
    explanation: str
    sentence: str
    fixes: Fixes
    prior: float
    typical_codes: tuple[int, ...]
    source: str
    matters: Mapping[str, "Cause"] = field(default_factory=dict)
    """The same cause told for what the words of a reply are about, by TextRule.matter."""


@dataclass(frozen=True, slots=True)
class Goal:
    """What a person wants to reach with a verb, whatever the verb."""

    id: str
    title: str
    summary: str
    source: str


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another way to a verb's goal; all of ``when`` must hold (see vocabulary.CONDITIONS).

    ``action`` is ``send`` (commands in this session), ``reconnect`` (to ``port`` with
    ``security``, 0 and "" meaning unchanged) or ``other`` (then ``what`` says it).
    """

    use: str
    goal: str
    when: tuple[str, ...]
    action: str
    commands: tuple[str, ...]
    port: int
    security: str
    what: str
    achieves: str
    loses: str
    delivers: bool
    reference: str


@dataclass(frozen=True, slots=True)
class Verb:
    """One verb. ``keyword`` is the EHLO keyword it needs, or "" when it needs none."""

    verb: str
    status: str
    syntax: str
    parameters: str
    legal_states: tuple[str, ...]
    keyword: str
    goal: str
    success_codes: tuple[int, ...]
    error_codes: tuple[int, ...]
    summary: str
    notes: str
    delivers: bool
    reference: str
    since: str
    obsoleted: str
    alternatives: tuple[Alternative, ...]


@dataclass(frozen=True, slots=True)
class Extension:
    """One service extension, with the fields RFC 5321 section 2.2.2 asks of a definition."""

    name: str
    keyword: str
    status: str
    keyword_parameters: str
    verbs: tuple[str, ...]
    mail_parameters: tuple[str, ...]
    rcpt_parameters: tuple[str, ...]
    behaviour: str
    explain: str
    if_missing: str
    after_starttls: str
    references: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReplyCode:
    """A three-digit reply code. ``retry`` is yes, no, later or after-change."""

    code: int
    severity: str
    title: str
    meaning: str
    retry: str
    advice: str
    category: str
    status: str
    given_for: tuple[str, ...]
    typical_causes: tuple[str, ...]
    source: str


@dataclass(frozen=True, slots=True)
class StatusPart:
    """A class ("5"), subject ("X.5") or detail ("X.5.1") of RFC 3463, with its meaning."""

    code: str
    title: str
    meaning: str
    typical_causes: tuple[str, ...]
    source: str
    matter: str = ""
    """What the typical causes are about, by its id among theirs."""


@dataclass(frozen=True, slots=True)
class EnhancedCode:
    """An enhanced status code taken apart; a part nobody registered is None."""

    code: str
    status_class: StatusPart | None
    subject: StatusPart | None
    detail: StatusPart | None


@dataclass(frozen=True, slots=True)
class TextRule:
    """A reply text that hints at a cause on any server; empty ``verbs``/``codes`` mean all."""

    phrases: tuple[str, ...]
    """Plain words in small letters; any of them will do, and so will the pattern."""
    pattern: str
    cause: str
    verbs: tuple[str, ...]
    """Among them ``connect`` for a reply to no command at all."""
    codes: tuple[int, ...]
    vague: bool
    """Words that servers use for many reasons."""
    matter: str
    """Which matter of its cause the words are about; empty where they do not tell."""
    source: str


@dataclass(frozen=True, slots=True)
class EvidenceRule:
    """Something observable in a session and what it says of each cause.

    ``weights`` are natural logarithms of odds by cause id; the key ``@`` stands for the cause that
    the observation itself names. ``sentence`` may hold any placeholders the observation fills.
    """

    id: str
    sentence: str
    weights: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class ErrorLimit:
    """How many errors a server bears before it closes; ``count`` 0 means no known limit."""

    count: int
    counts: str
    setting: str
    closing_reply: str


@dataclass(frozen=True, slots=True)
class ServerReply:
    """A reply a known server gives: when, why, and the setting that leads to it.

    ``commands`` holds verbs, and vocabulary.EVENTS for what is not a verb. ``lift`` is the line
    to change on the server, ``exposes`` what that change would open.
    """

    wire: str
    pattern: str
    code: int
    commands: tuple[str, ...]
    state: str
    cause: str
    condition: str
    setting: str
    lift: str
    exposes: str
    generic: bool
    closes: bool
    source: str


@dataclass(frozen=True, slots=True)
class Server:
    """How to recognise one server program. ``banner`` and ``ehlo_line`` are regexes.

    ``keywords`` is the order of its EHLO reply, of which those in ``keywords_optional`` may be
    missing; ``texts`` are fragments of its replies. It also answers as those in ``based_on``.
    """

    id: str
    name: str
    kind: str
    banner: tuple[str, ...]
    banner_generic: bool
    ehlo_line: tuple[str, ...]
    keywords: tuple[str, ...]
    keywords_optional: tuple[str, ...]
    texts: tuple[str, ...]
    answers: Mapping[str, str]
    """By verb, a regex of the first line with which it is accepted: these words are no setting."""
    based_on: tuple[str, ...]
    unknown_verb_reply: str
    """How a word that is no command is refused, ``{name}`` for what differs; empty if unknown."""
    help_reply: str
    forgets_null_sender: bool
    """MAIL FROM:<> is accepted, and RCPT after it refused for want of MAIL."""
    starttls_at_once: bool
    """STARTTLS is taken right after EHLO only, and not after a login or a transaction was begun."""
    error_limit: ErrorLimit | None
    versions: str
    source: str


@dataclass(frozen=True, slots=True)
class GuidePoint:
    """One point of the guide to 502. ``shown_at`` holds references such as ``verb:AUTH``.

    ``part`` is meaning, cause, sender, developer, scenario, example or practice. Scenarios also
    fill ``see``, ``why`` and ``act``; examples fill ``wire``.
    """

    id: str
    part: str
    number: int
    title: str
    text: str
    see: str
    why: str
    act: tuple[str, ...]
    wire: tuple[str, ...]
    shown_at: tuple[str, ...]
    source: str


@dataclass(frozen=True, slots=True)
class FindingRule:
    """Something worth saying of a session, graded by what its reference demands.

    ``demand`` is the word the reference uses (see vocabulary.DEMANDS); ``severity`` is error,
    warning or note. ``sentence`` may hold the placeholders its sighting fills; ``standard`` tells
    what the reference says, verbatim where it stands in quotation marks.
    """

    id: str
    demand: str
    severity: str
    title: str
    sentence: str
    advice: str
    standard: str
    reference: str


@dataclass(frozen=True, slots=True)
class VerificationStep:
    """A harmless experiment that tells causes apart; all of ``when`` must hold.

    ``outcomes`` are the evidence rules it can lead to; how much it is worth for a refusal follows
    from their weights. ``errors`` is how many refusals it may cost at most. ``commands`` may also
    use ``{line}`` (the refused command again), ``{bare}`` (the same without parameters) and
    ``{plain}`` (its verb in its simplest form).
    Empty ``verbs`` and ``codes`` mean all; ``not_for`` excepts verbs.
    """

    id: str
    title: str
    tells: str
    action: str
    commands: tuple[str, ...]
    port: int
    security: str
    when: tuple[str, ...]
    verbs: tuple[str, ...]
    not_for: tuple[str, ...]
    codes: tuple[int, ...]
    outcomes: tuple[str, ...]
    errors: int
    reference: str
