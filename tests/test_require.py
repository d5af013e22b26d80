"""need(): a skip on a machine that promised nothing, a failure on one that did."""

from __future__ import annotations

import pytest

from tests.require import VARIABLE, need


@pytest.mark.parametrize("promised", [None, "", "a11y", "a11y,bundle"])
def test_what_was_not_promised_is_skipped(
    promised: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    if promised is not None:
        monkeypatch.setenv(VARIABLE, promised)
    with pytest.raises(pytest.skip.Exception, match="interop: no root"):
        need("interop", "no root")


@pytest.mark.parametrize("promised", ["interop", "a11y, interop", "interop,bundle"])
def test_what_was_promised_is_a_failure(promised: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, promised)
    with pytest.raises(pytest.fail.Exception, match="promises interop, but: no root"):
        need("interop", "no root")
