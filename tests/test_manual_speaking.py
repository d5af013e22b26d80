"""What the manual claims about speaking is backed by tests that exist, and by keys that do."""

from __future__ import annotations

import re
from pathlib import Path

from smtpdebugger.gui.actions import ENTRIES
from smtpdebugger.protocol.mechanisms import KNOWN
from smtpdebugger.protocol.transparency import ENDS

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "resources" / "manual" / "speaking.md").read_text("utf-8")


def test_every_claim_names_a_test_that_exists() -> None:
    rows = re.findall(r"(?m)^\| (.+) \| (y|no:) (.*) \|$", PAGE)
    assert len(rows) == 20
    for row, claim, proof in rows:
        named = re.findall(r"`(tests/[^`]*)`", proof)
        assert (claim == "y") is bool(named), row
        for name in named:
            path, _, function = name.partition("::")
            text = (ROOT / path).read_text("utf-8")
            assert f"def {function}(" in text or not function, name


def test_every_row_about_connecting_names_tests_that_exist() -> None:
    page = (ROOT / "resources" / "manual" / "connecting.md").read_text("utf-8")
    rows = re.findall(r"(?m)^\| (.+) \| (.*) \|$", page.partition("## Beside other tools")[2])[1:]
    assert len(rows) == 15
    for row, claim in rows:
        named = re.findall(r"`(tests/[^`]*)`", claim)
        assert named, row
        for name in named:
            path, _, function = name.partition("::")
            assert f"def {function}(" in (ROOT / path).read_text("utf-8"), name


def test_every_mechanism_and_key_is_told() -> None:
    for name in KNOWN:
        assert name in PAGE
    keys = {entry.key for entry in ENTRIES if entry.menu == "S&peak" and entry.key}
    assert keys
    told = set(re.findall(r"\*\*(Ctrl\+[A-Za-z+]+)\*\*", PAGE))
    assert told <= keys
    assert len(ENDS) == 8
    assert "one of eight ends" in PAGE
