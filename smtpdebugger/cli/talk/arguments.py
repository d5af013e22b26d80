"""The arguments of ``talk``; those about the connection are in ``cli/connection.py``."""

import argparse
from pathlib import Path

from smtpdebugger.cli.connection import (
    add_connection_options,
    check_connection,
    check_variable,
    server_address,
)
from smtpdebugger.transport.binding import BINDING_KINDS
from smtpdebugger.transport.settings import UNIX_PREFIX, USUAL_PORTS

MOST_COMMANDS = 100_000
"""A script that never ends is a mistake more often than not."""

EXAMPLES = """\
examples:
  smtpdebugger talk mail.example.test                       type commands, :help for the rest
  smtpdebugger talk mail.example.test:587 --script check.txt --save check.smtpsession
  printf 'VRFY alice\\nHELP\\n' | smtpdebugger talk localhost:2525 --format json
  smtpdebugger talk mail.example.test:465 --user alice --password-env PASSWORD </dev/null
  smtpdebugger talk --find-port mail.example.test           which ports, which TLS, which logins
  smtpdebugger talk mx:example.test --security starttls --policies example.test </dev/null

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
    _add_questions(parser.add_argument_group("other questions"))
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
    group.add_argument(
        "--waiting",
        action="store_true",
        help="with --format json: an object for each second that something is awaited",
    )


def _add_questions(group: "argparse._ArgumentGroup") -> None:
    group.add_argument(
        "--find-port",
        action="store_true",
        help="try the usual ports with every TLS mode in place of a session",
    )
    group.add_argument(
        "--ports",
        type=_ports,
        metavar="N,N…",
        help=f"which ports to try (default {','.join(map(str, USUAL_PORTS))})",
    )
    group.add_argument(
        "--policies",
        metavar="DOMAIN",
        help="look up its MTA-STS policy and TLSA records; does the server keep to them?",
    )


def _add_login(group: "argparse._ArgumentGroup") -> None:
    group.add_argument("--user", metavar="U", help="log in as U before the script")
    source = group.add_mutually_exclusive_group()
    source.add_argument(
        "--password-env", metavar="VAR", help="the environment variable with the password"
    )
    source.add_argument(
        "--password-file", type=Path, metavar="FILE", help="the file whose first line it is"
    )
    source.add_argument(
        "--password-keyring",
        action="store_true",
        help="the system's keyring has it, where the window keeps it",
    )
    group.add_argument("--mechanism", metavar="M", help="instead of the strongest one offered")
    group.add_argument(
        "--channel-binding",
        choices=BINDING_KINDS,
        default=BINDING_KINDS[0],
        help=f"what ties a -PLUS mechanism to the TLS connection (default {BINDING_KINDS[0]})",
    )
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
    if options.ports and not options.find_port:
        parser.error("argument --ports: only with --find-port")
    if options.waiting and options.format != "json":
        parser.error("argument --waiting: only with --format json")
    if options.find_port:
        _check_alone(parser, options)


def _check_alone(parser: argparse.ArgumentParser, options: argparse.Namespace) -> None:
    """Finding the port is no session: what is about one would be passed over in silence."""
    for name in ("script", "save", "user", "mechanism", "policies", "allow_delivery", "security"):
        if getattr(options, name):
            parser.error(f"argument --find-port: not together with --{name.replace('_', '-')}")
    host, port = options.server
    if port is not None:
        parser.error(f"argument --find-port: write {host} --ports {port} for one port")
    if host.startswith(UNIX_PREFIX):
        parser.error("argument --find-port: a Unix socket has no ports")


def wants_login(options: argparse.Namespace) -> bool:
    """Whether to log in before the script."""
    return options.user is not None or options.mechanism is not None


def _ports(text: str) -> tuple[int, ...]:
    words = text.split(",")
    if not all(each.isdecimal() and 0 < int(each[:6]) < 65536 for each in words):
        raise argparse.ArgumentTypeError("ports are numbers from 1 to 65535, as in 25,465")
    return tuple(dict.fromkeys(map(int, words)))


def _count(text: str) -> int:
    if not (text.isdecimal() and int(text) > 0):
        raise argparse.ArgumentTypeError("a number from 1")
    return int(text)
