"""Connection settings of many kinds, for round trips through other programs' command lines."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from smtpdebugger.transport.settings import (
    ConnectionSettings,
    Proxy,
    ProxyHeader,
    Timeouts,
    TlsChoices,
    Trust,
)

names = st.sampled_from(["mx.example.test", "localhost", "a-b.test", "xn--bcher-kva.test"])
hosts = st.one_of(names, st.sampled_from(["192.0.2.1", "2001:db8::1", "unix:/run/my sock"]))
files = st.sampled_from([None, "/etc/ca file.pem", "C:\\keys\\x.pem", "it's.pem"])
versions: Any = st.sampled_from(["1.0", "1.1", "1.2", "1.3"])


@st.composite
def choices(draw: Any) -> TlsChoices:
    certificate = draw(files)
    low, high = sorted((draw(versions), draw(versions)))
    has_versions = draw(st.booleans())
    return TlsChoices(
        server_name=draw(st.one_of(st.just(""), names, st.none())),
        verify_name=draw(st.sampled_from(["", "checked.test"])),
        certificate_file=certificate,
        key_file=draw(st.sampled_from([None, "/etc/key.pem"])) if certificate else None,
        minimum=low if has_versions else None,
        maximum=high if has_versions else None,
    )


@st.composite
def settings(draw: Any, **fixed: Any) -> ConnectionSettings:
    """What both programs can be told."""
    security = fixed.get("security") or draw(st.sampled_from(["none", "starttls", "tls"]))
    host = draw(hosts)
    made = ConnectionSettings(
        host=host,
        port=25 if host.startswith("unix:") else draw(st.integers(1, 65535)),
        security=security,
        client_name=draw(st.sampled_from(["", "client.test"])),
        family=draw(st.sampled_from(["any", "ipv4", "ipv6"])),
        source_address=draw(st.sampled_from(["", "192.0.2.9", "192.0.2.9:4711", "[::1]:99"])),
    )
    if security == "none":
        return made
    tls = draw(choices())
    verify = draw(st.booleans())
    # The same as the default, said at length; and an address is known by no other name here.
    if tls.server_name == host or host[0].isdigit() or host.startswith("unix:"):
        tls = replace(tls, server_name="")
    if not verify:
        tls = replace(tls, verify_name="")
    return replace(made, tls=tls, trust=Trust(ca_file=draw(files), verify=verify))


OUT_OF_REACH = ConnectionSettings(
    "mx:example.test",
    security="tls",
    name_server="192.0.2.53",
    proxy=Proxy("socks5", "192.0.2.3", 1080, "user", "hunter2"),
    proxy_header=ProxyHeader(1),
    timeouts=Timeouts(command=7),
    trust=Trust(fingerprints=frozenset({"00"}), ca_pem="-----BEGIN"),
    tls=TlsChoices(certificate_file="c.pem", key_password="hunter2", key_log_file="keys.log"),
)
"""What neither can do, and passwords that must not be written down."""
