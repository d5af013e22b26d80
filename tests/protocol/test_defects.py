"""Defects: each has a sentence."""

import re
from pathlib import Path

import smtpdebugger.protocol
from smtpdebugger.protocol.defects import SENTENCES, Defect


def test_every_defect_our_code_finds_has_a_sentence() -> None:
    folder = Path(smtpdebugger.protocol.__file__).parent
    source = "".join(each.read_text(encoding="utf-8") for each in folder.glob("*.py"))
    used = set(re.findall(r'Defect\(\s*"([^"]+)"', source)) | {"reply-too-long", "unfinished"}
    assert used == set(SENTENCES)


def test_sentences() -> None:
    assert "CRLF" in Defect("bare-lf", 0, 1).sentence
    assert Defect("never-heard-of", 0, 1).sentence == "never heard of"
