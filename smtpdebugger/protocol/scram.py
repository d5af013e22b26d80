"""SCRAM: the password is proved, not told, and the server proves that it knows it (RFC 5802)."""

from collections.abc import Generator
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from scramp import ScramClient

MOST_ROUNDS = 5_000_000
"""More rounds than this are an attack on whoever has to count them: some two seconds."""


class ChannelBinding(NamedTuple):
    """Octets that only this TLS connection has (RFC 5929)."""

    kind: Literal["tls-server-end-point", "tls-unique"]
    octets: bytes


class ScramProblem(ValueError):
    """The login cannot go on; the message is a sentence."""


def scram(
    name: str, user: str, password: str, binding: ChannelBinding | None
) -> Generator[bytes | None, bytes, None]:
    """The client's side: gives its messages, is sent the server's. Raises ScramProblem.

    ``binding`` with a mechanism that does not bind tells the server that we could have.
    """
    # Loaded only where a server wants it; it is the slowest of the mechanisms to import.
    from scramp import ScramException  # noqa: PLC0415

    try:
        client = _client(name, user, password, binding)
        first = yield client.get_client_first().encode()
        _take_first(client, _text(first))
        final = yield client.get_client_final().encode()
        text = _text(final)
        if text.startswith("e="):
            raise ScramProblem(f"The server refused the proof: {text[2:].split(',')[0]}")
        client.set_server_final(text)
    except ScramException as error:
        reason = str(error).rstrip(".")
        raise ScramProblem(f"{name} cannot go on: {reason}") from error
    yield b""


def _client(name: str, user: str, password: str, binding: ChannelBinding | None) -> "ScramClient":
    from scramp import ScramClient  # noqa: PLC0415

    bound = None if binding is None else (binding.kind, binding.octets)
    return ScramClient([name], user, password, channel_binding=bound)


def _take_first(client: "ScramClient", text: str) -> None:
    rounds = next((part[2:] for part in text.split(",") if part.startswith("i=")), "0")
    if rounds.isdecimal() and (len(rounds) > 9 or int(rounds) > MOST_ROUNDS):
        raise ScramProblem(
            f"The server asks for {rounds} rounds of hashing; more than {MOST_ROUNDS} are not done"
        )
    client.set_server_first(text)


def _text(octets: bytes) -> str:
    try:
        return octets.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ScramProblem("The server's message is not UTF-8") from error
