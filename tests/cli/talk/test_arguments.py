import pytest

from smtpdebugger.cli.main import parse
from smtpdebugger.cli.talk.arguments import MOST_COMMANDS, wants_login


def test_a_server_is_enough() -> None:
    options = parse(["talk", "mx.test:2525"])

    assert options.server == ("mx.test", 2525)
    assert (options.script, options.save, options.format) == (None, None, "text")
    assert options.limit == MOST_COMMANDS
    assert not options.allow_delivery
    assert not wants_login(options)


def test_logins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PW", "x")
    assert wants_login(parse(["talk", "mx.test", "--user", "a", "--password-env", "PW"]))
    assert wants_login(parse(["talk", "mx.test", "--mechanism", "external"]))


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        ([], "HOST"),
        (["mx.test", "--limit", "0"], "number"),
        (["mx.test", "--format", "xml"], "xml"),
        (["mx.test", "--user", "a", "--password-env", "NO_SUCH_VARIABLE"], "NO_SUCH_VARIABLE"),
        (["mx.test", "--mechanism", "PLAIN"], "--user"),
        (["mx.test", "--password", "hunter2"], "unrecognized"),
    ],
)
def test_wrong_usage_is_a_sentence_and_2(
    arguments: list[str], word: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        parse(["talk", *arguments])

    assert ended.value.code == 2
    told = capsys.readouterr().err
    assert word in told
    assert "usage: smtpdebugger talk" in told


def test_help_has_examples_and_exit_codes(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parse(["talk", "--help"])

    told = capsys.readouterr().out
    assert "examples:" in told
    assert "exit codes:" in told
    assert "--allow-delivery" in told
