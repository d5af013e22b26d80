"""The transcript, painted."""
