"""The manual's page about ``talk`` tells all there is, and what it tells is there."""

import argparse
import re

import pytest

from smtpdebugger import resources
from smtpdebugger.cli.talk.arguments import add_arguments
from smtpdebugger.cli.talk.directives import DIRECTIVES
from tests.cli.talk.support import MAIL, Talk, practice

PAGE = resources.path("manual", "talk.md").read_text(encoding="utf-8")


def options() -> list[str]:
    parser = argparse.ArgumentParser(add_help=False)
    add_arguments(parser)
    return [each for action in parser._actions for each in action.option_strings]


@pytest.mark.parametrize("option", options())
def test_every_option_is_told(option: str) -> None:
    assert f"`{option}" in PAGE


def test_every_option_that_is_told_is_there() -> None:
    told = set(re.findall(r"`(--[a-z0-9-]+)", PAGE)) - {"--format"}

    assert told <= {*options(), "--format"}


@pytest.mark.parametrize("name", [name for name in DIRECTIVES if name != "end"])
def test_every_directive_is_told(name: str) -> None:
    assert re.search(rf"^\| `:{name}\b", PAGE, re.MULTILINE)


def test_every_key_of_an_exchange_and_of_the_end_is_told(talk: Talk) -> None:
    with practice() as server:
        script = f"{MAIL}DATA\nx\n.\n{MAIL}BDAT 3 LAST\nx\n"
        told = talk(server.port, script, "--format", "json", "--allow-delivery").objects

    exchanges = PAGE.partition('`"type": "exchange"`')[2].partition('`"type": "diagnosis"`')[0]
    end = PAGE.partition('`"type": "end"`')[2]
    for each in told:
        page = {"exchange": exchanges, "end": end}.get(each["type"])
        assert page is None or all(f"`{key}`" in page for key in each if key != "type")
