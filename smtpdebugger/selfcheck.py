"""A start-up self-check for the one release of PySide6 that destroys the process.

PySide6 6.12.0 on Python 3.11 and older gives back one reference to `None` too many in every call
that returns nothing. After a few thousand calls the interpreter frees `None` and aborts. Our
requirements keep that pair apart; this says so clearly when somebody forces it together. From
Python 3.12 on `None` is immortal and cannot be lost.
"""

import sys
from collections.abc import Callable

CALLS = 200


def check(
    void_call: Callable[[], None],
    pyside_version: str,
    count_references: Callable[[], int] = lambda: sys.getrefcount(None),
) -> str | None:
    """A sentence that says why the program must not go on, or None when all is well.

    `void_call` is a cheap call into Qt that returns nothing, such as `QTimer().stop`; it is made
    200 times, which takes less than a millisecond. `pyside_version` is only for the sentence.
    Passing `void_call` in keeps this module free of Qt.
    """
    before = count_references()
    for _ in range(CALLS):
        void_call()
    lost = before - count_references()
    # Others may take or drop a few references meanwhile; the fault loses one in every call.
    if lost < CALLS // 2:
        return None
    python = ".".join(map(str, sys.version_info[:3]))
    return (
        f"PySide6 {pyside_version} cannot be used with Python {python}: it loses a reference to"
        " None in every call and would crash this program within seconds or minutes. Install an"
        " older one with: python -m pip install 'PySide6-Essentials>=6.8,<6.12', or use Python"
        " 3.12 or newer."
    )
