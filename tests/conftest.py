"""What every test gets: no display needed, and nothing of the person's own settings touched."""

import os
from itertools import count
from pathlib import Path

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

_homes = count()


@pytest.fixture(autouse=True)
def private_folders(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """Settings, recordings and history go to a folder of the test's own, which is not made yet."""
    home = tmp_path_factory.getbasetemp() / "home" / str(next(_homes))
    for name in ("CACHE", "CONFIG", "DATA", "STATE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(home / name.lower()))
    return home
