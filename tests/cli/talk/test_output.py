import io
import sys

import pytest

from smtpdebugger.cli.talk.output import Output, is_interactive, wants_color


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("choice", "is_terminal", "environment", "expected"),
    [
        ("auto", True, {"TERM": "xterm"}, True),
        ("auto", True, {"TERM": "xterm", "NO_COLOR": "1"}, False),
        ("auto", True, {"TERM": "dumb"}, False),
        ("auto", True, {}, False),
        ("auto", False, {"TERM": "xterm"}, False),
        ("always", False, {"NO_COLOR": "1"}, True),
        ("never", True, {"TERM": "xterm"}, False),
    ],
)
def test_colours_only_where_they_are_wanted(
    choice: str,
    is_terminal: bool,
    environment: dict[str, str],
    expected: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("TERM", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "stdout", Terminal() if is_terminal else io.StringIO())

    assert wants_color(choice) is expected


def test_a_failure_is_told_once_and_all_else_goes_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    class Full(io.StringIO):
        def flush(self) -> None:
            raise OSError(28, "No space left on device")

    silenced: list[bool] = []
    monkeypatch.setattr("smtpdebugger.cli.talk.output.silence", lambda: silenced.append(True))
    full = Full()
    monkeypatch.setattr(sys, "stdout", full)
    failures: list[OSError] = []
    output = Output(failures.append)
    for _ in range(3):
        output.write("text\n")

    assert [each.errno for each in failures] == [28]
    assert silenced == [True]
    assert full.getvalue() == "text\n"


def test_nothing_is_written_for_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    class Unwritable(io.StringIO):
        def write(self, text: str) -> int:
            raise AssertionError(text)

    monkeypatch.setattr(sys, "stdout", Unwritable())
    Output(lambda error: None).write("")


def test_a_pipe_is_no_person() -> None:
    assert not is_interactive()
