"""``python -m smtpdebugger``: reads the arguments and hands over to the window or a command."""

import gc
import os
import signal
import sys
from collections.abc import Sequence

from smtpdebugger.cli.main import parse

CANNOT_READ = 3


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program; the number is its exit code."""
    _replace_closed_streams()
    options = parse(sys.argv[1:] if arguments is None else arguments)
    try:
        if options.command == "explain":
            # What is loaded now is here to stay; it is not looked through for garbage.
            gc.disable()
            from smtpdebugger.cli.explain import run as explain

            return explain(options.file, options.format, options.all, with_code=options.code)
        if options.command == "convert":
            from smtpdebugger.cli.convert import run as convert

            return convert(options)
        if options.command == "requirements":
            from smtpdebugger.cli.requirements import run as require

            return require(options)
        if options.command == "recordings":
            from smtpdebugger.cli.recordings import run as list_recordings

            return list_recordings(options)
        if options.command == "practice":
            from smtpdebugger.cli.practice import run as practise

            return practise(options.personality, options.port)
        if options.command == "talk":
            # What is loaded now is here to stay; it is not looked through for garbage.
            gc.disable()
            from smtpdebugger.cli.talk.run import run as talk

            return talk(options)
        from smtpdebugger import app

        return app.run(options)
    except KeyboardInterrupt:
        return 128 + signal.SIGINT
    except BrokenPipeError:
        # Whoever read us has read enough; Python would complain once more at its exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return 0


def _replace_closed_streams() -> None:
    """Whoever closed our output does not want it: it goes nowhere, instead of failing."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            setattr(sys, name, os.fdopen(nowhere, "w", encoding="utf-8"))


if __name__ == "__main__":
    sys.exit(main())
