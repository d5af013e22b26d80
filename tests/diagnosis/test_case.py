"""What a case answers about its exchange and the connection around it."""

from smtpdebugger.diagnosis.case import Case
from tests.diagnosis.cases import AUTH, EHLO, POSTFIX, TRANSACTION, case_of, knowledge


def test_the_verb_of_mail_data_and_of_credentials() -> None:
    message = case_of(EHLO + TRANSACTION + "C: DATA\nS: 354 go\nC: hi\nC: .\nS: 554 no\n")
    login = case_of(AUTH + "C: AUTH LOGIN\nS: 334 VXNlcm5hbWU6\nC: YWxpY2U=\nS: 535 no\n")

    assert (message.verb, message.shown_verb) == ("DATA", "the message")
    assert (login.verb, login.shown_verb) == ("AUTH", "the SASL response")
    assert message.command is None
    assert login.command is None


def test_a_lone_dot_that_begins_a_trace_ends_a_message_nobody_shows() -> None:
    quoted = case_of("C: .\nS: 554 no\n")
    later = case_of("C: NOOP\nS: 250 ok\nC: .\nS: 500 no\n")
    whole = case_of(EHLO + "C: .\nS: 500 no\n")

    assert (quoted.verb, quoted.shown_verb, quoted.command) == ("DATA", "the message", None)
    assert later.verb == "."
    assert whole.verb == "."


def test_a_keyword_is_in_the_tables_and_no_command() -> None:
    assert not case_of(EHLO + "C: PIPELINING\nS: 502 no\n").is_command
    assert case_of(EHLO + "C: TURN\nS: 502 no\n").is_command
    assert not case_of(EHLO + "C: TURN\nS: 502 no\n").is_current
    assert case_of(EHLO + "C: NOOP\nS: 502 no\n").is_current


def test_the_empty_line_has_a_name() -> None:
    assert case_of(EHLO + "C:\nS: 500 no\n").shown_verb == "the empty line"


def test_control_characters_in_a_verb_are_made_visible() -> None:
    assert case_of(EHLO + "C: \x1b[2J\nS: 500 no\n").shown_verb == "‹ESC›[2J"


def test_earlier_looks_back_in_this_connection_only() -> None:
    text = EHLO + "C: VRFY a\nS: 502 no\n# closed server\n" + EHLO + "C: VRFY b\nS: 502 no\n"
    case = case_of(text)

    assert case.number == 6
    assert case.earlier("VRFY") == []
    assert [each.number for each in case.earlier("EHLO")] == [5]
    assert list(case.span) == [4, 5, 6]
    assert case.greeting is not None
    assert case.greeting.number == 4


def test_the_first_connection_ends_where_the_second_begins() -> None:
    text = EHLO + "C: VRFY a\nS: 502 no\n# closed server\n" + EHLO

    assert list(case_of(text, number=3).span) == [1, 2, 3]


def test_last_refused_and_last_accepted() -> None:
    text = EHLO + TRANSACTION + "C: RCPT TO:<x@example.test>\nS: 550 no\nC: DATA\nS: 503 no\n"
    case = case_of(text)

    refused, accepted = case.last_refused("RCPT"), case.last_accepted("RCPT")

    assert refused is not None
    assert (refused.number, refused.code) == (5, 550)
    assert accepted is not None
    assert accepted.number == 4


def test_the_hello_that_counts() -> None:
    case = case_of(EHLO + "C: HELO again.example.test\nS: 250 hi\nC: VRFY a\nS: 502 no\n")

    assert case.hello is not None
    assert case.hello.verb == "HELO"


def test_a_greeting_that_came_after_the_client_spoke_is_the_greeting_all_the_same() -> None:
    case = case_of("C: EHLO a\nS: 220 mail.example.test ESMTP\nS: 554 no\n", number=1)

    assert case.greeting is not None
    assert case.greeting.code == 220
    assert list(case.span) == [1, 2]


def test_the_server_has_a_name_for_sentences() -> None:
    assert case_of(POSTFIX + "C: FOO\nS: 500 no\n").server_name == "Postfix"
    assert case_of(EHLO + "C: FOO\nS: 500 no\n").server_name == "the server"


def test_an_exchange_without_a_reply_is_a_case_too() -> None:
    case = case_of(EHLO + "C: VRFY a\n", number=3)

    assert (case.code, case.text, case.lines) == (0, "", ())
    assert isinstance(Case(case.session, case.exchange, knowledge()), Case)


def test_a_long_text_is_quoted_by_its_beginning() -> None:
    assert case_of("S: 220 x\nC: FROB\nS: 500 no\n").quoted == "no"
    long = case_of("S: 220 x\nC: FROB\nS: 500 " + "word " * 40 + "\n").quoted
    assert long.endswith("word …")
    assert len(long) <= 92
    assert case_of("S: 220 x\nC: FROB\nS: 500 " + "x" * 1000 + "\n").quoted == "x" * 90 + " …"


def test_a_trace_that_begins_in_the_middle_is_cut() -> None:
    assert case_of("C: RCPT TO:<a@example.test>\nS: 550 no\n").is_cut
    assert not case_of("C: EHLO me\nS: 250 hi\nC: VRFY a\nS: 550 no\n").is_cut
    assert not case_of("S: 220 hi\nC: RCPT TO:<a@example.test>\nS: 550 no\n").is_cut


def test_a_refusal_without_a_command_may_be_a_greeting_or_a_quotation() -> None:
    assert case_of("S: 550 5.1.1 User unknown\n").is_alone
    assert case_of("S: 550 5.1.1 User unknown\n").shown_verb == "the command"
    assert not case_of("S: 554 no\nC: QUIT\nS: 221 bye\n", 1).is_alone


def test_the_words_of_a_quoted_reply_are_looked_up_for_whatever_was_asked() -> None:
    quoted = case_of("S: 550 5.1.1 User unknown in virtual mailbox table\n")
    listed = case_of("S: 554 5.7.1 blocked using zen.spamhaus.org\n")

    assert quoted.words is not None
    assert quoted.words.cause == "mailbox-unknown"
    assert listed.words is not None
    assert listed.words.cause == "access-denied-client"


def test_closed_with_the_reply() -> None:
    text = EHLO + "C: FOO\nS: 421 bye\n"

    assert case_of(text + "# closed server\n").is_closed
    assert case_of(text + "# closed network\n").is_closed
    assert not case_of(text + "# closed client\n").is_closed
    assert not case_of(text).is_closed
    assert not case_of(text + "C: NOOP\nS: 250 ok\n# closed server\n", number=3).is_closed


def test_only_the_connection_at_hand_can_be_closed() -> None:
    text = EHLO + "C: FOO\nS: 500 no\n# closed client\n" + EHLO + "# closed server\n"

    assert not case_of(text, number=3).is_closed


def test_a_connection_that_was_closed_in_the_middle_of_a_file_is_known_as_such() -> None:
    one = EHLO + "C: FOO\nS: 421 bye\n# closed server\n"
    other = EHLO + "C: FOO\nS: 500 no\n"

    assert case_of(one + other * 200, number=3).is_closed
