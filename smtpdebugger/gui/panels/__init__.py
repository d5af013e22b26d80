"""Panels around the transcript, one per module."""
