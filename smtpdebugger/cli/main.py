"""Arguments: what was asked for, told as a plain object; nothing is started here.

argparse rather than click: it is in the standard library, costs the window's start 6 ms instead
of 30, and lets files and commands stand in one usage.
"""

import argparse
import os
from collections.abc import Sequence

from smtpdebugger import __version__

_USUAL_COLUMNS = 80

COMMANDS = ("convert", "explain", "practice", "recordings", "requirements", "talk")

_WINDOW_EXAMPLES = """\
examples:
  smtpdebugger                                       open the window
  smtpdebugger --practice                            ... on a practice server of its own
  smtpdebugger --practice appliance --send "EHLO me"
  smtpdebugger --connect mail.example.test:587 --security starttls
  smtpdebugger session.smtpsession                   open a saved session or a trace
  smtpdebugger --practice --send "VRFY alice@example.test" --screenshot picture.png

other commands (each has its own --help):
  smtpdebugger explain FILE|-                        explain every refusal in a session or trace
  smtpdebugger convert IN OUT                        into another format, secrets masked
  smtpdebugger talk HOST[:PORT]                      a session without a window, or by script
  smtpdebugger requirements FILE [--check FILE]      what a program needs, and who has it
  smtpdebugger practice [--personality P]            run a practice server
  smtpdebugger recordings                            which sessions are recorded

exit codes: 0 done; 1 done, and the answer is negative; 2 usage; 3 could not connect or read
"""

_EXPLAIN_EXAMPLES = """\
examples:
  smtpdebugger explain failure.smtpsession
  printf 'S: 220 mx ESMTP Postfix\\nC: VRFY a\\nS: 502 5.5.1 disabled\\n' | smtpdebugger explain -
  smtpdebugger explain --format json trace.txt
"""

_REQUIREMENTS_EXAMPLES = """\
examples:
  smtpdebugger requirements worked.smtpsession --save app.toml
  smtpdebugger requirements app.toml --check elsewhere.smtpsession
  smtpdebugger requirements app.toml --connect mail.example.test:587

exit codes: 0 done; 1 something required is missing; 2 usage; 3 could not connect or read
"""

_PRACTICE_EXAMPLES = """\
examples:
  smtpdebugger practice
  smtpdebugger practice --personality legacy --port 2525
"""


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """What was asked for. Ends the program with 2 (and usage) on what it does not know."""
    if arguments and arguments[0] in COMMANDS:
        parser = _PARSERS[arguments[0]]()
        options = parser.parse_args(arguments[1:])
        options.command = arguments[0]
        if options.command == "talk":
            _check_talk(parser, options)
        elif options.command == "requirements":
            _check_requirements(parser, options)
        return options
    options = _window_parser().parse_args(arguments)
    options.command = "window"
    return options


class _HelpFormatter(argparse.RawDescriptionHelpFormatter):
    """As wide as the terminal; argparse itself loads shutil, bz2 and lzma to learn that."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=_columns() - 2)


def _columns() -> int:
    wanted = os.environ.get("COLUMNS", "")
    if wanted.isdecimal() and int(wanted) > 0:
        return int(wanted)
    try:
        return os.get_terminal_size(1).columns or _USUAL_COLUMNS
    except OSError:
        return _USUAL_COLUMNS


def _parser(name: str, description: str, examples: str) -> argparse.ArgumentParser:
    return argparse.ArgumentParser(
        prog=name,
        description=description,
        epilog=examples,
        formatter_class=_HelpFormatter,
        allow_abbrev=False,
    )


def _window_parser() -> argparse.ArgumentParser:
    parser = _parser(
        "smtpdebugger",
        "Shows an SMTP session as it happens and explains every refusal.",
        _WINDOW_EXAMPLES,
    )
    parser.add_argument("files", nargs="*", metavar="FILE", help="a saved session or a trace")
    parser.add_argument("--version", action="version", version=f"smtpdebugger {__version__}")
    parser.add_argument(
        "--practice",
        nargs="?",
        const="strict-postfix",
        metavar="PERSONALITY",
        help="start the embedded practice server and connect to it",
    )
    parser.add_argument("--connect", metavar="HOST[:PORT]", help="connect to a server")
    parser.add_argument(
        "--security", choices=("none", "starttls", "tls"), help="how the connection is protected"
    )
    parser.add_argument(
        "--send", action="append", default=[], metavar="LINE", help="send a command; repeatable"
    )
    parser.add_argument("--screenshot", metavar="PNG", help="save a picture of the window, exit")
    parser.add_argument(
        "--size", type=_size, default=(1280, 800), metavar="WxH", help="size of the window"
    )
    parser.add_argument("--theme", choices=("light", "dark"), help="colours")
    return parser


def _explain_parser() -> argparse.ArgumentParser:
    parser = _parser(
        "smtpdebugger explain",
        "Diagnoses every negative reply of a session or trace.",
        _EXPLAIN_EXAMPLES,
    )
    parser.add_argument("file", metavar="FILE", help="a session, a C:/S: transcript, or -")
    parser.add_argument(
        "--format",
        choices=("text", "json", "report", "markdown"),
        default="text",
        help="report, markdown: for the server's administrator",
    )
    parser.add_argument("--all", action="store_true", help="every reply, not the negative ones")
    parser.add_argument(
        "--code", action="store_true", help="with each alternative as Python for developers"
    )
    return parser


def _convert_parser() -> argparse.ArgumentParser:
    # For this command only: it comes with the file formats.
    from smtpdebugger.cli.convert import add_arguments

    parser = _parser(
        "smtpdebugger convert", "Converts a session; what is written has its secrets masked.", ""
    )
    add_arguments(parser)
    return parser


def _practice_parser() -> argparse.ArgumentParser:
    parser = _parser(
        "smtpdebugger practice",
        "Runs a practice server on loopback; it accepts mail and throws it away.",
        _PRACTICE_EXAMPLES,
    )
    parser.add_argument("--personality", default="strict-postfix", metavar="P")
    parser.add_argument("--port", type=_port, default=0, metavar="N", help="0: any free port")
    return parser


def _talk_parser() -> argparse.ArgumentParser:
    # For this command only: the window is painted before anything of the wire is loaded.
    from smtpdebugger.cli.talk.arguments import EXAMPLES, add_arguments

    parser = _parser(
        "smtpdebugger talk", "Talks to a server line by line, and explains every refusal.", EXAMPLES
    )
    add_arguments(parser)
    return parser


def _recordings_parser() -> argparse.ArgumentParser:
    from smtpdebugger.cli.recordings import add_arguments

    parser = _parser(
        "smtpdebugger recordings",
        "Lists the sessions that were recorded, and deletes those over the limits you set.",
        "",
    )
    add_arguments(parser)
    return parser


def _requirements_parser() -> argparse.ArgumentParser:
    from smtpdebugger.cli.connection import add_connection_options, server_address

    parser = _parser(
        "smtpdebugger requirements",
        "Tells what the program in a session needs of a server, and checks whether one has it.",
        _REQUIREMENTS_EXAMPLES,
    )
    parser.add_argument("file", metavar="FILE", help="a session, a trace, saved requirements, or -")
    parser.add_argument("--check", metavar="FILE", help="against the server of this session")
    parser.add_argument(
        "--connect",
        dest="server",
        type=server_address,
        metavar="HOST[:PORT]",
        help="against a live server: EHLO, STARTTLS where offered, EHLO, QUIT",
    )
    parser.add_argument("--save", metavar="OUT", help="keep the requirements, to edit them")
    parser.add_argument("--format", choices=("text", "json", "toml"), default="text")
    add_connection_options(parser)
    return parser


def _check_requirements(parser: argparse.ArgumentParser, options: argparse.Namespace) -> None:
    from smtpdebugger.cli.connection import check_connection

    if options.check is not None and options.server is not None:
        parser.error("argument --connect: not together with --check")
    check_connection(parser, options)


def _check_talk(parser: argparse.ArgumentParser, options: argparse.Namespace) -> None:
    from smtpdebugger.cli.talk.arguments import check

    check(parser, options)


_PARSERS = {
    "convert": _convert_parser,
    "explain": _explain_parser,
    "practice": _practice_parser,
    "recordings": _recordings_parser,
    "requirements": _requirements_parser,
    "talk": _talk_parser,
}


def _port(text: str) -> int:
    if not (text.isdecimal() and int(text) < 65536):
        raise argparse.ArgumentTypeError("a port is 0 to 65535")
    return int(text)


def _size(text: str) -> tuple[int, int]:
    width, _, height = text.lower().partition("x")
    if not (width.isdecimal() and height.isdecimal()):
        raise argparse.ArgumentTypeError("a size looks like 1280x800")
    size = (int(width), int(height))
    if not all(200 <= each <= 8000 for each in size):
        raise argparse.ArgumentTypeError("a side is 200 to 8000 pixels long")
    return size
