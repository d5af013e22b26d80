"""``smtpdebugger talk``: a live session without a window, for terminals, scripts and CI."""
