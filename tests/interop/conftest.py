"""The servers as fixtures, for the tests in this folder."""

from __future__ import annotations

from tests.interop.fixtures import server_fixture

postfix = server_fixture("postfix")
exim = server_fixture("exim")
