"""A TLS server in a thread, straight on OpenSSL: unlike asyncio's, it sends the alerts it owes."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from types import TracebackType
from typing import Self


class StrictServer:
    """``with StrictServer(context) as server``: one connection at ``server.port``, which it greets
    in TLS and answers with 250 as long as it lasts."""

    def __init__(self, context: ssl.SSLContext) -> None:
        self._context = context
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._listener.close()
        self._thread.join(5)

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            connection, _ = self._listener.accept()
            connection.settimeout(5)
            secure = self._context.wrap_socket(
                connection, server_side=True, do_handshake_on_connect=False
            )
            with secure:
                secure.do_handshake()
                secure.sendall(b"220 strict.test ESMTP\r\n")
                while secure.recv(1024):
                    secure.sendall(b"250 ok\r\n")
