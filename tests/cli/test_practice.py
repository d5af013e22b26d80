import signal
import smtplib
import socket
import subprocess
import sys

import pytest

from smtpdebugger.__main__ import main
from smtpdebugger.cli import practice
from tests.ctrl_c import heed_ctrl_c


def test_it_tells_its_port_serves_and_ends_with_ctrl_c() -> None:
    server = subprocess.Popen(
        [sys.executable, "-m", "smtpdebugger", "practice"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=heed_ctrl_c,
    )
    try:
        assert server.stdout is not None
        port = int(server.stdout.readline().split()[-1].strip("."))
        with smtplib.SMTP("127.0.0.1", port, local_hostname="client.example.test") as client:
            assert client.ehlo()[0] == 250
            assert client.docmd("VRFY", "alice@example.test") == (
                502,
                b"5.5.1 VRFY command is disabled",
            )
    finally:
        server.send_signal(signal.SIGINT)
        _, errors = server.communicate(timeout=10)
    assert server.returncode == 0
    assert "stopped" in errors
    assert "Traceback" not in errors


def test_an_unknown_personality_is_a_sentence_and_3(capsys: pytest.CaptureFixture[str]) -> None:
    assert practice.run("nobody", 0) == 3
    told = capsys.readouterr().err
    assert "nobody" in told
    assert "strict-postfix" in told


def test_a_port_in_use_is_a_sentence_and_3(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        assert main(["practice", "--port", str(port)]) == 3
    told = capsys.readouterr().err
    assert f"port {port} cannot be used: another program listens there" in told


@pytest.mark.parametrize("port", ["65536", "-1", "smtp"])
def test_a_port_that_cannot_be_is_wrong_usage(port: str) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["practice", "--port", port])
    assert ended.value.code == 2
