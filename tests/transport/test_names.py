"""What the domain name system says, asked of a name server on loopback."""

from __future__ import annotations

import pytest

from smtpdebugger.transport.names import Exchanger, addresses, ask, mail_exchangers, texts
from smtpdebugger.transport.resolve import LookupFailed, in_thread
from tests.peers.name_server import NameServer
from tests.transport.support import run

ZONE = {
    ("example.test", "MX"): ["20 second.example.test.", "10 first.example.test."],
    ("null.test", "MX"): ["0 ."],
    ("first.example.test", "A"): ["127.0.0.1", "127.0.0.2"],
    ("first.example.test", "AAAA"): ["::1"],
    ("plain.test", "A"): ["127.0.0.3"],
    ("plain.test", "TXT"): ['"two " "pieces"', '"one"'],
    ("broken.test", "FAIL"): [],
    ("silent.test", "SILENT"): [],
}


def test_mail_exchangers_come_in_their_order() -> None:
    async def work() -> list[Exchanger]:
        async with NameServer(ZONE) as server:
            return await in_thread(
                lambda: mail_exchangers("example.test", server.address, 2), "ask"
            )

    found = run(work)
    assert found == [Exchanger(10, "first.example.test"), Exchanger(20, "second.example.test")]


def test_a_domain_that_takes_no_mail_has_an_exchanger_without_a_name() -> None:
    async def work() -> list[Exchanger]:
        async with NameServer(ZONE) as server:
            return await in_thread(lambda: mail_exchangers("null.test", server.address, 2), "ask")

    assert run(work) == [Exchanger(0, "")]


@pytest.mark.parametrize(
    ("family", "expected"),
    [
        ("any", ["::1", "127.0.0.1", "127.0.0.2"]),
        ("ipv4", ["127.0.0.1", "127.0.0.2"]),
        ("ipv6", ["::1"]),
    ],
)
def test_addresses_of_a_family(family: str, expected: list[str]) -> None:
    async def work() -> list[str]:
        async with NameServer(ZONE) as server:
            return await in_thread(
                lambda: addresses("first.example.test", family, server.address, 2), "ask"
            )

    found = run(work)
    # Within a family a name server may tell them in any order.
    assert sorted(found, key=lambda each: (":" not in each, each)) == expected


def test_a_name_of_one_family_has_no_other() -> None:
    async def work() -> list[str]:
        async with NameServer(ZONE) as server:
            found = await in_thread(lambda: addresses("plain.test", "any", server.address, 2), "a")
            with pytest.raises(LookupFailed) as caught:
                await in_thread(lambda: addresses("plain.test", "ipv6", server.address, 2), "b")
            assert caught.value.kind == "empty"
            return found

    assert run(work) == ["127.0.0.3"]


def test_texts_are_joined() -> None:
    async def work() -> list[str]:
        async with NameServer(ZONE) as server:
            return await in_thread(lambda: sorted(texts("plain.test", server.address, 2)), "ask")

    assert run(work) == ["one", "two pieces"]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("nowhere.test", "nonexistent"),
        ("plain.test", "empty"),
        ("broken.test", "broken"),
        ("silent.test", "silent"),
        ("a..b", "misspelt"),
        ("x" * 64 + ".test", "misspelt"),
    ],
)
def test_each_failure_is_told_from_the_others(name: str, kind: str) -> None:
    async def work() -> str:
        async with NameServer(ZONE) as server:
            with pytest.raises(LookupFailed) as caught:
                await in_thread(lambda: ask(name, "MX", server.address, 0.3), "ask")
            return caught.value.kind

    assert run(work) == kind


@pytest.mark.parametrize("is_secure", [True, False])
def test_the_name_servers_verdict_on_signatures_is_kept(is_secure: bool) -> None:
    async def work() -> bool:
        async with NameServer(ZONE, is_secure=is_secure) as server:
            answer = await in_thread(lambda: ask("plain.test", "A", server.address, 2), "ask")
            return answer.is_secure

    assert run(work) is is_secure
