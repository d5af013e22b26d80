"""smtpdebugger: shows an SMTP session as it happens and explains it."""

__version__ = "0.1.0"
