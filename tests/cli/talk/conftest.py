"""The ``talk`` fixture."""

from pathlib import Path

import pytest

from tests.cli.talk.support import Talk


@pytest.fixture
def talk(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Talk:
    """Runs ``talk`` with a script; see Talk."""
    return Talk(capsys, tmp_path)
