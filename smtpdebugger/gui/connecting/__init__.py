"""Dialogs of the connection: its options, the search for a port, the server's certificates."""
