"""Floods cost no memory to speak of: at most 64 MB over the start, each in its own process."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.hostile.memory import FLOODS

LIMIT_KIB = 64 * 1024


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a process's peak")
@pytest.mark.parametrize("name", FLOODS)
def test_a_flood(name: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.hostile.memory", name],
        capture_output=True,
        text=True,
        check=True,
        timeout=100,
    )
    kib, _, rest = done.stdout.partition(" ")
    assert int(kib) < LIMIT_KIB
    assert "Closed(" in rest
