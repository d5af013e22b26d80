"""The window: Qt widgets over a session; they read the log and never the wire."""
