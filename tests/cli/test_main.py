import pytest

from smtpdebugger import __version__
from smtpdebugger.cli.main import parse


def test_no_arguments_mean_the_window() -> None:
    options = parse([])
    assert options.command == "window"
    assert options.practice is None
    assert options.size == (1280, 800)


def test_practice_has_a_personality_of_its_own() -> None:
    assert parse(["--practice"]).practice == "strict-postfix"
    assert parse(["--practice", "legacy"]).practice == "legacy"


def test_lines_to_send_keep_their_order() -> None:
    options = parse(["--connect", "mx:25", "--send", "EHLO a", "--send", "VRFY b"])
    assert options.send == ["EHLO a", "VRFY b"]


def test_explain_reads_its_own_arguments() -> None:
    options = parse(["explain", "-", "--format", "json", "--all"])
    assert (options.command, options.file, options.format, options.all) == (
        "explain",
        "-",
        "json",
        True,
    )


@pytest.mark.parametrize(
    "arguments",
    [["--size", "big"], ["--size", "1x1"], ["--nonsense"], ["explain"], ["--security", "ssl"]],
)
def test_wrong_usage_ends_with_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        parse(arguments)
    assert ended.value.code == 2
    assert "usage: smtpdebugger" in capsys.readouterr().err


def test_version_and_examples(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in (["--version"], ["--help"], ["explain", "--help"], ["practice", "--help"]):
        with pytest.raises(SystemExit) as ended:
            parse(arguments)
        assert ended.value.code == 0
    told = capsys.readouterr().out
    assert f"smtpdebugger {__version__}" in told
    assert told.count("examples:") == 3


@pytest.mark.parametrize(("columns", "widest"), [("70", 70), ("wide", 80), ("0", 80)])
def test_help_is_as_wide_as_the_terminal(
    columns: str,
    widest: int,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    with pytest.raises(SystemExit):
        parse(["explain", "--help"])

    options = capsys.readouterr().out.partition("examples:")[0]
    assert max(map(len, options.splitlines())) <= widest
