"""The forms of refusals: each message is read as what it tells."""

import pytest

from smtpdebugger.transcript.errors import TranscriptError
from smtpdebugger.transcript.opening import read_session
from smtpdebugger.transcript.refusal_forms import FORMS, FRAMES, VERBS
from smtpdebugger.transcript.traces import read_trace
from tests.transcript.messages import Message, messages, told


@pytest.mark.parametrize("message", messages(), ids=lambda each: each.name)
def test_a_message_is_read_as_what_it_tells(message: Message) -> None:
    if not message.wanted[0].startswith("-!"):
        assert told(read_session(message.text.encode(), "x")[0]) == message.wanted
        return
    with pytest.raises(TranscriptError) as error:
        read_session(message.text.encode(), "x")
    assert message.wanted[0].removeprefix("-! ") in str(error.value)


@pytest.mark.parametrize("message", messages(), ids=lambda each: each.name)
def test_a_message_cut_anywhere_is_read_or_refused(message: Message) -> None:
    for stop in range(0, len(message.text), 37):
        found = read_trace(message.text[:stop])
        assert found is None or found[0].events


def test_each_form_has_its_needle_in_small_letters() -> None:
    assert [each.needle for each in FORMS if each.needle != each.needle.lower()] == []
    assert all(each.needle for each in FORMS)


def test_verbs_are_those_that_refusals_know() -> None:
    known = {"RCPT", "MAIL", "DATA", "data", "EHLO", "STARTTLS", "AUTH", "connect"}

    assert set(VERBS.values()) | {verb for verb, _ in FRAMES} <= known
    assert {each.verb for each in FORMS} <= known | {""}


@pytest.mark.parametrize(
    "text",
    [
        "HTTP/1.1 502 Bad Gateway while sending mail",
        "The mail room is on floor 550.",
        "mail: 503 Service Unavailable (nginx)",
        "Python 3.11, mail 4.5.1 of today",
    ],
)
def test_prose_and_the_web_tell_no_refusal(text: str) -> None:
    assert read_trace(text) is None
