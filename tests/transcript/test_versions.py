"""Every version of the session file that was ever released opens, and shows what it showed then.

A new version of the format brings its own pair of files; the old ones stay as they are.
"""

from pathlib import Path

import pytest

from smtpdebugger.transcript.file import load_session
from smtpdebugger.transcript.line_types import KNOWN, VERSION

VERSIONS = Path(__file__).with_name("versions")
FILES = sorted(VERSIONS.glob("*.smtpsession"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_it_opens_and_shows_what_it_showed(file: Path) -> None:
    session, problems = load_session(file)
    assert problems == ()
    shown = "".join(f"{row.line}\n" for row in session.rows)
    assert shown == file.with_suffix(".txt").read_text(encoding="utf-8")
    assert session.marked == {4}
    assert session.header.title == "The failure of Monday"


def test_no_version_is_missing_and_the_latest_has_every_type() -> None:
    assert [int(file.stem) for file in FILES] == list(range(1, VERSION + 1))
    text = FILES[-1].read_text(encoding="utf-8")
    assert [kind for kind in sorted(KNOWN) if f'"type": "{kind}"' not in text] == []
