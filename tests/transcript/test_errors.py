from smtpdebugger.transcript.errors import TranscriptError


def test_its_message_is_the_sentence() -> None:
    assert str(TranscriptError("x does not exist.")) == "x does not exist."
