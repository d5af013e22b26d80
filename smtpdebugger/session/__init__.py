"""One session's truth: an append-only log of wire events, and what follows from it."""
