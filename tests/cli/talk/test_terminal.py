"""``talk`` at a terminal: a pseudo-terminal plays the person."""

import os
import pty
import re
import select
import subprocess
import sys
import time
from pathlib import Path

import pytest

from smtpdebugger.cli.talk.terminal import Terminal, TerminalOutput
from smtpdebugger.session.session import Session
from tests.cli.talk.support import practice
from tests.ctrl_c import heed_ctrl_c


class Person:
    """Types, and reads the screen."""

    def __init__(self, *arguments: str, term: str = "xterm") -> None:
        self.end, child = pty.openpty()
        environment = dict(os.environ, TERM=term, PW="wonderland")
        environment.pop("NO_COLOR", None)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "smtpdebugger", "talk", *arguments],
            stdin=child,
            stdout=child,
            stderr=child,
            env=environment,
            preexec_fn=lambda: (os.setsid(), heed_ctrl_c()),  # type: ignore[func-returns-value]
        )
        os.close(child)
        self.seen = ""

    def reads(self, text: str, seconds: float = 20) -> str:
        """Wait until the screen shows a text behind what was read before; what came up to it."""
        deadline = time.perf_counter() + seconds
        while text not in self.seen:
            assert time.perf_counter() < deadline, self.seen
            if select.select([self.end], [], [], 0.1)[0]:
                try:
                    self.seen += os.read(self.end, 65536).decode()
                except OSError:
                    assert text in self.seen, self.seen
        before, _, self.seen = self.seen.partition(text)
        return before + text

    def types(self, text: str) -> None:
        os.write(self.end, text.encode())

    def leaves(self) -> int:
        code = self.process.wait(20)
        os.close(self.end)
        return code


def test_a_person_types_commands_and_sees_the_transcript() -> None:
    with practice("strict-postfix") as server:
        person = Person(f"127.0.0.1:{server.port}")
        person.reads("SMTPUTF8")
        person.reads("C: ")
        person.types("VRFY alice\r")
        assert "\x1b[36mC: VRFY alice\x1b[0m" in person.reads("S: 502 5.5.1")
        person.reads("command-disabled-by-admin")
        person.reads("C: ")
        person.types(":nonsense\r")
        person.reads("there is no directive :nonsense")
        person.reads("C: ")
        person.types("\x04")
        person.reads("C: QUIT")
        person.reads("closed by the server")
        assert person.leaves() == 1


def test_answers_to_challenges_are_not_shown() -> None:
    with practice() as server:
        person = Person(f"127.0.0.1:{server.port}", "--security", "starttls", "--insecure")
        person.reads("AUTH ")
        person.reads("C*: ")
        person.types("AUTH LOGIN\r")
        person.reads("not shown) ")
        person.types("YWxpY2VAbW9kZXJuLnRlc3Q=\r")
        person.reads("S*: 334")
        person.reads("not shown) ")
        person.types("d29uZGVybGFuZA==\r")
        shown = person.reads("S*: 235")
        assert "d29uZGVy" not in shown
        person.reads("C*: ")
        person.types("QUIT\r")
        person.reads("S*: 221")
        assert person.leaves() == 0


def test_a_password_is_asked_for() -> None:
    with practice() as server:
        options = ["--security", "starttls", "--insecure", "--user", "alice@modern.test"]
        person = Person(f"127.0.0.1:{server.port}", *options)
        person.reads("Password: ")
        person.types("wonderland\r")
        shown = person.reads("S*: 235")
        assert "wonderland" not in shown
        person.types(":quit\r")
        person.reads("S*: 221")
        assert person.leaves() == 0


def test_ctrl_c_takes_leave_and_the_terminal_is_as_it_was() -> None:
    with practice() as server:
        person = Person(f"127.0.0.1:{server.port}")
        person.reads("S: 250 STARTTLS")
        person.reads("C: ")
        person.types("NOO")
        person.reads("NOO")
        person.process.send_signal(2)
        person.reads("C: QUIT")
        person.reads("closed by")
        assert person.leaves() == 130


def test_what_comes_unasked_does_not_disturb_the_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TERM", "xterm")
    output = TerminalOutput(lambda error: None)
    output.prompt = "C: "
    output.write("S: 421 bye\n")
    output.prompt = ""
    output.write("C: QUIT\n")

    assert capsys.readouterr().out == "\r\x1b[JS: 421 bye\nC: C: QUIT\n"


def test_a_plain_terminal_gets_no_escapes(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TERM", "dumb")
    output = TerminalOutput(lambda error: None)
    output.prompt = "C: "
    output.write("S: 421 bye\n")
    output.forget_line("C: NOOP")

    assert not re.search(r"\x1b", capsys.readouterr().out)


def test_without_a_terminal_there_is_nothing_to_restore(
    capsys: pytest.CaptureFixture[str],
) -> None:
    Terminal(Session(), TerminalOutput(lambda error: None)).restore()

    assert capsys.readouterr().out == ""


def test_what_could_deliver_is_asked_for_once(tmp_path: Path) -> None:
    message = tmp_path / "m.eml"
    message.write_bytes(b"Subject: x\r\n\r\nhello\r\n")
    with practice() as server:
        person = Person(f"127.0.0.1:{server.port}", "--color", "never")
        person.reads("SMTPUTF8")
        for line in ("MAIL FROM:<a@client.test>", "RCPT TO:<alice@modern.test>"):
            person.reads("\nC: " if line[0] == "M" else "C: ")
            person.types(f"{line}\r")
            person.reads("S: 250")
        person.reads("C: ")
        person.types("DATA\r")
        person.reads("deliver mail to <alice@modern.test>. Send it? [y/N] ")
        person.types("no\r")
        person.reads("DATA was not sent")
        person.reads("C: ")
        person.types("DATA\r")
        person.reads("Send it? [y/N] ")
        person.types("y\r")
        person.reads("S: 354")
        person.reads("C: ")
        person.types("hello\r")
        person.types(".\r")
        person.reads("S: 250")
        person.reads("C: ")
        person.types(f":mail to=alice@modern.test file={message}\r")
        person.reads("Send it? [y/N] ")
        person.types("yes\r")
        person.reads("S: 354")
        person.reads("S: 250")
        person.reads("C: ")
        person.types(":quit\r")
        person.reads("closed by")
        assert person.leaves() == 1, "once it was held back"
