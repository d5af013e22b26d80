"""The commands that wait."""

from smtpdebugger.gui.composer.queued import QueuedCommands


def loaded() -> QueuedCommands:
    queue = QueuedCommands()
    queue.load(("MAIL FROM:<>", "RCPT TO:<alice@{domain}>", "VRFY x@{domain}", "RSET"), ("domain",))
    return queue


def test_each_command_has_its_turn() -> None:
    queue = loaded()
    assert queue.current == "MAIL FROM:<>"
    queue.sent("MAIL FROM:<>")
    assert queue.current == "RCPT TO:<alice@{domain}>"
    assert queue.following("") == ("VRFY x@{domain}", "RSET")


def test_a_gap_is_found_and_filled_once_for_all() -> None:
    queue = loaded()
    queue.sent("MAIL FROM:<bob@example.test>")
    line = queue.current
    assert queue.unfilled(line) == ("domain",)
    start, length = queue.first_gap(line) or (0, 0)
    assert line[start : start + length] == "{domain}"
    assert queue.following("RCPT TO:<alice@example.test>") == ("VRFY x@example.test", "RSET")
    assert queue.following(line) == ("VRFY x@{domain}", "RSET")
    queue.sent("RCPT TO:<alice@example.test>")
    assert queue.current == "VRFY x@example.test"
    assert queue.first_gap(queue.current) is None


def test_a_name_twice_in_a_line_is_one_name() -> None:
    queue = QueuedCommands()
    queue.load(("VRFY {domain}@{domain}", "ETRN {domain}"), ("domain",))
    queue.sent("VRFY a.test@b.test")
    assert queue.current == "ETRN {domain}"
    queue.load(("VRFY {domain}@{domain}", "ETRN {domain}"), ("domain",))
    queue.sent("VRFY a.test@a.test")
    assert queue.current == "ETRN a.test"


def test_another_command_takes_nobodys_turn() -> None:
    queue = loaded()
    queue.sent("NOOP")
    assert queue.current == "MAIL FROM:<>"


def test_braces_that_are_no_placeholder_are_text() -> None:
    queue = QueuedCommands()
    queue.load(("VRFY {domain}",), ())
    assert queue.unfilled("VRFY {domain}") == ()
    queue.clear()
    assert queue.current == ""
    queue.sent("NOOP")
    assert queue.following("") == ()
