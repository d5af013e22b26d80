"""Reports in JSON; those of the mail services are read in test_refusal_forms."""

import json

import pytest

from smtpdebugger.transcript.json_text import decoded, log_lines, refusals_in_json
from smtpdebugger.transcript.refusals import NOBODY, steps_of_refusals


def told(value: object) -> list[str]:
    """What was said."""
    return [each.text for each in steps_of_refusals(refusals_in_json([value]))]


def test_one_object_a_list_and_one_a_line_are_json() -> None:
    assert decoded('{"a": 1}') == [{"a": 1}]
    assert decoded('[{"a": 1}, 2]') == [{"a": 1}, 2]
    assert decoded('{"a": 1}\n{"b": 2}\n{"c": ') == [{"a": 1}, {"b": 2}]
    assert decoded("[2026-05-01] < 220 mx") is None
    assert decoded("S: 220 mx") is None
    assert decoded("[" * 100_000) is None


def test_the_nearest_address_and_the_command_are_taken() -> None:
    event = {"to": "a@b.c", "failures": [{"to": "d@e.f", "reason": "550 5.1.1 no"}]}

    assert told(event) == ["RCPT TO:<d@e.f>", "550 5.1.1 no"]
    assert told({"response": "530 5.7.0 TLS", "command": "MAIL FROM"})[0] == (
        f"MAIL FROM:<sender@{NOBODY}>"
    )
    assert told({"reason": "535 5.7.8 no", "email": "a@b.c"})[0] == "AUTH PLAIN"


def test_several_recipients_name_none() -> None:
    assert told({"to": ["a@b.c", "d@e.f"], "error": "550 5.1.1 no"}) == ["550 5.1.1 no"]


def test_a_report_in_a_report_is_read() -> None:
    inner = json.dumps({"email": "a@b.c", "diag": "smtp;552 5.2.2 full"})

    assert told({"Message": inner}) == ["RCPT TO:<a@b.c>", "552 5.2.2 full"]


@pytest.mark.parametrize(
    "value",
    [
        {"subject": "550 euro off", "to": "a@b.c"},
        {"code": 404, "message": "Not Found"},
        {"code": 550, "message": ""},
        {"status": 503, "error": "Service Unavailable"},
        {"us": 1, "type": "received", "data": "550 5.1.1 no"},
        {"reason": 550},
    ],
)
def test_what_is_no_reply_is_none(value: object) -> None:
    assert told(value) == []


def test_the_lines_of_a_log_are_its_messages() -> None:
    lines = [{"msg": "220 mx", "tnx": "server"}, {"msg": "QUIT", "tnx": "client"}, {"log": "x\ny"}]

    assert log_lines(lines) == "S: 220 mx\nC: QUIT\nx\ny"
    assert log_lines([1]) == ""
