"""The wire, as a client: connects, sends what it is told to, and records all that happens."""
