"""A server that lets people log in: every mechanism we speak, and some ways of doing it wrong."""

from __future__ import annotations

import hmac
from base64 import b64decode, b64encode

from scramp import ScramException, ScramMechanism

from tests.peers.peer import Line, Script

USER, PASSWORD, TOKEN = "alice", "wonderland", "t0ken"
NONCE_TEXT = b"<1896.697170952@peer.test>"
REFUSAL = b'{"status":"401","schemes":"bearer","scope":"https://mail.test/"}'


class Refused(Exception):
    """The login ends here; the text is the reply."""


def lets_in(
    *mechanisms: str,
    heard: list[str] | None = None,
    binding: str = "tls-server-end-point",
    end_point: bytes = b"",
) -> Script:
    """Offers these mechanisms to one user; ``heard`` gathers the client's lines."""

    async def script(line: Line) -> None:
        await line.say("220 peer.test ESMTP")
        while text := await line.hear():
            if heard is not None:
                heard.append(text)
            verb, _, argument = text.partition(" ")
            if verb.upper() == "AUTH":
                talk = _Talk(line, heard, binding, end_point)
                try:
                    await talk.hold(*argument.split(" "))
                    await line.say("235 2.7.0 welcome")
                except Refused as refused:
                    await line.say(str(refused))
            elif verb.upper() == "EHLO":
                await line.say("250-peer.test", f"250 AUTH {' '.join(mechanisms)}")
            else:
                await line.say("221 bye" if verb.upper() == "QUIT" else "250 ok")

    return script


class _Talk:
    def __init__(self, line: Line, heard: list[str] | None, binding: str, end_point: bytes) -> None:
        self._line = line
        self._heard = heard
        self._binding = binding
        self._end_point = end_point
        self._initial: str | None = None

    async def hold(self, mechanism: str, initial: str | None = None) -> None:
        self._initial = initial
        name = mechanism.upper()
        if name.startswith("SCRAM-"):
            await self._scram(name)
            return
        says = {
            "PLAIN": self._plain,
            "LOGIN": self._login,
            "CRAM-MD5": self._cram,
            "XOAUTH2": self._xoauth2,
            "OAUTHBEARER": self._oauthbearer,
            "EXTERNAL": self._external,
        }
        if name not in says:
            raise Refused("504 5.5.4 no such mechanism")
        await says[name]()

    async def _ask(self, challenge: bytes) -> bytes:
        if self._initial is not None:
            text, self._initial = self._initial, None
        else:
            await self._line.say("334 " + b64encode(challenge).decode())
            text = await self._line.hear()
            if self._heard is not None:
                self._heard.append(text)
        if text == "*":
            raise Refused("501 5.7.0 cancelled")
        return b"" if text == "=" else b64decode(text, validate=True)

    def _check(self, is_right: bool) -> None:
        if not is_right:
            raise Refused("535 5.7.8 wrong")

    async def _plain(self) -> None:
        self._check(await self._ask(b"") == f"\0{USER}\0{PASSWORD}".encode())

    async def _login(self) -> None:
        name, password = await self._ask(b"Username:"), await self._ask(b"Password:")
        self._check((name, password) == (USER.encode(), PASSWORD.encode()))

    async def _cram(self) -> None:
        digest = hmac.new(PASSWORD.encode(), NONCE_TEXT, "md5").hexdigest()
        self._check(await self._ask(NONCE_TEXT) == f"{USER} {digest}".encode())

    async def _xoauth2(self) -> None:
        if await self._ask(b"") != f"user={USER}\1auth=Bearer {TOKEN}\1\1".encode():
            assert await self._ask(REFUSAL) == b""
            self._check(False)

    async def _oauthbearer(self) -> None:
        told = await self._ask(b"")
        if not told.startswith(b"n,a=alice,\1host=") or b"Bearer t0ken\1" not in told:
            assert await self._ask(REFUSAL) == b"\1"
            self._check(False)

    async def _external(self) -> None:
        self._check(await self._ask(b"") == b"")

    async def _scram(self, name: str) -> None:
        mechanism = ScramMechanism(name)
        known = mechanism.make_auth_info(PASSWORD)
        bound = None
        if name.endswith("-PLUS"):
            tls = self._line.writer.get_extra_info("ssl_object")
            octets = self._end_point
            if self._binding == "tls-unique":
                octets = tls.get_channel_binding("tls-unique")
            bound = (self._binding, octets)
        server = mechanism.make_server(lambda user: known, channel_binding=bound)
        try:
            server.set_client_first((await self._ask(b"")).decode())
            final = await self._ask(server.get_server_first().encode())
            server.set_client_final(final.decode())
        except ScramException as error:
            raise Refused(f"535 5.7.8 {str(error)[:60]}") from error
        assert await self._ask(server.get_server_final().encode()) == b""
