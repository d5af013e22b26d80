"""Does the main job through the accessibility bus alone, as a screen reader's user would.

Run by the system's Python, which has pyatspi, inside a session bus of its own; it starts the X
server, which finds a free display by itself:
    drive.py PYTHON FOLDER
PYTHON runs smtpdebugger. What was seen is told on stdout, one JSON object a line.
"""

import json
import os
import subprocess
import sys
import time

import pyatspi

WAIT_SECONDS = 30


def main(python, folder):
    screen = subprocess.Popen(
        ["Xvfb", "-displayfd", "1", "-screen", "0", "1400x900x24", "-nolisten", "tcp"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    env = dict(
        os.environ,
        DISPLAY=f":{screen.stdout.readline().strip()}",
        QT_LINUX_ACCESSIBILITY_ALWAYS_ON="1",
        QT_QPA_PLATFORM="xcb",
        SMTPDEBUGGER_DATA=folder,
        SMTPDEBUGGER_CONFIG=folder,
    )
    bus = subprocess.Popen(["/usr/libexec/at-spi-bus-launcher", "--launch-immediately"])
    practice = subprocess.Popen(
        [python, "-m", "smtpdebugger", "practice"], stdout=subprocess.PIPE, text=True, env=env
    )
    window = subprocess.Popen([python, "-m", "smtpdebugger"], env=env)
    try:
        port = practice.stdout.readline().split()[-1].strip(".")
        session(window.pid, port)
    finally:
        for process in (window, practice, bus, screen):
            process.terminate()
            process.wait(10)


def session(pid, port):
    app = until("the application", lambda: application(pid))
    set_text(named(app, "Host"), "127.0.0.1")
    set_text(named(app, "Port"), port)
    choose(named(app, "Security"), "STARTTLS")
    choose(named(app, "Security"), "None")
    press(named(app, "Connect"))
    until("EHLO's reply", lambda: "ENHANCEDSTATUSCODES" in transcript(app))
    until("capabilities", lambda: "PIPELINING" in text_of(named(app, "Capabilities")))
    set_text(named(app, "Command"), "VRFY alice@example.test")
    press(named(app, "Send"))
    until("the 502", lambda: "502" in transcript(app))
    until("the diagnosis", lambda: "disable_vrfy_command" in text_of(named(app, "Diagnosis")))
    tell("transcript", text=transcript(app))
    tell("found", names=sorted(set(all_names(app)) & WANTED))
    tell("diagnosis", text=text_of(named(app, "Diagnosis")))
    group = named(app, "Alternatives")
    button = until("an alternative", lambda: first_button(group))
    tell("alternative", name=button.name)
    press(button)
    until("the command filled in", lambda: content(named(app, "Command")).startswith("MAIL FROM"))
    for reply in ("250 2.1.0", "250 2.1.5", "250 2.0.0"):
        before = len(transcript(app))
        press(named(app, "Send"))
        until(reply, lambda before=before: len(transcript(app)) > before)
        time.sleep(0.3)
    tell("after", text=transcript(app))
    press(named(app, "Disconnect"))
    until("the end", lambda: "closed" in transcript(app).lower())
    tell("done")


WANTED = {
    "Host", "Port", "Security", "Connect", "Disconnect", "Transcript", "Filter", "Capabilities",
    "Command", "Send", "Diagnosis", "Alternatives", "Session stage",
}  # fmt: skip


def tell(what, **details):
    sys.stdout.write(json.dumps({"seen": what, **details}) + "\n")
    sys.stdout.flush()


def until(what, look):
    """Look again and again until there is something; the screen reader's bus is asynchronous."""
    end = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < end:
        try:
            found = look()
        except (LookupError, RuntimeError, NotImplementedError, AttributeError):
            found = None
        except Exception as error:  # noqa: BLE001  GLib errors of widgets that went away
            tell("retry", error=str(error))
            found = None
        if found:
            return found
        time.sleep(0.1)
    raise SystemExit(f"{what} did not come within {WAIT_SECONDS} seconds")


def application(pid):
    for app in pyatspi.Registry.getDesktop(0):
        if app is not None and app.get_process_id() == pid and app.childCount:
            return app
    return None


def walk(node):
    stack = [node]
    while stack:
        each = stack.pop()
        if each is None:
            continue
        yield each
        if each.getRoleName() not in {"table", "tree", "tree table"}:
            stack.extend(each.getChildAtIndex(i) for i in reversed(range(each.childCount)))


def all_names(app):
    return [node.name for node in walk(app)]


def named(app, name):
    for node in walk(app):
        if node.name == name:
            return node
    raise LookupError(name)


def press(node):
    action = node.queryAction()
    names = [action.getName(index).lower() for index in range(action.nActions)]
    action.doAction(next(i for i, each in enumerate(names) if each in {"press", "click"}))


def choose(box, title):
    """Choose an entry of a combo box, as its list offers it."""
    for node in walk(box):
        if node.getRoleName() == "list" or "Selection" in pyatspi.listInterfaces(node):
            for index in range(node.childCount):
                if node.getChildAtIndex(index).name == title:
                    node.querySelection().selectChild(index)
                    return
    raise LookupError(title)


def set_text(node, text):
    node.queryEditableText().setTextContents(text)


def content(node):
    try:
        text = node.queryText()
    except NotImplementedError:
        return ""
    return text.getText(0, text.characterCount)


def transcript(app):
    return text_of(named(app, "Transcript"))


def text_of(node):
    """All that a screen reader could say of a widget: its cells, or its texts."""
    if node.getRoleName() in {"table", "tree", "tree table"}:
        table = node.queryTable()
        cells = (
            table.getAccessibleAt(row, column)
            for row in range(table.nRows)
            for column in range(table.nColumns)
        )
        return "\n".join(cell.name for cell in cells if cell is not None)
    parts = []
    for each in walk(node):
        parts.extend((each.name or "", each.description or "", content(each)))
    return "\n".join(part for part in parts if part)


def first_button(group):
    buttons = [node for node in walk(group) if "button" in node.getRoleName()]
    return next((each for each in buttons if each.name.startswith("MAIL FROM")), None)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
