"""Names to addresses, in a thread that can be abandoned."""

from __future__ import annotations

import asyncio
import socket
import subprocess
import sys
import threading

import pytest

from smtpdebugger.transport import resolve
from smtpdebugger.transport.resolve import Address, in_thread, is_address, look_up, peer_name
from tests.transport.support import run


def test_addresses_come_once_and_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    def getaddrinfo(host: str, port: int, **_: object) -> list[object]:
        v6 = (socket.AF_INET6, socket.SOCK_STREAM, 6, "", ("::1", port, 0, 0))
        v4 = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))
        return [v6, v4, v6]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    found = run(lambda: look_up("two.test", 25))
    assert [str(each) for each in found] == ["[::1]:25", "127.0.0.1:25"]
    assert found[0].host == "::1"
    assert isinstance(found[0], Address)


@pytest.mark.parametrize(
    ("address", "expected"),
    [(("192.0.2.1", 25), "192.0.2.1:25"), (("2001:db8::1", 587, 0, 0), "[2001:db8::1]:587")],
)
def test_peers_are_written_with_their_port(address: tuple[object, ...], expected: str) -> None:
    assert peer_name(address) == expected


def test_what_a_thread_raises_arrives() -> None:
    def fail() -> None:
        raise OSError("no")

    async def work() -> None:
        with pytest.raises(OSError, match="no"):
            await in_thread(fail, "fail")

    run(work)


def test_cancelling_abandons_the_thread() -> None:
    release = threading.Event()

    async def work() -> None:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(in_thread(lambda: release.wait(10), "wait"), 0.05)

    run(work)
    release.set()


def test_a_hanging_look_up_does_not_keep_the_process_alive() -> None:
    program = (
        "import asyncio, time\n"
        "from smtpdebugger.transport.resolve import in_thread\n"
        "async def main():\n"
        "    try:\n"
        "        await asyncio.wait_for(in_thread(lambda: time.sleep(60), 'sleep'), 0.1)\n"
        "    except TimeoutError:\n"
        "        pass\n"
        "asyncio.run(main())\n"
    )
    done = subprocess.run([sys.executable, "-c", program], timeout=20, check=False)
    assert done.returncode == 0


def test_an_address_stands_for_a_name_where_there_is_none() -> None:
    assert resolve.address_literal("192.0.2.1") == "[192.0.2.1]"
    assert resolve.address_literal("2001:db8::1") == "[IPv6:2001:db8::1]"
    assert resolve.address_literal("fe80::1%eth0") == "[IPv6:fe80::1]"


@pytest.mark.parametrize(
    ("host", "expected"),
    [("127.0.0.1", True), ("::1", True), ("fe80::1%eth0", True), ("mail.test", False), ("", False)],
)
def test_addresses_are_told_from_names(host: str, expected: bool) -> None:
    assert is_address(host) is expected


def test_work_that_uses_openssl_ends_before_the_program_does() -> None:
    program = """
import asyncio, time
from smtpdebugger.transport.resolve import in_thread

def work():
    time.sleep(0.4)
    print("ended", flush=True)

async def main():
    try:
        await asyncio.wait_for(in_thread(work, "wait", uses_openssl=True), 0.05)
    except TimeoutError:
        print("abandoned", flush=True)

asyncio.run(main())
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=30
    )
    assert done.stdout.split() == ["abandoned", "ended"]
