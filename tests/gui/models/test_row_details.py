from smtpdebugger.gui.models.row_details import MAX_CHARACTERS, details, octets_as_text
from smtpdebugger.session.session import Session
from smtpdebugger.transcript.dialogue import read_dialogue
from tests.gui.sessions import encrypted, greeted


def last(session: Session) -> str:
    return details(session, session.rows[-1])


def test_a_reply_shows_every_line_and_its_ends() -> None:
    session = greeted().session

    assert last(session).splitlines() == [
        "Server · exchange 2 · 0.004000 s · answered after 1.0 ms · in clear",
        "250-mx.test‹CR›‹LF›",
        "250-SIZE 10240000‹CR›‹LF›",
        "250-STARTTLS‹CR›‹LF›",
        "250-ETRN‹CR›‹LF›",
        "250 VRFY‹CR›‹LF›",
    ]


def test_what_is_wrong_is_said_once_in_sentences() -> None:
    session = greeted().client(b"NOOP\r\n").server(b"250-a\x00\n250 b\xff\n").session

    text = last(session)

    assert "250-a‹NUL›‹LF›" in text
    assert text.count("LF alone instead of CRLF") == 1
    assert "▲ a NUL octet stands in the line" in text
    assert "▲ octets above 127 stand in the line" in text


def test_a_command_is_shown_as_it_was_sent() -> None:
    session = encrypted().client(b"noop \t x\r\n").session

    assert last(session).splitlines() == [
        "Client · exchange 5 · 0.010000 s · encrypted",
        "noop ‹HT› x‹CR›‹LF›",
    ]


def test_secrets_are_masked_in_command_and_echo() -> None:
    talk = encrypted().client(b"AUTH PLAIN AGFsaWNlAHdvbmRlcmxhbmQ=\r\n")
    command = last(talk.session)
    reply = last(talk.server(b"535 5.7.8 AGFsaWNlAHdvbmRlcmxhbmQ= is wrong\r\n").session)

    assert "AGFsaWNl" not in command + reply
    assert "AUTH PLAIN" in command
    assert "is wrong" in reply


def test_mail_data_shows_its_head_and_its_length() -> None:
    talk = encrypted().say(b"MAIL FROM:<a@b.test>", b"250 ok").say(b"RCPT TO:<c@d.test>", b"250 ok")
    talk.say(b"DATA", b"354 go").client(b"Subject: x\r\n\r\n" + b"y" * 200_000 + b"\r\n.\r\n")

    text = last(talk.session)

    assert "Subject: x‹CR›‹LF›" in text
    assert "more octets of 200019" in text


def test_a_chunk_shows_its_octets() -> None:
    session = encrypted().client(b"BDAT 5 LAST\r\nab\r\nc").session

    assert last(session).splitlines()[1:] == ["ab‹CR›‹LF›", "c"]


def test_an_event_shows_its_text() -> None:
    session = greeted().closed("server").session

    assert last(session).splitlines() == [
        "Event · 0.005000 s",
        "Connection closed by the server",
    ]


def test_no_octet_acts() -> None:
    text = octets_as_text(bytes(range(256)) + "\u202e".encode())

    assert all(character.isprintable() or character == "\n" for character in text)
    assert "⟨U+202E⟩" in octets_as_text("250 \u202eevil\r\n".encode())


def test_a_huge_reply_is_cut() -> None:
    text = octets_as_text(b"x" * (MAX_CHARACTERS + 7))

    assert text.endswith("\n… 7 more characters")


def test_a_login_is_decoded_and_its_secret_shown_only_when_asked_for() -> None:
    session = (
        greeted().client(b"AUTH PLAIN AGFsaWNlAHdvbmRlcmxhbmQ=\r\n").server(b"235 ok\r\n").session
    )
    row = next(each for each in session.rows if each.head == "AUTH")

    assert "decoded: user alice, password ••••••" in details(session, row)
    assert "wonderland" not in details(session, row)
    assert "decoded: user alice, password wonderland" in details(session, row, reveal=True)


def test_a_challenge_is_decoded() -> None:
    session = greeted().client(b"AUTH LOGIN\r\n").server(b"334 VXNlcm5hbWU6\r\n").session

    assert "decoded: asks Username:" in last(session)


def test_a_reply_for_one_recipient_says_so() -> None:
    session = read_dialogue(
        "S: 220 x LMTP\nC: LHLO a\nS: 250 x\nC: MAIL FROM:<>\nS: 250 ok\n"
        "C: RCPT TO:<b@x>\nS: 250 ok\nC: RCPT TO:<c@x>\nS: 250 ok\nC: DATA\nS: 354 go\n"
        "C: .\nS: 250 taken\nS: 552 full\n"
    )
    assert details(session, session.rows[-1]).splitlines()[0].endswith(" · for <c@x>")
    assert details(session, session.rows[-2]).splitlines()[0].endswith(" · for <b@x>")
    assert "for <" not in details(session, session.rows[-3])
