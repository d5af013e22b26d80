import pytest

from smtpdebugger.knowledge.load import load_knowledge
from smtpdebugger.knowledge.tables import MOST_TOLD, Knowledge, edit_distance


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return load_knowledge()


def test_verbs_and_keywords_are_found_in_any_case(knowledge: Knowledge) -> None:
    assert knowledge.verb("starttls") is knowledge.verb("STARTTLS") is not None
    assert knowledge.extension("8bitmime") is knowledge.extension("8BITMIME") is not None


def test_unknown_names_are_none(knowledge: Knowledge) -> None:
    assert knowledge.verb("XYZZY") is None
    assert knowledge.extension("XYZZY") is None
    assert knowledge.code(999) is None
    assert knowledge.cause("x") is None
    assert knowledge.family("x") is None
    assert knowledge.goal("x") is None
    assert knowledge.server("x") is None
    assert knowledge.replies_of("x") == ()


def test_502_is_permanent_and_wants_a_change(knowledge: Knowledge) -> None:
    code = knowledge.code(502)

    assert code is not None
    assert code.severity == "permanent-negative"
    assert code.retry == "after-change"
    assert code.category == "syntax"


def test_the_severity_of_every_code_is_that_of_its_first_digit(knowledge: Knowledge) -> None:
    words = {
        2: "positive-completion",
        3: "positive-intermediate",
        4: "transient-negative",
        5: "permanent-negative",
    }
    for number, code in knowledge.codes.items():
        assert code.severity == words[number // 100]


def test_an_enhanced_code_is_taken_apart(knowledge: Knowledge) -> None:
    code = knowledge.enhanced("5.5.1")

    assert code is not None
    assert code.status_class is not None
    assert code.subject is not None
    assert code.detail is not None
    assert code.status_class.title == "Permanent failure"
    assert code.subject.title == "Protocol"
    assert code.detail.title == "Invalid command"


def test_a_vendors_detail_comes_before_the_general_one(knowledge: Knowledge) -> None:
    vendor, general = knowledge.enhanced("5.3.3"), knowledge.enhanced("4.3.3")

    assert vendor is not None
    assert general is not None
    assert vendor.detail is not None
    assert general.detail is not None
    assert "Exchange" in vendor.detail.title
    assert general.detail.title == "Feature not there"


def test_an_unregistered_detail_leaves_class_and_subject(knowledge: Knowledge) -> None:
    code = knowledge.enhanced("5.5.99")

    assert code is not None
    assert code.subject is not None
    assert code.detail is None


@pytest.mark.parametrize("text", ["", "5.5", "3.1.1", "5.5.1 ", "5.5.1234", "a.b.c"])
def test_what_is_no_enhanced_code_is_none(knowledge: Knowledge, text: str) -> None:
    assert knowledge.enhanced(text) is None


def test_a_known_servers_refusal_names_cause_and_setting(knowledge: Knowledge) -> None:
    row, *_ = knowledge.matching_rows("postfix", "502 5.5.1 VRFY command is disabled")

    assert row.cause == "command-disabled-by-admin"
    assert row.lift == "disable_vrfy_command = no"
    assert row.exposes


def test_postfix_without_chunking_closes_on_bdat(knowledge: Knowledge) -> None:
    (row,) = knowledge.matching_rows("postfix", "521 5.5.1 Error: command not implemented")

    assert (row.cause, row.commands, row.closes) == ("extension-not-offered", ("BDAT",), True)


def test_generic_rows_come_last(knowledge: Knowledge) -> None:
    rows = knowledge.matching_rows("exim", "550 Administrative prohibition")

    assert len(rows) >= 3
    assert [row.generic for row in rows] == sorted(row.generic for row in rows)


def test_a_server_answers_as_the_one_it_is_based_on(knowledge: Knowledge) -> None:
    own, base = knowledge.rows("maddy"), knowledge.rows("go-smtp")

    assert knowledge.replies_of("maddy") == (*own, *base)


@pytest.mark.parametrize(
    ("text", "verb", "code", "cause"),
    [
        ("VRFY disabled", "VRFY", 502, "command-disabled-by-admin"),
        ("Command not implemented", "STARTTLS", 502, "tls-unavailable"),
        ("Command not implemented", "AUTH", 502, "auth-not-enabled"),
        ("Must issue a STARTTLS command first", "MAIL", 530, "tls-required-first"),
        ("XXXX command unrecognized", "EHLO", 500, "middlebox-rewrite"),
        ("unknown command", "FROB", 500, "command-unknown"),
        ("<a@b.test>: User unknown in local recipient table", "RCPT", 550, "mailbox-unknown"),
        ("No such user here", "VRFY", 550, "mailbox-unknown"),
        ("Polite people say HELO first", "MAIL", 503, "need-ehlo-first"),
    ],
)
def test_wordings_hint_at_causes(
    knowledge: Knowledge, text: str, verb: str, code: int, cause: str
) -> None:
    rule = knowledge.text_rule(text, verb, code)

    assert rule is not None
    assert rule.cause == cause


@pytest.mark.parametrize(
    ("text", "verb", "code", "cause"),
    [
        ("Message does not pass SPF and DKIM checks", "DATA", 550, "policy"),
        ("Client host [192.0.2.1] blocked using zen.example", "RCPT", 554, "access-denied-client"),
        ("The recipient's inbox is out of storage space", "RCPT", 452, "resource-temporary"),
        ("Benutzer unbekannt", "RCPT", 550, "mailbox-unknown"),
        ("Unbekannter Befehl", "FROB", 500, "command-unknown"),
        ("Zugangsdaten sind falsch", "AUTH", 535, "auth-failed"),
        ("Address is listed at a DNSBL", "", 554, "access-denied-client"),
        ("TLS 1.0 is not supported", "AUTH", 421, "tls-temporary"),
    ],
)
def test_wordings_of_large_services_and_other_languages_are_known(
    knowledge: Knowledge, text: str, verb: str, code: int, cause: str
) -> None:
    rule = knowledge.text_rule(text, verb, code)

    assert rule is not None
    assert rule.cause == cause


def test_the_host_of_a_web_page_says_nothing(knowledge: Knowledge) -> None:
    assert knowledge.text_rule("No: http://spam-relay-spf.example.test/", "DATA", 550) is None


def test_only_the_beginning_of_an_endless_text_is_searched(knowledge: Knowledge) -> None:
    assert knowledge.text_rule("x " * MOST_TOLD + "virus", "DATA", 550) is None


def test_words_used_for_many_reasons_are_vague(knowledge: Knowledge) -> None:
    vague = knowledge.text_rule("Command not implemented", "STARTTLS", 502)
    clear = knowledge.text_rule("STARTTLS is disabled", "STARTTLS", 502)

    assert vague is not None and vague.vague
    assert clear is not None and not clear.vague


def test_a_text_without_a_hint_has_no_rule(knowledge: Knowledge) -> None:
    assert knowledge.text_rule("No.", "EHLO", 502) is None


def test_the_guide_is_shown_where_it_belongs(knowledge: Knowledge) -> None:
    starttls = knowledge.guide_at("verb:STARTTLS")

    assert [point.id for point in starttls] == ["scenario-starttls"]
    assert {point.part for point in knowledge.guide_at("code:502")} >= {"meaning", "practice"}
    assert knowledge.guide_at("verb:MAIL") == ()


def test_every_point_of_the_guide_can_be_reached(knowledge: Knowledge) -> None:
    places = {place for point in knowledge.guide for place in point.shown_at}
    reached = {point.id for point in knowledge.guide_at(*places)}

    assert reached == {point.id for point in knowledge.guide}


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("EHLP", "EHLO"),
        ("MIAL", "MAIL"),
        ("starttsl", "STARTTLS"),
        ("VRYF", "VRFY"),
        ("DAT", "DATA"),
    ],
)
def test_the_verb_that_was_meant(knowledge: Knowledge, typed: str, meant: str) -> None:
    verb = knowledge.nearest_verb(typed)

    assert verb is not None
    assert verb.verb == meant


@pytest.mark.parametrize("typed", ["XYZZY", "", "FOO", "HELLOWORLD"])
def test_a_word_far_from_every_verb_has_no_neighbour(knowledge: Knowledge, typed: str) -> None:
    assert knowledge.nearest_verb(typed) is None


def test_neighbours_can_be_looked_for_among_what_help_named(knowledge: Knowledge) -> None:
    verb = knowledge.nearest_verb("EHLP", ["HELP", "NOOP"])

    assert verb is not None
    assert verb.verb == "HELP"


@pytest.mark.parametrize(
    ("one", "other", "edits"),
    [("", "", 0), ("a", "", 1), ("MAIL", "MIAL", 1), ("EHLO", "HELO", 1), ("RCPT", "RSET", 2)],
)
def test_edit_distance(one: str, other: str, edits: int) -> None:
    assert edit_distance(one, other) == edit_distance(other, one) == edits


def test_what_was_said_before_and_after_many_other_things_has_the_same_rule(
    knowledge: Knowledge,
) -> None:
    first = knowledge.text_rule("No such user here", "RCPT", 550)
    for number in range(300):
        knowledge.text_rule(f"virus {number}", "DATA", 550)

    assert knowledge.text_rule("No such user here", "RCPT", 550) is first
    assert knowledge.text_rule("No such user here", "EHLO", 550) is not first


def test_an_address_in_a_reply_is_no_word_of_it() -> None:
    rule = load_knowledge().text_rule("<mailbox.full@spam.test> User unknown", "RCPT", 550)

    assert rule is not None
    assert rule.cause == "mailbox-unknown"
