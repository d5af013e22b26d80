"""Qt models over a session."""
