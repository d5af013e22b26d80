"""The envelope, as it is filled in."""

from pytestqt.qtbot import QtBot

from smtpdebugger.gui.composer.envelope_form import EnvelopeForm, addresses
from smtpdebugger.protocol.envelope import Envelope


def test_addresses_are_read_as_people_write_them() -> None:
    assert addresses(" <a@x>, b@y;c@z d@w\n") == ("a@x", "b@y", "c@z", "d@w")
    assert addresses(" , <>") == ()


def test_what_is_filled_in_is_the_envelope(qtbot: QtBot) -> None:
    form = EnvelopeForm()
    qtbot.addWidget(form)
    form.reverse_path.setText(" a@x ")
    form.recipients.setText("b@x, c@x")
    assert form.envelope(7) == Envelope("a@x", ("b@x", "c@x"), 7)
    form.size_told.setChecked(False)
    form.body.setCurrentText("8BITMIME")
    form.smtputf8.setChecked(True)
    form.requiretls.setChecked(True)
    form.ret.setCurrentText("HDRS")
    form.envid.setText("x y")
    form.notify[0].setChecked(True)
    form.notify[2].setChecked(True)
    form.orcpt.setText("rfc822;b@x")
    form.more.setText("X=1")
    assert form.envelope(7) == Envelope(
        "a@x",
        ("b@x", "c@x"),
        None,
        "8BITMIME",
        smtputf8=True,
        requiretls=True,
        ret="HDRS",
        envid="x y",
        notify=("SUCCESS", "DELAY"),
        orcpt="rfc822;b@x",
        more="X=1",
    )


def test_every_change_is_told(qtbot: QtBot) -> None:
    form = EnvelopeForm()
    qtbot.addWidget(form)
    for change in (
        lambda: form.reverse_path.setText("a"),
        lambda: form.body.setCurrentIndex(1),
        lambda: form.smtputf8.setChecked(True),
    ):
        with qtbot.waitSignal(form.changed, timeout=1000):
            change()
