"""Evidence from the command line itself: is it a verb, is it well formed?"""

from collections.abc import Iterator

from smtpdebugger.diagnosis.case import REQUIRED, Case
from smtpdebugger.diagnosis.grammar import (
    glued_verb,
    problem_of_address,
    problem_of_blanks,
    problem_of_line,
    source_route,
)
from smtpdebugger.diagnosis.observation import Observation
from smtpdebugger.protocol.command import Command, SaslResponse
from smtpdebugger.protocol.sasl import MASK_OCTETS

_TOKENS = ("XOAUTH2", "OAUTHBEARER")

MOOT = 0.4
"""What is left of a malformed line's weight where the server calls the verb unknown."""

DEPRECATED = 0.6
"""How much a form means that the standard still allows and few servers take."""

LONGEST = 512
"""Octets of a command line with its end (RFC 5321 section 4.5.3.1.4)."""

_DISCLOSING = frozenset({"VRFY", "EXPN"})


def kind_of_verb(case: Case) -> Iterator[Observation]:
    """What kind of word stands where a verb should."""
    if case.command is None:
        return
    if not case.verb:
        yield Observation("empty-line")
        return
    record = case.record
    if record is None:
        yield from _unknown_word(case)
        return
    match record.status:
        case "keyword-not-command":
            yield Observation("keyword-as-command")
        case "obsolete":
            yield Observation("verb-obsolete")
        case "historic":
            yield Observation("verb-historic")
        case "vendor":
            yield Observation("verb-vendor")
        case "standard" | "extension":
            yield Observation("verb-standard")
            yield from _standard(case)


def _standard(case: Case) -> Iterator[Observation]:
    if case.verb in REQUIRED:
        yield Observation("verb-required")
        if case.may_lack_verb:
            yield Observation("required-verb-lacking")
    if case.verb in _DISCLOSING and case.code in {502, 550, 554}:
        yield Observation("verb-disclosing", strength=0.5 if case.code == 550 else 1.0)


def _unknown_word(case: Case) -> Iterator[Observation]:
    if is_header_like(case.verb) or not case.verb.isprintable():
        return
    if case.knowledge.extension(case.verb.split("=")[0]) is not None:
        yield Observation("keyword-as-command")
    elif near := case.near_verb:
        yield Observation("near-verb", values={"near": near})
    elif case.verb.startswith("X"):
        yield Observation("verb-private")
    else:
        yield Observation("verb-unknown")


def login(case: Case) -> Iterator[Observation]:
    """A login that was given up, or that sent nothing where a response was asked for."""
    response = case.exchange.unit
    if not isinstance(response, SaslResponse) or case.code < 400:
        return
    match response.octets.strip():
        case b"*":
            yield Observation("login-cancelled")
        case b"" if not _acknowledges(case):
            yield Observation("login-empty")


def _acknowledges(case: Case) -> bool:
    """Whether an empty response only acknowledges the error that a token met (RFC 7628 3.2.3)."""
    begun = case.session.answers("AUTH", case.number)
    unit = begun[-1].unit if begun else None
    return isinstance(unit, Command) and unit.argument.upper().startswith(_TOKENS)


def near_miss(case: Case) -> Iterator[Observation]:
    """A word the tables list as no command, because people often type it for one."""
    record = case.record
    if record is None or record.status != "not-smtp" or case.command is None:
        return
    if near := case.near_verb:
        yield Observation("near-verb", values={"near": near})


def form(case: Case) -> Iterator[Observation]:
    """Whether the line is of the form the standard gives."""
    command = case.command
    if command is None or case.record is None or not case.is_command:
        return
    blanks = problem_of_blanks(command.octets)
    problem = blanks or problem_of_line(command.verb, command.argument)
    if problem:
        values = {"syntax": case.record.syntax, "problem": problem}
        keyword = case.record.keyword
        missing = case.offers is not None and bool(keyword) and keyword not in case.offers
        is_moot = case.is_order_moot or (case.says_unknown and missing)
        yield Observation("malformed", values=values, strength=MOOT if is_moot else 1.0)
        return
    address = problem_of_address(command.verb, command.argument)
    if address:
        yield Observation("malformed-address", values={"problem": address})
        return
    if route := source_route(command.verb, command.argument):
        values = {"problem": f"the source route {route} is of an older day"}
        yield Observation("malformed-address", values=values, strength=DEPRECATED)
        return
    # Of a login only the server can tell whether its response is well formed.
    if case.verb not in {"HELP", "NOOP"} and (case.verb, " " in command.argument) != ("AUTH", True):
        yield Observation("well-formed")


def octets(case: Case) -> Iterator[Observation]:
    """Octets above 127, the line's length, and its end."""
    unit = case.exchange.unit
    if not isinstance(unit, Command):
        return
    # The mask that stands in place of a secret is ours, not the client's.
    is_ascii = unit.octets.replace(MASK_OCTETS, b"").isascii()
    # A known verb that the server lacks is not refused for what follows it.
    is_moot = case.is_order_moot and case.is_command
    yield Observation("ascii" if is_ascii else "eight-bit", strength=MOOT if is_moot else 1.0)
    length = len(unit.octets)
    # How long a masked secret was is not known any more.
    if MASK_OCTETS not in unit.octets:
        rule = "long-line" if length > LONGEST else "short-line"
        yield Observation(rule, values={"octets": length})
    if any(defect.name == "bare-lf" for defect in unit.defects):
        yield Observation("bare-line-end")


def is_header_like(word: str) -> bool:
    """Whether a word is the name of a header field with its colon."""
    name, colon, _ = word.partition(":")
    return bool(colon) and bool(name) and name.replace("-", "").isalnum() and not glued_verb(word)
