"""``smtpdebugger practice``: the practice server without a window."""

import asyncio
import sys
from errno import EADDRINUSE

from smtpdebugger.practice.server import serve

FAILED = 3


def run(personality: str, port: int) -> int:
    """Serve until Ctrl+C; the number is the exit code."""
    try:
        asyncio.run(serve(personality, port, _announce))
    except OSError as error:
        reason = "another program listens there" if error.errno == EADDRINUSE else error.strerror
        sys.stderr.write(f"smtpdebugger practice: port {port} cannot be used: {reason}\n")
        return FAILED
    except ValueError as error:
        sys.stderr.write(f"smtpdebugger practice: {error}\n")
        return FAILED
    except KeyboardInterrupt:
        sys.stderr.write("The practice server has stopped.\n")
    return 0


def _announce(sentence: str) -> None:
    # Whoever started us waits for this line to learn the port.
    sys.stdout.write(f"{sentence}\n")
    sys.stdout.flush()
