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
    ports = {name: next(numbers) for name in loaded.ports}
    rendered = loaded.rendered(ports)
    texts = {**rendered.files, "before.sh": rendered.before, "daemons": "\n".join(rendered.daemons)}
    for path, text in texts.items():
        assert not re.search(r"\{(port|lab):", text), path
    everything = "\n".join(texts.values())
    assert all(endpoint.port == ports[endpoint.name] for endpoint in rendered.endpoints)
    for used, port in ports.items():
        assert str(port) in everything, f"{used} is nowhere configured"
    for used, port in loaded.ports.items():
        assert str(port) not in everything, f"{used}'s port is written out"


def test_no_two_endpoints_share_a_port_or_a_name() -> None:
    ports = [pair for name in recipe.names() for pair in recipe.load(name).ports.items()]
    assert len({port for _, port in ports}) == len(ports)
    assert len({name for name, _ in ports}) == len(ports)
    assert all(name.startswith(tuple(recipe.names())) for name, _ in ports)


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
