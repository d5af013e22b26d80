"""MAIL and RCPT, with all their parameters."""

from __future__ import annotations

from smtpdebugger.protocol.envelope import Envelope


def test_the_least() -> None:
    assert Envelope("", ("b@x.test",)).commands() == ("MAIL FROM:<>", "RCPT TO:<b@x.test>")


def test_everything() -> None:
    envelope = Envelope(
        "a@x.test",
        ("b@x.test", "c@x.test"),
        size=12,
        body="8BITMIME",
        smtputf8=True,
        requiretls=True,
        ret="HDRS",
        envid="a+b c",
        notify=("SUCCESS", "DELAY"),
        orcpt="b=@x.test",
        more="MT-PRIORITY=3 ",
    )
    assert envelope.mail() == (
        "MAIL FROM:<a@x.test> SIZE=12 BODY=8BITMIME SMTPUTF8 REQUIRETLS RET=HDRS"
        " ENVID=a+2Bb+20c MT-PRIORITY=3"
    )
    assert envelope.commands()[2] == (
        "RCPT TO:<c@x.test> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;b+3D@x.test"
    )
    assert envelope.wants_dsn
    assert not envelope.is_international


def test_a_type_of_the_original_recipient_is_kept() -> None:
    assert Envelope(orcpt="utf-8;ü@x.test").rcpt("b").endswith("ORCPT=utf-8;+C3+BC@x.test")


def test_an_address_beyond_ascii_is_known() -> None:
    assert Envelope("a@x.test", ("jürgen@x.test",)).is_international
