"""Secrets in the keyring, and nowhere where there is none."""

import asyncio

import pytest
from keyring.errors import KeyringLocked, NoKeyringError

from smtpdebugger.keeping import SecretStore


class Ring:
    """A keyring in memory, or one that is locked."""

    def __init__(self, problem: Exception | None = None) -> None:
        self.kept: dict[tuple[str, str], str] = {}
        self._problem = problem

    def get_password(self, service: str, name: str) -> str | None:
        if self._problem:
            raise self._problem
        return self.kept.get((service, name))

    def set_password(self, service: str, name: str, secret: str) -> None:
        if self._problem:
            raise self._problem
        self.kept[service, name] = secret


def test_what_is_kept_is_found_for_the_same_server_only() -> None:
    store = SecretStore(Ring())
    assert asyncio.run(store.keep("alice", "h:587", "wonderland")) == ""
    assert asyncio.run(store.find("alice", "h:587")) == "wonderland"
    assert asyncio.run(store.find("alice", "other:587")) == ""


@pytest.mark.parametrize("problem", [KeyringLocked("locked"), NoKeyringError("none"), OSError("x")])
def test_a_keyring_that_cannot_be_used_is_told(problem: Exception) -> None:
    store = SecretStore(Ring(problem))
    assert asyncio.run(store.find("alice", "h")) == ""
    assert "was not kept" in asyncio.run(store.keep("alice", "h", "secret"))
