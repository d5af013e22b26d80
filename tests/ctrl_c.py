"""Ctrl+C for a program that a test starts, whoever started the test."""

import signal


def heed_ctrl_c() -> None:
    """In a child before it runs: a shell's background job ignores SIGINT, and so would its own."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
