"""A file or a draft, and never both."""

from pathlib import Path

from pytestqt.qtbot import QtBot

from smtpdebugger.gui.composer.content_form import ContentForm


def form(qtbot: QtBot) -> ContentForm:
    made = ContentForm()
    qtbot.addWidget(made)
    return made


def test_a_file_is_chosen_by_its_name(qtbot: QtBot, tmp_path: Path) -> None:
    content = form(qtbot)
    assert content.file is None
    with qtbot.waitSignal(content.file_chosen, timeout=1000):
        content.show_file(tmp_path / "a.eml")
    assert content.file == tmp_path / "a.eml"
    assert content.draft("a@x", (), smtputf8=False) is None
    content.setCurrentIndex(1)
    assert content.file is None


def test_what_is_composed_is_the_draft(qtbot: QtBot, tmp_path: Path) -> None:
    content = form(qtbot)
    content.setCurrentIndex(1)
    content.subject.setText("Hello")
    content.headers.setPlainText("X-A: 1\nnonsense\nX-B:2")
    content.text.setPlainText("body")
    content.html.setPlainText("<p>x</p>\n")
    content.encoding.setCurrentText("base64")
    (tmp_path / "a.bin").write_bytes(b"\0\1")
    content.attach(tmp_path / "a.bin")
    draft = content.draft("a@x", ("b@x",), smtputf8=True)
    assert draft is not None
    assert (draft.subject, draft.text, draft.html) == ("Hello", "body\n", "<p>x</p>\n")
    assert draft.headers == (("X-A", "1"), ("X-B", "2"))
    assert draft.attachments[0].octets == b"\0\1"
    assert draft.encoding == "base64"
    assert draft.smtputf8
    assert draft == content.draft("a@x", ("b@x",), smtputf8=True)
    content.begin()
    assert draft != content.draft("a@x", ("b@x",), smtputf8=True)


def test_an_attachment_that_cannot_be_read_is_told(qtbot: QtBot, tmp_path: Path) -> None:
    content = form(qtbot)
    told: list[str] = []
    content.problem.connect(told.append)
    content.attach(tmp_path / "missing")
    with (tmp_path / "huge").open("wb") as file:
        file.truncate(100 * 1024 * 1024)
    content.attach(tmp_path / "huge")
    assert "No such file" in told[0]
    assert "too long" in told[1]


def test_a_message_sent_before_stands_in_for_a_file(qtbot: QtBot) -> None:
    content = form(qtbot)
    content.setCurrentIndex(1)
    content.show_kept(b"A: b\r\n")
    assert content.kept == b"A: b\r\n"
    assert content.file is None
    content.path.clear()
    qtbot.keyClicks(content.path, "x.eml")
    assert content.kept is None
    assert content.file == Path("x.eml")
