"""Saved connections: what comes back, what never is written, and what somebody has damaged."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from smtpdebugger.gui.connecting.saved import MOST_SERVERS, SavedConnections, without_secrets
from smtpdebugger.transport.settings import (
    ConnectionSettings,
    Proxy,
    ProxyHeader,
    Timeouts,
    TlsChoices,
    Trust,
)

FULL = ConnectionSettings(
    "mx.test", 587, "starttls", False, "me.test",
    proxy=Proxy("http", "p.test", 3128, "user", "hidden-1"),
    proxy_header=ProxyHeader(2, "192.0.2.1:1"),
    tls=TlsChoices(server_name=None, key_password="hidden-2", minimum="1.3"),
    trust=Trust("ca.pem", "PEM", frozenset({"ab"}), verify=False),
    timeouts=Timeouts(command=7), protocol="lmtp", family="ipv6", address="::1",
)  # fmt: skip


@pytest.fixture
def saved(tmp_path: Path) -> SavedConnections:
    return SavedConnections(tmp_path / "config" / "connections.json")


def test_a_profile_comes_back_without_its_secrets(saved: SavedConnections, tmp_path: Path) -> None:
    saved.save("  my   server ", FULL)
    assert saved.profiles() == {"my server": without_secrets(FULL)}
    assert without_secrets(FULL) == replace(
        FULL,
        proxy=Proxy("http", "p.test", 3128, "user"),
        tls=TlsChoices(server_name=None, minimum="1.3"),
        trust=Trust("ca.pem", verify=False),
    )
    written = (tmp_path / "config" / "connections.json").read_text()
    assert "hidden" not in written
    assert "PEM" not in written


def test_the_latest_server_comes_first_and_the_oldest_goes(saved: SavedConnections) -> None:
    for number in range(MOST_SERVERS + 2):
        saved.note(ConnectionSettings(f"{number}.test"))
    saved.note(ConnectionSettings("5.test", security="starttls"))
    saved.note(ConnectionSettings("5.test", 587))
    servers = saved.servers()
    assert [(each.host, each.port, each.security) for each in servers[:3]] == [
        ("5.test", 587, "none"),
        ("5.test", 25, "starttls"),
        (f"{MOST_SERVERS + 1}.test", 25, "none"),
    ]  # fmt: skip
    assert len(servers) == MOST_SERVERS


def test_not_verifying_is_no_habit(saved: SavedConnections) -> None:
    saved.note(FULL)
    assert saved.servers()[0].trust == Trust("ca.pem")


def test_usual_times_follow_the_settings(tmp_path: Path) -> None:
    usual = [Timeouts()]
    saved = SavedConnections(tmp_path / "a.json", lambda: usual[0])
    saved.note(ConnectionSettings("a.test", timeouts=Timeouts(tls=3)))
    usual[0] = Timeouts(command=99)
    assert saved.servers()[0].timeouts == Timeouts(tls=3, command=99)


def test_renamed_replaced_and_deleted(saved: SavedConnections) -> None:
    saved.save("b", ConnectionSettings("b.test"))
    saved.save("A", ConnectionSettings("a.test"))
    saved.note(ConnectionSettings("c.test"))
    assert list(saved.profiles()) == ["A", "b"]
    with pytest.raises(ValueError, match="There is a profile “A” already"):
        saved.rename("b", "A")
    saved.rename("b", "c")
    saved.save("c", ConnectionSettings("d.test"))
    assert saved.profiles()["c"].host == "d.test"
    saved.delete("A")
    assert list(saved.profiles()) == ["c"]
    assert saved.servers()[0].host == "c.test"


@pytest.mark.parametrize("name", ["", "  ", "a\x07b", "x" * 61])
def test_what_is_no_name_is_told(saved: SavedConnections, name: str) -> None:
    with pytest.raises(ValueError, match="needs a name"):
        saved.save(name, FULL)


@pytest.mark.parametrize(
    "content",
    ["", "rubbish", "[]", "[" * 100_000, '{"servers": 1, "profiles": []}',
     '{"servers": {"a": 1}, "profiles": {"a": {"host": 5}}}'],
)  # fmt: skip
def test_a_damaged_file_is_empty_and_can_be_written(tmp_path: Path, content: str) -> None:
    file = tmp_path / "a.json"
    file.write_text(content)
    saved = SavedConnections(file)
    assert saved.servers() == []
    assert saved.profiles() == {}
    saved.save("a", FULL)
    assert list(saved.profiles()) == ["a"]


def test_one_bad_entry_does_not_hide_the_others(saved: SavedConnections, tmp_path: Path) -> None:
    saved.save("good", FULL)
    file = tmp_path / "config" / "connections.json"
    content = json.loads(file.read_text())
    content["profiles"]["bad"] = content["profiles"]["good"] | {"security": "maybe"}
    file.write_text(json.dumps(content))
    assert list(saved.profiles()) == ["good"]


def test_a_folder_that_cannot_be_written_forgets_servers_only(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    saved = SavedConnections(tmp_path / "file" / "a.json")
    saved.note(FULL)
    with pytest.raises(OSError, match="file"):
        saved.save("a", FULL)
