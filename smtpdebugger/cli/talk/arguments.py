"""The arguments of ``talk``, and the connection settings they ask for."""

import argparse
import os
from dataclasses import fields
from pathlib import Path

from smtpdebugger.protocol.address import PORT_OF_SECURITY, SECURITY_OF_PORT, split_host
from smtpdebugger.transport.settings import (
    MX_PREFIX,
    UNIX_PREFIX,
    ConnectionSettings,
    Timeouts,
    TlsChoices,
    Trust,
)

LONGEST = 86_400.0
"""Seconds; nobody waits longer than a day."""

MOST_COMMANDS = 100_000
"""A script that never ends is a mistake more often than not."""

EXAMPLES = """\
examples:
  smtpdebugger talk mail.example.test                       type commands, :help for the rest
  smtpdebugger talk mail.example.test:587 --script check.txt --save check.smtpsession
  printf 'VRFY alice\\nHELP\\n' | smtpdebugger talk localhost:2525 --format json
  smtpdebugger talk mail.example.test:465 --user alice --password-env PASSWORD </dev/null

exit codes: 0 done; 1 a command was refused; 2 usage; 3 could not connect or read
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare every option of ``talk``."""
    parser.add_argument("server", type=_server, metavar="HOST[:PORT]", help="where to connect")
    _add_connection(parser)
    _add_login(parser)
    group = parser.add_argument_group("script")
    group.add_argument(
        "--script", metavar="FILE|-", help="commands and :directives; default: standard input"
    )
    group.add_argument(
        "--allow-delivery",
        action="store_true",
        help="let DATA and BDAT through: mail may be delivered",
    )
    group.add_argument(
        "--limit",
        type=_count,
        default=MOST_COMMANDS,
        metavar="N",
        help=f"end after so many commands (default {MOST_COMMANDS})",
    )
    group = parser.add_argument_group("output")
    group.add_argument("--save", type=Path, metavar="FILE", help="record the session")
    group.add_argument("--format", choices=("text", "json"), default="text")
    group.add_argument("--times", action="store_true", help="seconds in front of every line")
    group.add_argument("--color", choices=("auto", "always", "never"), default="auto")


def _add_connection(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("connection")
    group.add_argument(
        "--security",
        choices=("none", "starttls", "tls"),
        help="default: tls on port 465, starttls on 587, else none",
    )
    group.add_argument("--ca", metavar="FILE", help="certificates to trust, PEM")
    group.add_argument("--insecure", action="store_true", help="trust any certificate")
    group.add_argument("--ehlo", default="", metavar="NAME", help="the client name to tell")
    group.add_argument("--no-ehlo", action="store_true", help="send nothing by itself")
    group.add_argument(
        "--timeout",
        type=_seconds,
        metavar="SECONDS",
        help="for each step of connecting and each reply (default: those of RFC 5321)",
    )


def _add_login(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("login")
    group.add_argument("--user", metavar="U", help="log in as U before the script")
    group.add_argument(
        "--password-env", metavar="VAR", help="the environment variable with the password"
    )
    group.add_argument("--mechanism", metavar="M", help="instead of the best one offered")
    group.add_argument(
        "--allow-clear-password",
        action="store_true",
        help="send a password though the connection is not encrypted",
    )


def check(parser: argparse.ArgumentParser, options: argparse.Namespace) -> None:
    """What no single option can tell; ends the program with 2 where something is wrong."""
    name = options.password_env
    if name is not None and name not in os.environ:
        parser.error(f"argument --password-env: there is no environment variable {name}")
    if options.mechanism is not None and options.user is None:
        parser.error("argument --mechanism: only with --user")
    if options.ca is not None and options.insecure:
        parser.error("argument --insecure: not together with --ca")
    if options.ehlo and options.no_ehlo:
        parser.error("argument --no-ehlo: not together with --ehlo")


def connection_settings(options: argparse.Namespace) -> ConnectionSettings:
    """Where to connect and how, as asked for."""
    host, port = options.server
    security = options.security or SECURITY_OF_PORT.get(port, "none")
    timeouts = Timeouts()
    if options.timeout is not None:
        kept = {"hint", "close"}
        names = (field.name for field in fields(Timeouts) if field.name not in kept)
        timeouts = Timeouts(**dict.fromkeys(names, options.timeout))
    return ConnectionSettings(
        host=host,
        port=port or PORT_OF_SECURITY[security],
        security=security,
        ehlo=not options.no_ehlo,
        client_name=options.ehlo,
        timeouts=timeouts,
        trust=Trust(ca_file=options.ca, verify=not options.insecure),
        tls=TlsChoices(),
    )


def _server(text: str) -> tuple[str, int | None]:
    if text.startswith((MX_PREFIX, UNIX_PREFIX)):
        prefix = text[: text.index(":") + 1]
        host, port = (text, None) if prefix == UNIX_PREFIX else _split(text[len(prefix) :])
        return (host if prefix == UNIX_PREFIX else prefix + host), port
    return _split(text)


def _split(text: str) -> tuple[str, int | None]:
    try:
        host, port = split_host(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
    if not host:
        raise argparse.ArgumentTypeError("there is no host in it")
    return host, port


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    # Neither “nan” nor “inf”, which are numbers to Python.
    if not 0 < seconds <= LONGEST:
        raise argparse.ArgumentTypeError(f"seconds are a number up to {LONGEST:.0f}")
    return seconds


def _count(text: str) -> int:
    if not (text.isdecimal() and int(text) > 0):
        raise argparse.ArgumentTypeError("a number from 1")
    return int(text)
