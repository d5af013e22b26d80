"""Tests of the embedded practice server."""
