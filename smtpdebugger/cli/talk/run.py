"""``smtpdebugger talk``: puts the parts of a conversation together."""

import argparse
import asyncio
import gc
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from smtpdebugger import __version__
from smtpdebugger.cli.connection import connection_settings
from smtpdebugger.cli.talk.arguments import wants_login
from smtpdebugger.cli.talk.conversation import FAILED, Conversation, Lines, complain, say
from smtpdebugger.cli.talk.directives import Unreadable
from smtpdebugger.cli.talk.explaining import Explainer
from smtpdebugger.cli.talk.following import Follower, View
from smtpdebugger.cli.talk.output import Output, is_interactive, wants_color
from smtpdebugger.cli.talk.passwords import password_source
from smtpdebugger.cli.talk.reading import open_script
from smtpdebugger.cli.talk.stopping import Stopper
from smtpdebugger.cli.talk.talker import Rules, Talker
from smtpdebugger.cli.talk.text import TextView
from smtpdebugger.cli.talk.waiting import (
    StatusLine,
    WaitingDisplay,
    WaitingLine,
    WaitingObjects,
    can_rewrite,
)
from smtpdebugger.session.session import Header, Session
from smtpdebugger.transport.client import SmtpClient

if TYPE_CHECKING:
    from smtpdebugger.cli.talk.terminal import Terminal
    from smtpdebugger.transport.policies import Verdict

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
    if options.find_port:
        return asyncio.run(_find_port(options))
    script, greets = None, False
    if options.script is not None or not is_interactive():
        try:
            script = open_script(options.script)
            greets = script.greets() and not wants_login(options)
        except Unreadable as error:
            complain(f"{error}.")
            return FAILED
    return asyncio.run(_talk(options, script, leaves_ehlo=greets))


async def _find_port(options: argparse.Namespace) -> int:
    from smtpdebugger.cli.talk.doors import find_port

    stopper = Stopper()
    with stopper.heeding_signals():
        output = Output(lambda error: _on_broken_output(stopper, error))
        return await find_port(options, output, stopper)


async def _talk(options: argparse.Namespace, script: Lines | None, *, leaves_ehlo: bool) -> int:
    settings = connection_settings(options)
    session = Session(_header(f"{settings.host}:{settings.port}"))
    stopper = Stopper()
    terminal = None
    if script is None:
        terminal, output = _open_terminal(session, stopper)
        lines: Lines = terminal
    else:
        lines, output = script, Output(lambda error: _on_broken_output(stopper, error))
    view = _view(options, session, output, is_typed=script is None)
    client = SmtpClient(session, settings)
    talker = Talker(client, _rules(options, session, terminal), say, stopper.pause)
    conversation = Conversation(
        client,
        talker,
        lines,
        stopper,
        is_interactive=script is None,
        limit=options.limit,
        save=options.save,
        leaves_ehlo=leaves_ehlo,
        look_up=_look_up(options, client, output),
    )
    Follower(session, view, stopper, at_once=script is None)
    try:
        with stopper.heeding_signals(), _showing(_display(options, client, talker, output)):
            await conversation.hold(log_in=wants_login(options))
            view.catch_up()
            view.finish(conversation.exit_code)
    finally:
        stopper.before_exit()
    return conversation.exit_code


def _open_terminal(session: Session, stopper: Stopper) -> "tuple[Terminal, Output]":
    from smtpdebugger.cli.talk.terminal import Terminal, TerminalOutput

    output = TerminalOutput(lambda error: _on_broken_output(stopper, error))
    terminal = Terminal(session, output)
    stopper.before_exit = terminal.restore
    return terminal, output


def _look_up(
    options: argparse.Namespace, client: SmtpClient, output: Output
) -> Callable[[], Coroutine[None, None, bool]] | None:
    if options.policies is None:
        return None
    from smtpdebugger.cli.talk.published import examine, published_object

    def put(verdict: "Verdict") -> None:
        # In text, the remarks of the session tell it.
        if options.format == "json":
            output.write(published_object(verdict))

    return lambda: examine(client, options.policies, put)


def _display(
    options: argparse.Namespace, client: SmtpClient, talker: Talker, output: Output
) -> WaitingDisplay | None:
    if options.waiting:
        return WaitingObjects(client, lambda: talker.sending, output.write)
    if not can_rewrite():
        return None
    line = StatusLine()
    output.before = line.erase
    return WaitingLine(client, lambda: talker.sending, line, lambda: bool(output.prompt))


@contextmanager
def _showing(display: WaitingDisplay | None) -> Iterator[None]:
    if display is None:
        yield
        return
    display.start()
    try:
        yield
    finally:
        display.stop()


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


def _rules(options: argparse.Namespace, session: Session, terminal: "Terminal | None") -> Rules:
    return Rules(
        allow_delivery=options.allow_delivery,
        allow_clear_password=options.allow_clear_password,
        user=options.user or "",
        mechanism=options.mechanism or "",
        password=password_source(options, session, is_typed=terminal is not None),
        binding=options.channel_binding,
        ask=None if terminal is None else terminal.ask,
    )


def _on_broken_output(stopper: Stopper, error: OSError) -> None:
    if isinstance(error, BrokenPipeError):
        stopper.ask(UNREAD)
        return
    complain(f"the result could not be written: {error.strerror or error}.")
    stopper.ask(FAILED)
