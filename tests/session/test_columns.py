"""Columns: steps have ids, rows and exchanges have places."""

from smtpdebugger.session.columns import COMMAND, NONE, REPLY, Columns


def test_steps_have_ids() -> None:
    columns = Columns(("MAIL", "RCPT"))
    assert columns.id_of("RCPT") == 1
    assert columns.known_id("NOOP") is None
    assert columns.id_of("NOOP") == columns.id_of("NOOP") == 2


def test_all_steps_of_a_verb_share_its_numbers() -> None:
    columns = Columns()
    for step, verb in (("BDAT", "BDAT"), ("BDAT LAST", "BDAT"), ("NOOP", "NOOP"), ("BDAT", "BDAT")):
        columns.add_exchange(step, verb)
    assert {verb: list(numbers) for verb, numbers in columns.by_verb.items()} == {
        "BDAT": [1, 2, 4], "NOOP": [3],
    }  # fmt: skip
    assert columns.step_of(2) == "BDAT LAST"


def test_a_wait_needs_both_sides_and_never_runs_backwards() -> None:
    columns = Columns()
    number = columns.add_exchange("NOOP", "NOOP")
    assert columns.sent_rows[0] == columns.reply_rows[0] == NONE
    columns.sent_rows[0] = columns.add_row(COMMAND, 50, number)
    assert columns.wait_of(number) is None
    columns.reply_rows[0] = columns.add_row(REPLY, 80, number)
    assert columns.wait_of(number) == 30
    columns.times[1] = 20
    assert columns.wait_of(number) == 0
