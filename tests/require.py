"""What a test needs of the machine: skipped where it is missing, failed where it was promised.

``SMTPDEBUGGER_REQUIRE`` is a comma separated list of things that must be there (``interop``,
``a11y``, ``bundle`` …). A machine that promises a thing may not skip the tests that need it.
"""

from __future__ import annotations

import os
from typing import NoReturn

import pytest

VARIABLE = "SMTPDEBUGGER_REQUIRE"


def required(what: str) -> bool:
    """Whether this machine was told to have `what`."""
    promised = os.environ.get(VARIABLE, "").split(",")
    return what in {word.strip() for word in promised}


def need(what: str, reason: str) -> NoReturn:
    """End the running test because `what` is missing: failed if it was promised, else skipped.

    Raises pytest's Failed or Skipped, both carrying `reason`.
    """
    if required(what):
        pytest.fail(f"{VARIABLE} promises {what}, but: {reason}", pytrace=False)
    pytest.skip(f"{what}: {reason}")
