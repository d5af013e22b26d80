"""Evidence of another protocol, or of something in between."""

import pytest

from tests.diagnosis.cases import EHLO, seen_in

GREETING = "S: 220 mail.example.test ESMTP\n"


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        ("\x16\x03\x01\x02\x00\x01", "tls-octets"),
        ("GET / HTTP/1.1", "http-line"),
        ("CONNECT mail.example.test:25 HTTP/1.0", "http-line"),
        ("PROXY TCP4 192.0.2.1 192.0.2.2 4000 25", "proxy-line"),
        ("PROXY UNKNOWN", "proxy-line"),
        ("Subject: hello", "header-line"),
        ("CAPA", "other-protocol"),
        ("LOGOUT", "other-protocol"),
    ],
)
def test_the_first_octets_give_another_protocol_away(line: str, rule: str) -> None:
    found = seen_in(GREETING + f"C: {line}\nS: 500 no\n")

    assert rule in found
    rules = {"tls-octets", "http-line", "proxy-line", "header-line", "other-protocol"}
    assert rules & set(found) == {rule}


def test_a_command_of_smtp_gives_nothing_away() -> None:
    found = seen_in(EHLO + "C: VRFY alice\nS: 500 no\n")

    assert not {"tls-octets", "http-line", "proxy-line", "header-line", "other-protocol"} & set(
        found
    )


def test_the_server_answers_in_another_protocol() -> None:
    assert "other-peer" in seen_in("C: EHLO me\nS: HTTP/1.1 400 Bad Request\n")
    assert "tls-answer" in seen_in("C: EHLO me\nS: \x15\x03\x01\x00\x02\n")


def test_lmtp_and_smtp_taken_for_each_other() -> None:
    lmtp = "S: 220 mail.example.test LMTP ready\n"

    assert "lmtp-greeting" in seen_in(lmtp + "C: EHLO me\nS: 500 no\n")
    assert "lhlo-to-smtp" in seen_in(GREETING + "C: LHLO me\nS: 500 no\n")
    assert "lhlo-to-smtp" not in seen_in(lmtp + "C: LHLO me\nS: 500 no\n")
    assert "lmtp-greeting" not in seen_in(GREETING + "C: EHLO me\nS: 500 no\n")


def test_crosses_quoted_back() -> None:
    quoted = 'S: 500 5.5.1 Command unrecognized: "XXXXXXXX"\n'

    assert "masked-quote" in seen_in(EHLO + "C: STARTTLS\n" + quoted)
    assert "masked-quote" not in seen_in(EHLO + "C: XXXXXXXX\n" + quoted)
    assert "masked-quote" not in seen_in(EHLO + "C: STARTTLS\nS: 500 no\n")
