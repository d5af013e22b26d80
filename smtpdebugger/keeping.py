"""Secrets a person wants kept, in the system's keyring; nowhere else, and never by themselves.

The window and the command line share the entries: ``USER at HOST:PORT``, of ``smtpdebugger``.
"""

import asyncio
from typing import Protocol

SERVICE = "smtpdebugger"


class Ring(Protocol):
    """What the keyring library offers."""

    def get_password(self, service: str, name: str) -> str | None:
        """The secret kept under a name."""

    def set_password(self, service: str, name: str, secret: str) -> None:
        """Keep a secret."""


class SecretStore:
    """Secrets by user and server. A keyring may ask the person first, so it works in a thread."""

    def __init__(self, ring: Ring | None = None) -> None:
        self._ring = ring

    async def find(self, user: str, server: str) -> str:
        """The secret kept for a user of a server; empty where there is none, or no keyring."""
        try:
            return await asyncio.to_thread(self._find, f"{user} at {server}")
        except KeyringProblem:
            return ""

    async def keep(self, user: str, server: str, secret: str) -> str:
        """Keep a secret; a sentence where that did not work."""
        try:
            await asyncio.to_thread(self._keep, f"{user} at {server}", secret)
        except KeyringProblem as problem:
            return f"The secret was not kept: {problem}"
        return ""

    def _find(self, name: str) -> str:
        from keyring.errors import KeyringError

        try:
            return self._keyring().get_password(SERVICE, name) or ""
        except (KeyringError, OSError) as error:
            raise KeyringProblem(str(error)) from error

    def _keep(self, name: str, secret: str) -> None:
        from keyring.errors import KeyringError

        try:
            self._keyring().set_password(SERVICE, name, secret)
        except (KeyringError, OSError) as error:
            raise KeyringProblem(str(error)) from error

    def _keyring(self) -> Ring:
        if self._ring is None:
            import keyring

            self._ring = keyring.get_keyring()
        return self._ring


class KeyringProblem(Exception):
    """The keyring cannot be used; the message is the reason."""
