"""Traces whose lines are marked; whole files are read in test_traces."""

import pytest

from smtpdebugger.transcript.trace_marks import DIALECTS, SAMPLE, best_reading, steps_of


def read(text: str) -> tuple[str, list[tuple[str, str]], int]:
    """The dialect, what was said, and how many lines told nothing."""
    lines = text.split("\n")
    reading = best_reading(lines)
    assert reading is not None
    steps, left_out = steps_of(reading, lines)
    return reading.dialect.name, [(each.kind, each.text) for each in steps], left_out


@pytest.mark.parametrize("left", ["client", "server"])
def test_the_side_is_told_by_what_stands_behind_the_arrow(left: str) -> None:
    one, other = ("<", ">") if left == "client" else (">", "<")
    _, said, _ = read(f"{one} EHLO me\n{other} 250 mx\n{one} FROB\n{other} 500 no")

    assert said == [
        ("client", "EHLO me"),
        ("server", "250 mx"),
        ("client", "FROB"),
        ("server", "500 no"),
    ]


def test_a_debugger_s_arrows_are_not_the_session_s() -> None:
    name, said, left_out = read(
        "S: 220 mx\n>>> host in hosts? no\n>>> checking\nC: NOOP\nS: 250 ok"
    )

    assert name == "C and S"
    assert [kind for kind, _ in said] == ["server", "client", "server"]
    assert left_out == 2


def test_sessions_that_a_log_mingles_are_told_one_after_the_other() -> None:
    _, said, _ = read(
        "x smtpd[1]: > a[192.0.2.1]: 220 mx\n"
        "x smtpd[2]: > b[192.0.2.2]: 220 mx\n"
        "x smtpd[1]: < a[192.0.2.1]: EHLO a\n"
        "x smtpd[2]: < b[192.0.2.2]: EHLO b"
    )

    assert said == [
        ("server", "220 mx"),
        ("client", "EHLO a"),
        ("closed", "client"),
        ("server", "220 mx"),
        ("client", "EHLO b"),
    ]


def test_text_without_a_session_has_no_reading() -> None:
    assert best_reading(["S: something", "C: else"]) is None
    assert best_reading([]) is None


def test_names_are_unique() -> None:
    assert len({each.name for each in DIALECTS}) == len(DIALECTS)


def test_a_session_far_down_in_a_long_log_is_found() -> None:
    noise = ["Nov 23 10:00:00 host kernel: nothing of the kind"] * (SAMPLE + 5)

    assert best_reading([*noise, "S: 220 mx", "C: NOOP", "S: 250 ok"]) is not None
    early = best_reading(["S: 220 mx", "C: NOOP", *noise, "S: 250 ok"])
    assert early is not None
    assert early.score == 3
