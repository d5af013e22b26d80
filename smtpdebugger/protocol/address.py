"""Where a server is, as people write it: host and port."""

from typing import Literal

Security = Literal["none", "starttls", "tls"]

SECURITY_OF_PORT: dict[int | None, Security] = {465: "tls", 587: "starttls"}
"""How a well-known port is protected (RFC 8314 section 3.3); any other begins in clear."""

PORT_OF_SECURITY: dict[Security, int] = {"none": 25, "starttls": 587, "tls": 465}
"""The usual port of each protection."""


def split_host(text: str) -> tuple[str, int | None]:
    """``HOST[:PORT]`` as host and port; IPv6 addresses stand in brackets or alone.

    ``mx:DOMAIN[:PORT]`` and ``unix:/PATH`` keep their first word. Raises ValueError with a sentence
    where the port is no port.
    """
    word, _, rest = text.partition(":")
    if word == "unix" and rest.startswith("/"):
        return text, None
    # A host may be called mx as well: then a port follows.
    if word == "mx" and rest and not rest.isdecimal():
        domain, number = split_host(rest)
        return f"mx:{domain}", number
    if text.startswith("["):
        host, _, rest = text[1:].partition("]")
        port = rest.removeprefix(":")
    elif text.count(":") == 1:
        host, _, port = text.partition(":")
    else:
        host, port = text, ""
    if not port:
        return host, None
    if not (port.isdecimal() and 0 < int(port) < 65536):
        raise ValueError(f"“{port}” is no port: a port is a number from 1 to 65535.")
    return host, int(port)
