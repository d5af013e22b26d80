"""Colour rules: which rows of a transcript have which colour, as lines of text and as filters."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from smtpdebugger.session.filter import Filter, read_filter
from smtpdebugger.session.filter_words import FilterError


class Colour(NamedTuple):
    """A colour by the tokens that make it, in every theme."""

    name: str
    text: str
    ground: str


COLOURS = {
    each.name: each
    for each in (
        Colour("red", "negative", "negative_surface"),
        Colour("amber", "warning", "warning_surface"),
        Colour("green", "positive", "positive_surface"),
        Colour("blue", "command", "command_surface"),
        Colour("violet", "event", "event_surface"),
        Colour("grey", "muted", "muted_surface"),
    )
}
"""The colours to choose from, by name."""


class ColourRule(NamedTuple):
    """Rows that a filter lets through have a colour."""

    colour: Colour
    filter_text: str

    @property
    def problem(self) -> str:
        """What is wrong with the filter, as a sentence; empty where nothing is."""
        try:
            return "" if read_filter(self.filter_text) else "A filter is missing."
        except FilterError as error:
            return error.reason

    @property
    def filter(self) -> Filter | None:
        """The filter; None where it cannot be read."""
        return None if self.problem else read_filter(self.filter_text)


def read_rules(text: str) -> list[ColourRule]:
    """The rules in lines of a colour and a filter; lines with another first word are left out."""
    return list(_rules(text))


def written(rules: Iterable[ColourRule]) -> str:
    """The lines of rules, as ``read_rules`` reads them."""
    return "\n".join(f"{rule.colour.name} {' '.join(rule.filter_text.split())}" for rule in rules)


def _rules(text: str) -> Iterator[ColourRule]:
    for line in text.splitlines():
        name, _, filter_text = line.strip().partition(" ")
        if name in COLOURS:
            yield ColourRule(COLOURS[name], filter_text.strip())
