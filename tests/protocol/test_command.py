"""Commands: every line reads as something, malformed ones too."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smtpdebugger.protocol.command import (
    Command,
    SaslResponse,
    chunk_size,
    read_command,
    read_response,
    without_secrets,
)
from smtpdebugger.protocol.defects import Defect
from smtpdebugger.protocol.sasl import MASK, MASK_OCTETS, Secret


@pytest.mark.parametrize(
    ("octets", "verb", "argument"),
    [
        (b"EHLO client.example.test\r\n", "EHLO", "client.example.test"),
        (b"ehlo  x  \r\n", "EHLO", "x"),
        (b"\t mail\tFROM:<a@b> SIZE=1\r\n", "MAIL", "FROM:<a@b> SIZE=1"),
        (b"QUIT\n", "QUIT", ""),
        (b"QUIT", "QUIT", ""),
        (b"\r\n", "", ""),
        (b"", "", ""),
        (b"   \r\n", "", ""),
        (b"N\xc3\xb6\xc3\xb6p x\r\n", "NööP", "x"),
        # Only ASCII letters have cases on the wire, only ASCII blanks part words.
        (b"ma\xc4\xb1l x\r\n", "MAıL", "x"),
        (b"\xc5\xbfend x\r\n", "ſEND", "x"),
        (b"EHLO\xc2\xa0x\r\n", "EHLO\xa0X", ""),
        (b"AUTH\xc2\x85X PLAIN\r\n", "AUTH\x85X", "PLAIN"),
    ],
)
def test_verb_and_argument(octets: bytes, verb: str, argument: str) -> None:
    command = read_command(octets)
    assert (command.verb, command.argument) == (verb, argument)
    assert command.octets == octets


@pytest.mark.parametrize(
    ("line", "path", "parameters"),
    [
        ("MAIL FROM:<a@b.example> SIZE=10 BODY=8BITMIME", "a@b.example",
         {"SIZE": "10", "BODY": "8BITMIME"}),
        ("MAIL FROM:<>", "", {}),
        ("MAIL FROM:<> smtputf8", "", {"SMTPUTF8": None}),
        ("RCPT TO:<x@y> NOTIFY=NEVER ORCPT=rfc822;x@y", "x@y",
         {"NOTIFY": "NEVER", "ORCPT": "rfc822;x@y"}),
        ("MAIL FROM:a@b.example SIZE=10", None, {}),
        ("MAIL FROM:<a@b> =x ?", "a@b", {}),
        ("MAIL FROM:<a@b> SIZE=", "a@b", {"SIZE": ""}),
        ("VRFY <a@b> SIZE=1", "a@b", {}),
        ("MAIL FROM:<a@b> AUTH=<> SIZE=5", "a@b", {"AUTH": "<>", "SIZE": "5"}),
        ("MAIL FROM:<> AUTH=<>", "", {"AUTH": "<>"}),
        ('MAIL FROM:<"a@b> SIZE=5', '"a@b', {"SIZE": "5"}),
    ],
)  # fmt: skip
def test_path_and_parameters(
    line: str, path: str | None, parameters: dict[str, str | None]
) -> None:
    command = read_command(line.encode() + b"\r\n")
    assert command.path == path
    assert command.parameters == parameters
    assert command.text == line


@given(st.binary(max_size=60))
def test_anything_is_a_command(octets: bytes) -> None:
    command = read_command(octets)
    assert isinstance(command.verb, str)
    assert chunk_size(command) >= 0
    assert isinstance(command.parameters, dict)
    for secret in command.secrets:
        assert 0 <= secret.start < secret.stop <= len(octets)


@pytest.mark.parametrize(
    ("line", "size"),
    [
        (b"BDAT 10\r\n", 10),
        (b"bdat 10 last\r\n", 10),
        (b"BDAT\t7\tLAST  \n", 7),
        (b"BDAT 0 LAST\r\n", 0),
        (b"BDAT\r\n", 0),
        (b"BDAT -1\r\n", 0),
        (b"BDAT 10 FIRST\r\n", 0),
        (b"BDAT 10LAST\r\n", 0),
        (b"BDAT 9999999999999999999999\r\n", 0),
        (b"XBDAT 10\r\n", 0),
        ("BDAT ٣\r\n".encode(), 0),
    ],
)
def test_chunk_sizes(line: bytes, size: int) -> None:
    assert chunk_size(read_command(line)) == size


def test_responses() -> None:
    assert read_response(b"AGFs\r\n") == SaslResponse(b"AGFs\r\n", (Secret(0, 4),))
    assert read_response(b"*\n").secrets == ()
    assert [each.name for each in read_response(b"*\n").defects] == ["bare-lf"]


def test_a_command_without_its_secrets() -> None:
    octets = b"AUTH PLAIN \xff\0secret\n"
    command = read_command(octets)
    shown = without_secrets(command, command.secrets)
    assert isinstance(shown, Command)
    assert shown.octets == b"AUTH PLAIN " + MASK_OCTETS + b"\n"
    assert shown.argument == f"PLAIN {MASK}"
    assert [each.name for each in shown.defects] == ["bare-lf"], "defects inside are gone"
    assert without_secrets(shown, shown.secrets) == shown


def test_defects_of_the_stream_stay_with_a_masked_unit() -> None:
    defect = Defect("no-line-end", 0, 0)
    response = SaslResponse(b"AGFs", (Secret(0, 4),), (defect,))
    shown = without_secrets(response, response.secrets)
    assert shown == SaslResponse(MASK_OCTETS, (Secret(0, 18),), (defect,))
