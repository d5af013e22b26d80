"""Traces without marks; whole files are read in test_traces."""

from smtpdebugger.transcript.trace_plain import plain_steps


def kinds(text: str) -> list[str]:
    """Who said each line."""
    return [step.kind for step in plain_steps(text.split("\n"))]


def test_what_is_typed_between_replies_is_the_client_s() -> None:
    assert kinds("220 mx\nEHLO me\n250 mx\nFROB\n500 no") == [
        "server", "client", "server", "client", "server",
    ]  # fmt: skip


def test_a_message_is_the_client_s_whatever_it_holds() -> None:
    text = "220 mx\nDATA\n354 go\nSubject: x\n\n**** stars\n.\n250 ok"

    assert kinds(text) == ["server", "client", "server", *["client"] * 4, "server"]


def test_a_wrapped_reply_is_no_command() -> None:
    assert kinds("220 mx\nEHLO me\n250-mx\nwrapped\n250 ok") == [
        "server",
        "client",
        "server",
        "server",
    ]


def test_what_came_before_and_after_is_left_out() -> None:
    text = "some words\n220 mx\nQUIT\n221 bye\nConnection closed by foreign host.\n$ ls"

    assert kinds(text) == ["server", "client", "server", "closed"]


def test_replies_that_prose_quotes_are_alone() -> None:
    assert kinds("They say\n550 5.7.1 no\nand nothing else") == ["server"]
    assert kinds("no reply at all") == []


def test_a_login_whose_trace_was_suppressed() -> None:
    text = "220 mx\nEHLO a\n250 AUTH LOGIN\nDEBUG SMTP: AUTH LOGIN command trace suppressed\n"
    text += "DEBUG SMTP: AUTH LOGIN succeeded\nMAIL FROM:<>\n250 ok"

    assert [step.text for step in plain_steps(text.split("\n"))][3] == "AUTH LOGIN"
    assert kinds(text)[3:] == ["client", "server", "client", "server"]


def test_after_a_greeting_words_that_are_no_verbs_are_commands_too() -> None:
    typed = ["220 mx.example.test ESMTP", "EHLOO me", "502 no", "GET / HTTP/1.1", "221 bye"]
    sides = ["server", "client", "server", "client", "server"]

    assert [step.kind for step in plain_steps(typed)] == sides


def test_sentences_between_replies_that_are_quoted_are_no_commands() -> None:
    prose = ["220 mx.example.test ESMTP", "is what it greets with, and then comes:", "502 no"]

    assert [step.kind for step in plain_steps(prose)] == ["server", "server"]
