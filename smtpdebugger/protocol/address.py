"""Where a server is, as people write it: host and port."""


def split_host(text: str) -> tuple[str, int | None]:
    """``HOST[:PORT]`` as host and port; IPv6 addresses stand in brackets or alone.

    Raises ValueError with a sentence where the port is no port.
    """
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
