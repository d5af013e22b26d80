"""What a diagnosis is made of; all of it immutable and plain, for every face to show."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["", "again-later", "smaller", "in-parts"]
"""What a program has to do for an alternative that is no command: the same again after a while,
a smaller message, or fewer recipients at once."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A sentence that speaks for or against a cause, and the exchange it comes from."""

    sentence: str
    exchange: int = 0
    """0 where it comes from the session as a whole."""


@dataclass(frozen=True, slots=True)
class Fixes:
    """What each audience can do about a cause; sentences."""

    sender: tuple[str, ...] = ()
    developer: tuple[str, ...] = ()
    administrator: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RankedCause:
    """A possible cause with the probability this session's evidence gives it."""

    id: str
    family: str
    family_title: str
    title: str
    explanation: str
    sentence: str
    """The cause in one short sentence, for the line under a refusal."""
    probability: float
    evidence: tuple[Evidence, ...] = ()
    against: tuple[Evidence, ...] = ()
    fixes: Fixes = Fixes()


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another way to the same goal, possible now."""

    action: Literal["send", "reconnect", "other"]
    commands: tuple[str, ...] = ()
    """Lines to send one after the other (after the reconnection, if any), without line ends;
    ``{domain}`` and the like stand for what nobody knows yet (see ``missing``)."""
    port: int | None = None
    security: Literal["none", "starttls", "tls"] | None = None
    what: str = ""
    """For ``other``: what to do."""
    achieves: str = ""
    loses: str = ""
    delivers: bool = False
    """Whether following it to the end could deliver mail."""
    reference: str = ""
    missing: tuple[str, ...] = ()
    """Names of the placeholders in ``commands`` that a person has to fill in."""
    goal: str = ""
    """The id of the goal it reaches."""
    kind: Kind = ""

    @property
    def label(self) -> str:
        """The alternative as the name of a button."""
        if self.action == "send":
            return " · ".join(self.commands)
        if self.action == "reconnect":
            security = {"starttls": " with STARTTLS", "tls": " with TLS"}.get(
                self.security or "", ""
            )
            return " · ".join((f"Reconnect to port {self.port}{security}", *self.commands))
        return self.what


@dataclass(frozen=True, slots=True)
class Code:
    """What a developer writes for an alternative, in two libraries; each text runs as it is
    once its constants are filled in."""

    smtplib: str
    aiosmtplib: str
    """Empty where LMTP is spoken, which this library does not know."""


@dataclass(frozen=True, slots=True)
class Step:
    """A harmless experiment that would tell the leading causes apart."""

    id: str
    title: str
    tells: str
    """What one knows afterwards."""
    action: Literal["send", "reconnect"]
    commands: tuple[str, ...]
    """Lines to send one after the other (after the reconnection, if any), without line ends."""
    port: int | None = None
    security: Literal["none", "starttls", "tls"] | None = None
    """For ``reconnect``; None where it is not known and stays as it was."""
    separates: tuple[str, ...] = ()
    """The causes whose probability it can change, likeliest first."""
    errors: int = 0
    """How many refusals it may cost at most."""
    reference: str = ""
    missing: tuple[str, ...] = ()
    """Names of the placeholders in ``commands`` that a person has to fill in."""

    @property
    def label(self) -> str:
        """The step as the name of a button."""
        if self.action == "send":
            return " · ".join(self.commands)
        security = {"starttls": " with STARTTLS", "tls": " with TLS"}.get(self.security or "", "")
        where = f" to port {self.port}" if self.port else ""
        return " · ".join((f"Reconnect{where}{security}", *self.commands))


@dataclass(frozen=True, slots=True)
class Meaning:
    """What the reply code and the enhanced status code say, whoever sent them."""

    title: str
    meaning: str
    severity: str
    """The words of RFC 5321 4.2.1, such as ``permanent negative``."""
    is_permanent: bool
    category: str
    """What the second digit says: syntax, information, connections, mail system."""
    action: str
    """What has to happen before the command can succeed."""
    enhanced_title: str = ""
    enhanced_meaning: str = ""


@dataclass(frozen=True, slots=True)
class ServerGuess:
    """Which server software answered, by the evidence of the session."""

    id: str = ""
    name: str = "unknown"
    confidence: float = 0.0
    why: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GuidePoint:
    """A point of the guide to SMTP 502 that belongs to this reply."""

    id: str
    kind: str
    """cause | sender | developer | scenario | example | practice | meaning"""
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Finding:
    """Something worth saying of a session that is no refusal's cause: graded, cited, anchored."""

    rule: str
    """The id of its rule in findings/."""
    severity: str
    """error | warning | note, by the word of the reference: MUST, SHOULD, anything else."""
    title: str
    sentence: str
    exchange: int
    side: Literal["client", "server"]
    """Whose octets are meant."""
    start: int
    stop: int
    """Octets ``start`` up to ``stop`` of that side's command, message or reply."""
    advice: str
    standard: str
    """What the reference says."""
    reference: str


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """All that can be said about one reply."""

    exchange: int
    command: str
    """The client's line, secrets masked."""
    code: int | None
    enhanced: str | None
    text: str
    closed: bool
    """Whether the server closed the connection with or right after this reply."""
    meaning: Meaning
    causes: tuple[RankedCause, ...]
    """Most probable first; the probabilities sum to 1."""
    alternatives: tuple[Alternative, ...] = ()
    server: ServerGuess = ServerGuess()
    guide: tuple[GuidePoint, ...] = ()
    verification: tuple[Step, ...] = ()
    """Harmless steps that would tell the leading causes apart, the most telling first."""
    summary: str = ""
    """One sentence: the leading cause, in this session's words."""
