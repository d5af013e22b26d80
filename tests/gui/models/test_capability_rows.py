import pytest

from smtpdebugger.gui.models.capability_rows import (
    CapabilityRow,
    Standing,
    capability_rows,
    headline,
    octets_words,
    offer_words,
)
from smtpdebugger.knowledge.load import load_knowledge
from smtpdebugger.protocol.ehlo import Offer
from smtpdebugger.session.session import Session
from tests.gui.sessions import Talk, encrypted, greeted, refused


def rows(session: Session) -> dict[str, CapabilityRow]:
    return {row.keyword: row for row in capability_rows(session, None)}


def test_what_is_offered_is_told_in_words() -> None:
    found = rows(greeted().session)

    assert found["SIZE"].words == "10.2 MB"
    assert found["SIZE"].sentence == "SIZE: offered 10.2 MB"
    assert list(found)[:4] == ["SIZE", "STARTTLS", "ETRN", "VRFY"]
    assert all(found[name].standing is Standing.OFFERED for name in list(found)[:4])


def test_what_is_common_and_missing_is_told() -> None:
    found = rows(greeted().session)

    assert found["CHUNKING"].standing is Standing.MISSING
    assert found["CHUNKING"].words == "not offered"
    assert found["AUTH"].words == "not before TLS"


def test_what_tls_changed_is_told() -> None:
    found = rows(encrypted().session)

    assert found["AUTH"].is_new
    assert found["AUTH"].words == "PLAIN LOGIN"
    assert found["SIZE"].is_new, "its parameter changed"
    assert not found["VRFY"].is_new
    assert (found["ETRN"].standing, found["ETRN"].words) == (Standing.GONE, "gone after TLS")
    assert (found["STARTTLS"].standing, found["STARTTLS"].words) == (Standing.DONE, "done")


def test_what_is_offered_and_refused_is_told() -> None:
    row = rows(refused().session)["VRFY"]

    assert (row.standing, row.words, row.is_offered) == (Standing.REFUSED, "answered 502", True)
    assert row.sentence == "VRFY: offered, but answered 502"


def test_what_is_refused_and_not_offered_is_told() -> None:
    talk = encrypted().say(b"EXPN staff", b"502 no").say(b"BDAT 0 LAST", b"502 no")

    found = rows(talk.session)

    assert (found["EXPN"].standing, found["EXPN"].words) == (Standing.REFUSED, "answered 502")
    assert found["CHUNKING"].words == "BDAT answered 502"
    assert list(found).count("CHUNKING") == 1


def test_a_refusal_is_forgotten_when_the_command_works() -> None:
    talk = refused().say(b"VRFY alice", b"252 2.0.0 perhaps")

    assert rows(talk.session)["VRFY"].standing is Standing.OFFERED


def test_a_refused_recipient_is_no_missing_capability() -> None:
    talk = encrypted().say(b"MAIL FROM:<>", b"250 ok").say(b"RCPT TO:<x@y.test>", b"550 no")

    assert "RCPT" not in rows(talk.session)


def test_a_server_without_ehlo_shows_what_it_refused() -> None:
    talk = Talk().connect().say(b"EHLO x", b"502 no").say(b"HELO x", b"250 hi")

    assert list(rows(talk.session)) == ["EHLO"]
    assert headline(talk.session.situation) == "HELO was used: no extensions"


def test_commands_still_waiting_do_not_hide_an_answer() -> None:
    talk = refused().client(b"VRFY bob\r\nVRFY carol\r\n")

    assert rows(talk.session)["VRFY"].words == "answered 502"


def test_the_headline_tells_where_the_rows_are_from() -> None:
    assert headline(Session().situation) == "after the first EHLO"
    assert headline(greeted().session.situation) == "before TLS"
    between = greeted().say(b"STARTTLS", b"220 go").tls()
    assert headline(between.session.situation) == "forgotten by STARTTLS; send EHLO again"
    assert headline(encrypted().session.situation) == "after TLS · +1 −2 vs before"
    implicit = Talk()
    implicit.connect().tls().client(b"EHLO x\r\n").server(b"250 x\r\n")
    assert headline(implicit.session.situation) == "over TLS"


def test_hostile_keywords_are_made_visible() -> None:
    talk = Talk().connect().client(b"EHLO x\r\n").server(b"250-x\r\n250 EV\x1bIL \x00par\r\n")

    row = capability_rows(talk.session, None)[0]

    assert row.keyword.isprintable()
    assert row.words.isprintable()


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ((), "no limit told"),
        (("0",), "no fixed limit"),
        (("999",), "999 octets"),
        (("35882577",), "35.9 MB"),
        (("2147483648",), "2.15 GB"),
        (("many",), "many"),
        (("9" * 30,), "9" * 30),
    ],
)
def test_sizes(parameters: tuple[str, ...], words: str) -> None:
    assert offer_words(Offer("SIZE", parameters)) == words


def test_octets() -> None:
    assert octets_words(52_428_800) == "52.4 MB"
    assert octets_words(1_000) == "1 kB"


def test_knowledge_adds_where_it_is_defined_and_what_it_means() -> None:
    found = {row.keyword: row for row in capability_rows(refused().session, load_knowledge())}

    assert found["SIZE"].reference == "RFC 1870"
    assert found["VRFY"].reference == "RFC 5321"
    assert found["SIZE"].sentence.endswith("(RFC 1870)")
    assert all(len(row.explanation) > 20 for row in found.values())
    assert "Without it:" in found["PIPELINING"].explanation
    assert "Without it:" not in found["SIZE"].explanation
