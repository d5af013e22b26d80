import pytest

from smtpdebugger.cli.main import parse
from smtpdebugger.cli.talk.arguments import connection_settings


@pytest.mark.parametrize(
    ("server", "security", "expected"),
    [
        ("mx.test", None, ("mx.test", 25, "none")),
        ("mx.test", "starttls", ("mx.test", 587, "starttls")),
        ("mx.test", "tls", ("mx.test", 465, "tls")),
        ("mx.test:465", None, ("mx.test", 465, "tls")),
        ("mx.test:587", None, ("mx.test", 587, "starttls")),
        ("mx.test:587", "none", ("mx.test", 587, "none")),
        ("mx.test:2525", None, ("mx.test", 2525, "none")),
        ("[::1]:25", None, ("::1", 25, "none")),
        ("mx:domain.test", None, ("mx:domain.test", 25, "none")),
        ("mx:domain.test:2525", None, ("mx:domain.test", 2525, "none")),
        ("unix:/run/lmtp:1", None, ("unix:/run/lmtp:1", 25, "none")),
    ],
)
def test_host_port_and_protection(
    server: str, security: str | None, expected: tuple[str, int, str]
) -> None:
    options = ["--security", security] if security else []
    settings = connection_settings(parse(["talk", server, *options]))

    assert (settings.host, settings.port, settings.security) == expected


def test_the_time_out_holds_for_every_step_and_not_for_hints() -> None:
    settings = connection_settings(parse(["talk", "mx.test", "--timeout", "2.5"]))

    timeouts = settings.timeouts
    assert timeouts.connect == timeouts.greeting == timeouts.command == timeouts.data_end == 2.5
    assert timeouts.hint == 5


def test_trust_and_hello() -> None:
    settings = connection_settings(parse(["talk", "mx.test", "--ca", "x.pem", "--ehlo", "me.test"]))
    assert (settings.trust.ca_file, settings.trust.verify) == ("x.pem", True)
    assert (settings.client_name, settings.ehlo) == ("me.test", True)

    settings = connection_settings(parse(["talk", "mx.test", "--insecure", "--no-ehlo"]))
    assert (settings.trust.verify, settings.ehlo) == (False, False)


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        ([], "HOST"),
        (["mx.test:0"], "port"),
        (["mx.test:smtp"], "port"),
        ([":25"], "host"),
        (["mx.test", "--timeout", "0"], "seconds"),
        (["mx.test", "--timeout", "nan"], "seconds"),
        (["mx.test", "--timeout", "soon"], "seconds"),
        (["mx.test", "--limit", "0"], "number"),
        (["mx.test", "--format", "xml"], "xml"),
        (["mx.test", "--security", "ssl"], "ssl"),
        (["mx.test", "--user", "a", "--password-env", "NO_SUCH_VARIABLE"], "NO_SUCH_VARIABLE"),
        (["mx.test", "--mechanism", "PLAIN"], "--user"),
        (["mx.test", "--ca", "x", "--insecure"], "--ca"),
        (["mx.test", "--ehlo", "x", "--no-ehlo"], "--ehlo"),
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
