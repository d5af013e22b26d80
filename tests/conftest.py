"""What every test gets: no display needed, and nothing of the person's own settings touched."""

import gc
import os
from collections.abc import Iterator
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


@pytest.fixture(autouse=True)
def garbage_stays_in_this_thread(request: pytest.FixtureRequest) -> Iterator[None]:
    """As in the program: what a test leaves of its windows is ended here, not in a thread."""
    if "qapp" not in request.fixturenames:
        yield
        return
    gc.disable()
    yield
    gc.collect()
    gc.enable()


def pytest_collection_finish() -> None:
    """What is loaded by now is here to stay: no collection looks through it again."""
    gc.collect()
    gc.freeze()
