"""What a diagnosis is made of."""

from smtpdebugger.diagnosis.model import Alternative


def test_the_name_of_a_button_is_its_commands() -> None:
    assert Alternative("send", ("RSET", "NOOP")).label == "RSET · NOOP"


def test_a_reconnection_says_where_to_and_how() -> None:
    assert Alternative("reconnect", port=465, security="tls").label == (
        "Reconnect to port 465 with TLS"
    )
    assert Alternative("reconnect", port=587, security="starttls").label == (
        "Reconnect to port 587 with STARTTLS"
    )
    assert Alternative("reconnect", ("EHLO me",), port=25).label == (
        "Reconnect to port 25 · EHLO me"
    )


def test_anything_else_is_told() -> None:
    assert Alternative("other", what="Ask the postmaster").label == "Ask the postmaster"
