"""Tests of the connection dialogs."""
