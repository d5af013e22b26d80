"""Where passwords come from."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import pytest

from smtpdebugger import keeping
from smtpdebugger.cli.talk import passwords
from smtpdebugger.cli.talk.directives import ScriptError
from smtpdebugger.cli.talk.passwords import password_source
from smtpdebugger.session.events import Connected
from smtpdebugger.session.session import Session
from tests.cli.talk.support import Talk, practice
from tests.transport.support import run

LOGIN = ["--security", "starttls", "--insecure", "--user", "alice@modern.test"]


def password(*, is_typed: bool = False, **choices: Any) -> str:
    session = Session()
    session.record(Connected(0, "mail.test", "192.0.2.1:587"))
    usual = {"password_env": None, "password_file": None, "password_keyring": False}
    options = argparse.Namespace(**(usual | {"user": "alice"} | choices))
    return run(password_source(options, session, is_typed=is_typed))


def test_each_source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PW", "from the environment")
    file = tmp_path / "password"
    file.write_bytes("wönderland \r\nsecond line\n".encode())
    monkeypatch.setattr(passwords, "getpass", lambda prompt: f"typed at {prompt}")
    assert password(password_env="PW") == "from the environment"
    assert password(password_file=file) == "wönderland "
    assert password(is_typed=True) == "typed at Password: "


def test_a_file_may_have_any_octets(tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_bytes(b"a\xff\0b")
    assert password(password_file=file).encode("utf-8", "surrogateescape") == b"a\xff\0b"


class Ring:
    """The system's keyring."""

    def get_password(self, service: str, name: str) -> str | None:
        return {("smtpdebugger", "alice at mail.test:587"): "kept"}.get((service, name))


def test_the_keyring_has_it_where_the_window_keeps_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping.SecretStore, "_keyring", lambda self: Ring())
    assert password(password_keyring=True) == "kept"
    with pytest.raises(ScriptError, match=r"no password of bob at mail\.test:587"):
        password(password_keyring=True, user="bob")


def test_what_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(ScriptError, match="cannot be read: No such file"):
        password(password_file=tmp_path / "missing")
    with pytest.raises(ScriptError, match="there is no password"):
        password()


def test_a_login_with_a_file(talk: Talk) -> None:
    file = talk.folder / "password"
    file.write_text("wonderland\n")
    with practice() as server:
        told = talk(server.port, "NOOP\n", *LOGIN, "--password-file", str(file))
        wrong = talk(server.port, "NOOP\n", *LOGIN, "--password-file", str(file) + "x")

    assert told.code == 0
    assert "NOOP" in told.commands()
    assert "wonderland" not in told.out + told.err
    assert "cannot be read" in wrong.err
    assert "not logged in" in wrong.err
    assert wrong.code == 1
