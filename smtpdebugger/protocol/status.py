"""Enhanced status codes: class, subject and detail (RFC 3463, RFC 2034)."""

import re
from typing import NamedTuple, Self

_AT_HEAD = re.compile(rb"([245])\.([0-9]{1,3})\.([0-9]{1,3})(?=[ \t]|$)")


class EnhancedStatus(NamedTuple):
    """An enhanced status code, such as 5.5.1."""

    status_class: int
    subject: int
    detail: int

    def __str__(self) -> str:
        return f"{self.status_class}.{self.subject}.{self.detail}"

    @classmethod
    def at_head_of(cls, text: bytes) -> Self | None:
        """The code a reply text begins with, or None (RFC 2034 section 4)."""
        match = _AT_HEAD.match(text)
        return None if match is None else cls(int(match[1]), int(match[2]), int(match[3]))
