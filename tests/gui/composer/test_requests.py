"""Requests show no secret when they are printed."""

from smtpdebugger.gui.composer.requests import LoginRequest, MessageRequest
from smtpdebugger.protocol.envelope import Envelope
from smtpdebugger.protocol.mechanisms import Credentials


def test_no_secret_is_printed() -> None:
    assert "wonderland" not in repr(LoginRequest(Credentials("alice", "wonderland")))


def test_a_message_goes_by_data_unless_asked_otherwise() -> None:
    request = MessageRequest(Envelope())
    assert (request.by, request.chunk_size, request.pipelined) == ("data", 0, False)
