"""``smtpdebugger talk``: puts the parts of a conversation together."""

import argparse
import asyncio
import gc
import os
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from getpass import getpass

from smtpdebugger import __version__
from smtpdebugger.cli.connection import connection_settings
from smtpdebugger.cli.talk.arguments import wants_login
from smtpdebugger.cli.talk.conversation import FAILED, Conversation, Lines, complain, say
from smtpdebugger.cli.talk.directives import ScriptError, Unreadable
from smtpdebugger.cli.talk.explaining import Explainer
from smtpdebugger.cli.talk.following import Follower, View
from smtpdebugger.cli.talk.output import Output, is_interactive, wants_color
from smtpdebugger.cli.talk.reading import open_script
from smtpdebugger.cli.talk.stopping import Stopper
from smtpdebugger.cli.talk.talker import Rules, Talker
from smtpdebugger.cli.talk.text import TextView
from smtpdebugger.session.session import Header, Session
from smtpdebugger.transport.client import SmtpClient
from smtpdebugger.transport.resolve import in_thread

UNREAD = 141
"""128 and SIGPIPE: what a shell reports of a program whose reader went away."""


COLLECT_AFTER = (10_000, 20, 50)
"""What a session holds on to is no garbage; looking for some after every tenth command costs more
than it finds."""


def run(options: argparse.Namespace) -> int:
    """Talk to a server as the arguments say; the number is the exit code."""
    gc.freeze()
    gc.set_threshold(*COLLECT_AFTER)
    gc.enable()
    script, greets = None, False
    if options.script is not None or not is_interactive():
        try:
            script = open_script(options.script)
            greets = script.greets() and not wants_login(options)
        except Unreadable as error:
            complain(f"{error}.")
            return FAILED
    return asyncio.run(_talk(options, script, leaves_ehlo=greets))


async def _talk(options: argparse.Namespace, script: Lines | None, *, leaves_ehlo: bool) -> int:
    settings = connection_settings(options)
    session = Session(_header(f"{settings.host}:{settings.port}"))
    stopper = Stopper()
    if script is None:
        from smtpdebugger.cli.talk.terminal import Terminal, TerminalOutput

        typed = TerminalOutput(lambda error: _on_broken_output(stopper, error))
        terminal = Terminal(session, typed)
        stopper.before_exit = terminal.restore
        lines: Lines = terminal
        output: Output = typed
    else:
        lines, output = script, Output(lambda error: _on_broken_output(stopper, error))
    view = _view(options, session, output, is_typed=script is None)
    client = SmtpClient(session, settings)
    talker = Talker(client, _rules(options, is_typed=script is None), say, stopper.pause)
    conversation = Conversation(
        client,
        talker,
        lines,
        stopper,
        is_interactive=script is None,
        limit=options.limit,
        save=options.save,
        leaves_ehlo=leaves_ehlo,
    )
    Follower(session, view, stopper, at_once=script is None)
    try:
        with stopper.heeding_signals():
            await conversation.hold(log_in=wants_login(options))
            view.catch_up()
            view.finish(conversation.exit_code)
    finally:
        stopper.before_exit()
    return conversation.exit_code


def _view(options: argparse.Namespace, session: Session, output: Output, *, is_typed: bool) -> View:
    explain = Explainer(session).explain
    if options.format == "json":
        from smtpdebugger.cli.talk.json_lines import JsonView

        return JsonView(session, output.write, explain)
    return TextView(
        session,
        output.write,
        explain,
        color=wants_color(options.color),
        times=options.times,
        shows_mail_data=not is_typed,
    )


def _header(title: str) -> Header:
    began = datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    return Header(began=began, title=title, application=f"smtpdebugger {__version__}")


def _rules(options: argparse.Namespace, *, is_typed: bool) -> Rules:
    return Rules(
        allow_delivery=options.allow_delivery,
        allow_clear_password=options.allow_clear_password,
        user=options.user or "",
        mechanism=options.mechanism or "",
        password=_password(options.password_env, is_typed=is_typed),
    )


def _password(variable: str | None, *, is_typed: bool) -> Callable[[], Awaitable[str]]:
    async def password() -> str:
        if variable is not None:
            return os.environ[variable]
        if is_typed:
            return await in_thread(lambda: getpass("Password: "), "read the password")
        raise ScriptError("there is no password: --password-env VAR names the variable with it")

    return password


def _on_broken_output(stopper: Stopper, error: OSError) -> None:
    if isinstance(error, BrokenPipeError):
        stopper.ask(UNREAD)
        return
    complain(f"the result could not be written: {error.strerror or error}.")
    stopper.ask(FAILED)
