"""Nothing of the lab is reachable from another machine: all that listens, listens on loopback."""

from __future__ import annotations

import ipaddress
from pathlib import Path

import pytest

from tests.interop import machine
from tests.interop.recipe import names
from tests.interop.world import World

pytestmark = pytest.mark.interop

TCP_LISTEN, UDP_UNCONNECTED = "0A", "07"
FAMILIES = {"tcp": TCP_LISTEN, "tcp6": TCP_LISTEN, "udp": UDP_UNCONNECTED, "udp6": UDP_UNCONNECTED}

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def processes(world: World) -> list[Path]:
    """The /proc folders of all processes in the world, however often they forked."""
    (first,) = machine.children(world.pid)
    inside = Path(f"/proc/{first}/ns/pid").readlink()
    return [folder for folder in Path("/proc").glob("[0-9]*") if namespace(folder) == inside]


def namespace(process: Path) -> Path | None:
    try:
        return (process / "ns" / "pid").readlink()
    except OSError:  # it has just ended
        return None


def sockets(process: Path) -> set[str]:
    """The inode numbers of its sockets."""
    found: set[str] = set()
    for descriptor in process.glob("fd/*"):
        try:
            target = str(descriptor.readlink())
        except OSError:
            continue
        if target.startswith("socket:["):
            found.add(target[len("socket:[") : -1])
    return found


def address(text: str) -> Address:
    """From /proc/net: words of four octets, each in the machine's (little-endian) order."""
    octets = bytes.fromhex(text.partition(":")[0])
    words = (octets[start : start + 4][::-1] for start in range(0, len(octets), 4))
    return ipaddress.ip_address(b"".join(words))


def listening(inodes: set[str]) -> dict[str, Address]:
    """What they listen on, by a name for people."""
    found: dict[str, Address] = {}
    for family, state in FAMILIES.items():
        for line in Path("/proc/net", family).read_text().splitlines()[1:]:
            fields = line.split()
            if fields[3] == state and fields[9] in inodes:
                found[f"{family} {fields[1]}"] = address(fields[1])
    return found


@pytest.mark.parametrize("name", names())
def test_a_server_listens_on_loopback_only(name: str, request: pytest.FixtureRequest) -> None:
    world: World = request.getfixturevalue(name.replace("-", "_"))
    inodes = set().union(*(sockets(process) for process in processes(world)))
    found = listening(inodes)
    ports = {int(place.rpartition(":")[2], 16) for place in found}
    assert {endpoint.port for endpoint in world.endpoints.values()} <= ports
    assert {place: str(at) for place, at in found.items() if not at.is_loopback} == {}


def test_addresses_are_read_as_the_kernel_writes_them() -> None:
    assert str(address("0100007F:4E84")) == "127.0.0.1"
    assert str(address("00000000000000000000000001000000:0019")) == "::1"
    assert not address("00000000:0019").is_loopback
