"""Tells nginx's mail proxy who may pass, and to which server (its auth_http protocol)."""

import hmac
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote

USER = "{lab:user}"
PASSWORD = "{lab:password}"
PORT = int("{port:nginx-auth}")
RELAY = "{port:nginx-relay}"


class Auth(BaseHTTPRequestHandler):
    """Question and answer are in the headers; the answer's status is always 200."""

    def do_GET(self) -> None:
        """Answer one question of nginx."""
        method = self._asked("Method")
        self.send_response(200)
        if self._may_pass(method):
            self._say("Status", "OK")
            self._say("Server", "127.0.0.1")
            self._say("Port", RELAY)
            if method == "cram-md5":
                self._say("Pass", PASSWORD)  # nginx wants to know what was proven
        else:
            self._say("Status", "Authentication failed")
            self._say("Error-Code", "535 5.7.8")
            self._say("Wait", "1")  # seconds; 0 would close the session
        self.end_headers()

    def _may_pass(self, method: str) -> bool:
        if method == "none":
            return True
        if method == "cram-md5":
            proof = hmac.new(PASSWORD.encode(), self._asked("Salt").encode(), "md5").hexdigest()
        else:
            proof = PASSWORD
        return (self._asked("User"), self._asked("Pass")) == (USER, proof)

    def _asked(self, name: str) -> str:
        return unquote(self.headers.get(f"Auth-{name}", ""))

    def _say(self, name: str, value: str) -> None:
        self.send_header(f"Auth-{name}", value)

    def log_message(self, *_: object) -> None:
        """Keep quiet: the questions have passwords in them."""


ThreadingHTTPServer(("127.0.0.1", PORT), Auth).serve_forever()
