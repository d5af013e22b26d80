"""The arguments of ``talk``; those about the connection are in ``cli/connection.py``."""

import argparse
from pathlib import Path

from smtpdebugger.cli.connection import (
    add_connection_options,
    check_connection,
    check_variable,
    server_address,
)

MOST_COMMANDS = 100_000
"""A script that never ends is a mistake more often than not."""

EXAMPLES = """\
examples:
  smtpdebugger talk mail.example.test                       type commands, :help for the rest
  smtpdebugger talk mail.example.test:587 --script check.txt --save check.smtpsession
  printf 'VRFY alice\\nHELP\\n' | smtpdebugger talk localhost:2525 --format json
  smtpdebugger talk mail.example.test:465 --user alice --password-env PASSWORD </dev/null

HOST is a name, an address, mx:DOMAIN for its mail exchangers, or unix:/PATH.
exit codes: 0 done; 1 a command was refused; 2 usage; 3 could not connect or read
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare every option of ``talk``."""
    parser.add_argument(
        "server", type=server_address, metavar="HOST[:PORT]", help="where to connect"
    )
    _add_script(parser.add_argument_group("script"))
    _add_login(parser.add_argument_group("login"))
    _add_output(parser.add_argument_group("output"))
    add_connection_options(parser)


def _add_script(group: "argparse._ArgumentGroup") -> None:
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


def _add_output(group: "argparse._ArgumentGroup") -> None:
    group.add_argument("--save", type=Path, metavar="FILE", help="record the session")
    group.add_argument("--format", choices=("text", "json"), default="text")
    group.add_argument("--times", action="store_true", help="seconds in front of every line")
    group.add_argument("--color", choices=("auto", "always", "never"), default="auto")


def _add_login(group: "argparse._ArgumentGroup") -> None:
    group.add_argument("--user", metavar="U", help="log in as U before the script")
    group.add_argument(
        "--password-env", metavar="VAR", help="the environment variable with the password"
    )
    group.add_argument("--mechanism", metavar="M", help="instead of the strongest one offered")
    group.add_argument(
        "--allow-clear-password",
        action="store_true",
        help="send a password though the connection is not encrypted",
    )


def check(parser: argparse.ArgumentParser, options: argparse.Namespace) -> None:
    """What no single option can tell; ends the program with 2 where something is wrong."""
    check_connection(parser, options)
    check_variable(parser, options, "password_env")
    mechanism = options.mechanism or ""
    if mechanism and options.user is None and mechanism.upper() != "EXTERNAL":
        parser.error("argument --mechanism: only with --user")


def wants_login(options: argparse.Namespace) -> bool:
    """Whether to log in before the script."""
    return options.user is not None or options.mechanism is not None


def _count(text: str) -> int:
    if not (text.isdecimal() and int(text) > 0):
        raise argparse.ArgumentTypeError("a number from 1")
    return int(text)
