"""Ports: the recipe's own when free, another one when not, never the same one twice."""

from __future__ import annotations

import socket
from pathlib import Path

from tests.interop.ports import Ports


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_a_free_port_is_taken_as_wanted(tmp_path: Path) -> None:
    wanted = free_port()
    ports = Ports(tmp_path, {"it": wanted})
    assert ports.chosen == {"it": wanted}
    ports.release()


def test_a_listening_stranger_is_avoided(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as stranger:
        wanted = stranger.getsockname()[1]
        ports = Ports(tmp_path, {"it": wanted})
        assert ports.chosen["it"] != wanted
        ports.release()


def test_two_at_once_get_different_ports_and_a_released_one_is_free_again(tmp_path: Path) -> None:
    wanted = free_port()
    first = Ports(tmp_path, {"it": wanted})
    second = Ports(tmp_path, {"it": wanted})
    assert first.chosen["it"] == wanted != second.chosen["it"]
    first.release()
    third = Ports(tmp_path, {"it": wanted})
    assert third.chosen["it"] == wanted
    second.release()
    third.release()
