"""Writing commands and messages."""
