"""The one exception of this room: a file that holds no session."""


class TranscriptError(Exception):
    """A file that cannot be opened; the message is a sentence for people."""
