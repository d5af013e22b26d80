"""The manual's claims: each test that a page names as its proof exists."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PAGES = sorted((ROOT / "resources" / "manual").glob("*.md"))
_PROOF = re.compile(r"`(tests/[\w/]+\.py)(?:::(\w+))?`")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_proof_exists(page: Path) -> None:
    missing = []
    for file, test in _PROOF.findall(page.read_text(encoding="utf-8")):
        path = ROOT / file
        if not path.exists() or (test and f"def {test}(" not in path.read_text(encoding="utf-8")):
            missing.append(f"{file}::{test}")

    assert not missing
