"""Servers that misbehave by script, on loopback, for tests of what reads from them."""
