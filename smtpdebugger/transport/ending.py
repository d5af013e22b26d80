"""Who ended a connection, and what of the session was left hanging, in words."""

from smtpdebugger.session.session import Session


def describe_end(
    session: Session, error: Exception | None, has_goodbye: bool | None
) -> tuple[str, str]:
    """``by`` and ``reason`` of the Closed event, where it was not this program that closed.

    ``has_goodbye``: whether the end of TLS was announced; None where there was no TLS.
    """
    by, reasons = "server", []
    if isinstance(error, ConnectionResetError):
        by, reasons = "network", ["the connection was reset"]
    elif error is not None:
        words = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        by, reasons = "network", [words.lower() or type(error).__name__]
    if session.pending:
        reasons.append("in the middle of a reply")
    waiting = session.oldest_waiting
    if waiting is not None and waiting.verb == "QUIT":
        reasons.append("without a reply to QUIT")
    elif waiting is not None:
        reasons.append(f"before it answered {waiting.verb}")
    if has_goodbye is False:
        reasons.append("without TLS close_notify, so something may be cut off")
    elif has_goodbye:
        reasons.append("after TLS close_notify")
    return by, ", ".join(reasons)
