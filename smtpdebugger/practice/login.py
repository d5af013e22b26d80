"""AUTH as the practice server plays it: PLAIN and LOGIN for one documented user (RFC 4954)."""

import base64
import binascii

from smtpdebugger.practice.personality import Login

_USER_PROMPT = "334 VXNlcm5hbWU6"
_PASSWORD_PROMPT = "334 UGFzc3dvcmQ6"


class LoginDialogue:
    """One AUTH command and the responses that follow it."""

    def __init__(self, login: Login) -> None:
        self._login = login
        self._mechanism = ""
        self._user: str | None = None

    def begin(self, argument: str) -> str:
        """The reply to ``AUTH``, whose argument is a mechanism and perhaps a first response."""
        mechanism, _, response = argument.partition(" ")
        self._mechanism = mechanism.upper()
        if self._mechanism not in self._login.mechanisms:
            return self._login.unknown
        if response.strip():
            return self.go_on(response.strip().encode())
        return _USER_PROMPT if self._mechanism == "LOGIN" else "334 "

    def go_on(self, octets: bytes) -> str:
        """The reply to a response."""
        content = octets.strip()
        if content == b"*":
            return self._login.cancelled
        try:
            decoded = base64.b64decode(b"" if content == b"=" else content, validate=True)
        except binascii.Error:
            return self._login.malformed
        text = decoded.decode("utf-8", "replace")
        return self._plain(text) if self._mechanism == "PLAIN" else self._two_steps(text)

    def _plain(self, text: str) -> str:
        parts = text.split("\0")
        return self._verdict(parts[1], parts[2]) if len(parts) == 3 else self._login.malformed

    def _two_steps(self, text: str) -> str:
        if self._user is None:
            self._user = text
            return _PASSWORD_PROMPT
        return self._verdict(self._user, text)

    def _verdict(self, user: str, password: str) -> str:
        is_right = (user, password) == (self._login.user, self._login.password)
        return self._login.accepted if is_right else self._login.refused
