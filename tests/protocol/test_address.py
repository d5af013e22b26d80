import pytest

from smtpdebugger.protocol.address import PORT_OF_SECURITY, SECURITY_OF_PORT, split_host


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("mail.example.test", ("mail.example.test", None)),
        ("mail.example.test:587", ("mail.example.test", 587)),
        ("[2001:db8::25]:465", ("2001:db8::25", 465)),
        ("[2001:db8::25]", ("2001:db8::25", None)),
        ("2001:db8::25", ("2001:db8::25", None)),
        ("192.0.2.1:25", ("192.0.2.1", 25)),
        ("mx:example.test", ("mx:example.test", None)),
        ("mx:example.test:2525", ("mx:example.test", 2525)),
        ("mx:25", ("mx", 25)),
        ("unix:/run/lmtp:1", ("unix:/run/lmtp:1", None)),
    ],
)
def test_host_and_port(text: str, expected: tuple[str, int | None]) -> None:
    assert split_host(text) == expected


@pytest.mark.parametrize("text", ["mail:smtp", "mail:0", "mail:65536", "[::1]:x"])
def test_a_port_that_is_none_is_told(text: str) -> None:
    with pytest.raises(ValueError, match="is no port"):
        split_host(text)


def test_well_known_ports_tell_their_protection_and_back() -> None:
    assert SECURITY_OF_PORT.get(465) == "tls"
    assert SECURITY_OF_PORT.get(25, "none") == "none"
    assert all(
        SECURITY_OF_PORT.get(port, "none") == each for each, port in PORT_OF_SECURITY.items()
    )
