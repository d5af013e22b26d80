import pytest

from smtpdebugger.gui.models.row_filter import read_filter
from smtpdebugger.session.rows import Row
from tests.gui.sessions import encrypted

SESSION = (
    encrypted()
    .say(b"VRFY alice", b"502 5.5.1 VRFY command is disabled")
    .say(b"RCPT TO:<bob@example.test>", b"450 4.7.1 Try later")
    .say(b"vrfy Bob", b"252 2.0.0 bob")
    .session
)


def heads(text: str) -> list[str]:
    test = read_filter(text)
    assert test is not None
    return [row.head for row in SESSION.rows if test(SESSION, row)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("code:5xx", ["502"]),
        ("code:5", ["502"]),
        ("code:45X", ["450"]),
        ("code:452", []),
        ("verb:vrfy", ["VRFY", "502", "vrfy", "252"]),
        ("verb:STARTTLS", ["STARTTLS", "220"]),
        ("from:event", ["tcp", "tls"]),
        ("BOB", ["RCPT", "vrfy", "252"]),
        ("bob verb:VRFY", ["vrfy", "252"]),
        ("from:server code:2 bob", ["252"]),
        ("to:<bob@", ["RCPT"]),
        ("code:", []),
        ("code:later", []),
        ("from:nobody", []),
    ],
)
def test_a_filter_finds(text: str, found: list[str]) -> None:
    assert heads(text) == found


def test_sides() -> None:
    client = read_filter("from:client")
    server = read_filter("from:server")
    assert client is not None
    assert server is not None

    def sides(row: Row) -> tuple[bool, bool]:
        return client(SESSION, row), server(SESSION, row)

    expected = {"C:": (True, False), "S:": (False, True), "": (False, False)}
    assert all(sides(row) == expected[row.direction] for row in SESSION.rows)


@pytest.mark.parametrize("text", ["", "   "])
def test_an_empty_filter_is_none(text: str) -> None:
    assert read_filter(text) is None
