"""Every recipe is sound: nothing unfilled, no port twice, no secret in a log."""

from __future__ import annotations

import re
from itertools import count

import pytest

from tests.interop import lab, recipe


@pytest.mark.parametrize("name", recipe.names())
def test_every_word_of_the_templates_is_filled(name: str) -> None:
    loaded = recipe.load(name)
    numbers = count(40001)
    ports = {endpoint.name: next(numbers) for endpoint in loaded.endpoints}
    rendered = loaded.rendered(ports)
    texts = {**rendered.files, "before.sh": rendered.before, "daemons": "\n".join(rendered.daemons)}
    for path, text in texts.items():
        assert not re.search(r"\{(port|lab):", text), path
    everything = "\n".join(texts.values())
    for endpoint in rendered.endpoints:
        assert endpoint.port == ports[endpoint.name]
        assert str(endpoint.port) in everything, f"{endpoint.name} is nowhere configured"
    for endpoint in loaded.endpoints:
        assert str(endpoint.port) not in everything, f"{endpoint.name}'s port is written out"


def test_no_two_endpoints_share_a_port_or_a_name() -> None:
    endpoints = [e for name in recipe.names() for e in recipe.load(name).endpoints]
    assert len({e.port for e in endpoints}) == len(endpoints)
    assert len({e.name for e in endpoints}) == len(endpoints)
    assert all(e.name.startswith(tuple(recipe.names())) for e in endpoints)


def test_words_are_filled_and_other_braces_left_alone() -> None:
    text = "port {port:a} of {lab:host}: ${if eq{$auth1}{x}} {other:word}"
    assert recipe.fill(text, {"a": 7}) == (
        f"port 7 of {lab.HOST}: ${{if eq{{$auth1}}{{x}}}} {{other:word}}"
    )
    with pytest.raises(KeyError):
        recipe.fill("{port:b}", {"a": 7})


def test_an_unknown_server_is_named_with_those_there_are() -> None:
    with pytest.raises(lab.LabError, match=r"no server called 'sendmial'; there are: .*postfix"):
        recipe.load("sendmial")
