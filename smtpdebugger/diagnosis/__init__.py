"""Exchange and situation and knowledge in; causes, fixes and alternatives out: pure functions."""
