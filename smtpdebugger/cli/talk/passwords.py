"""Where a password comes from: the environment, a file, the system's keyring, or a person."""

import argparse
import os
from collections.abc import Awaitable, Callable
from getpass import getpass
from pathlib import Path

from smtpdebugger.cli.talk.directives import ScriptError
from smtpdebugger.session.session import Session
from smtpdebugger.transport.resolve import in_thread

Password = Callable[[], Awaitable[str]]
"""Gives it when a login needs it. Raises ScriptError."""

LONGEST = 64 * 1024
"""Octets of a password file; tokens are long, but not so long."""


def password_source(options: argparse.Namespace, session: Session, *, is_typed: bool) -> Password:
    """As the options say; a person at a terminal (``is_typed``) is asked for what they leave."""
    if options.password_env is not None:
        return _given(os.environ[options.password_env])
    if options.password_file is not None:
        return _in_file(options.password_file)
    if options.password_keyring:
        return lambda: _kept(options.user or "", session)
    return _typed if is_typed else _nowhere


def _given(password: str) -> Password:
    async def give() -> str:
        return password

    return give


def _in_file(file: Path) -> Password:
    async def give() -> str:
        try:
            line = await in_thread(lambda: _first_line(file), "read the password")
        except OSError as error:
            raise ScriptError(f"{file} cannot be read: {error.strerror or error}") from error
        return line.decode("utf-8", "surrogateescape")

    return give


def _first_line(file: Path) -> bytes:
    with file.open("rb") as opened:
        return opened.readline(LONGEST).rstrip(b"\r\n")


async def _kept(user: str, session: Session) -> str:
    from smtpdebugger.keeping import SecretStore

    situation = session.situation
    server = f"{situation.host}:{situation.port}"
    found = await SecretStore().find(user, server)
    if not found:
        raise ScriptError(f"the system's keyring has no password of {user} at {server}")
    return found


async def _typed() -> str:
    return await in_thread(lambda: getpass("Password: "), "read the password")


async def _nowhere() -> str:
    raise ScriptError(
        "there is no password: --password-env VAR, --password-file FILE or --password-keyring"
        " tells where it is"
    )
