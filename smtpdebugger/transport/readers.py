"""From octets of the network to octets of SMTP: in clear, during a handshake, and through TLS.

A channel has one of these at a time. ``next`` gives what can be shown now, or nothing.
"""

import ssl

from smtpdebugger.transport.inbox import Inbox
from smtpdebugger.transport.problems import Problem, certificate_problem, tls_problem
from smtpdebugger.transport.sniff import find_tls, looks_like_tls
from smtpdebugger.transport.tls import CertificateRefused, TlsLayer, Untrusted


class EndOfStream(Exception):
    """The server announced that it sends no more (TLS close_notify)."""


class Broken(Exception):
    """Nothing useful can come over this connection any more."""

    def __init__(self, problem: Problem, untrusted: Untrusted | None = None) -> None:
        super().__init__(problem.what)
        self.problem = problem
        self.untrusted = untrusted


class ClearReader:
    """No TLS: every octet is SMTP."""

    def __init__(self, inbox: Inbox) -> None:
        self._inbox = inbox

    def next(self, limit: int) -> bytes:
        """At most ``limit`` octets."""
        return self._inbox.get(limit)

    def next_line(self, limit: int) -> bytes:
        """The same, and nothing behind the first line end: what comes then may be TLS."""
        octets = self._inbox.get(limit)
        end = octets.find(b"\n") + 1
        if end:
            self._inbox.put_back(octets[end:])
        return octets[:end] if end else octets


class HandshakeReader:
    """TLS begins. Clear text that still comes is handed over, never thrown away."""

    def __init__(self, inbox: Inbox, layer: TlsLayer, *, is_implicit: bool) -> None:
        self.layer = layer
        self.is_done = False
        self.is_implicit = is_implicit
        """Whether the connection began with TLS, so that no SMTP was spoken before."""
        self.has_clear_text = False
        """Whether clear text came where TLS was due."""
        self._inbox = inbox
        self._has_begun = False

    def start(self) -> None:
        """Make the first octets of the handshake. Raises Broken."""
        self._step()

    def next(self, limit: int) -> bytes:
        """Clear text, or nothing; raises Broken where the handshake fails."""
        while not self.is_done and (octets := self._inbox.get()):
            if not self._has_begun and not looks_like_tls(octets):
                return self._clear_text(octets, limit)
            self._has_begun = True
            self.layer.feed(octets)
            self._step()
        return b""

    def _clear_text(self, octets: bytes, limit: int) -> bytes:
        self.has_clear_text = True
        start = find_tls(octets)
        stop = min(limit, len(octets) if start is None else start)
        self._inbox.put_back(octets[stop:])
        return octets[:stop]

    def _step(self) -> None:
        try:
            self.is_done = self.layer.handshake()
        except CertificateRefused as refused:
            problem = certificate_problem(refused.untrusted)
            raise Broken(problem, refused.untrusted) from refused
        except ssl.SSLError as error:
            raise Broken(tls_problem(error)) from error


class TlsReader:
    """TLS is on: what the network brings is decrypted."""

    def __init__(self, inbox: Inbox, layer: TlsLayer) -> None:
        self._inbox = inbox
        self._layer = layer

    def next(self, limit: int) -> bytes:
        """At most ``limit`` octets; raises EndOfStream or Broken."""
        try:
            while not (octets := self._layer.read(limit)):
                came = self._inbox.get()
                if not came:
                    return b""
                self._layer.feed(came)
        except ssl.SSLZeroReturnError as end:
            raise EndOfStream from end
        except ssl.SSLError as error:
            raise Broken(tls_problem(error)) from error
        return octets


Reader = ClearReader | HandshakeReader | TlsReader
