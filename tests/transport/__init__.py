"""Tests of the wire, as a client."""
