"""Real greetings, EHLO replies and refusals of running servers, and what we make of them."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from smtpdebugger.knowledge.fingerprint import MOST, Guess, Observed
from smtpdebugger.knowledge.load import load_knowledge
from smtpdebugger.knowledge.tables import Knowledge

SAMPLES: list[dict[str, Any]] = [
    json.loads(line)
    for line in (Path(__file__).parent / "servers.jsonl").read_text(encoding="utf-8").splitlines()
]


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return load_knowledge()


def observed(sample: dict[str, Any], *, greeting: bool = True) -> Observed:
    return Observed(
        tuple(sample["greeting"]) if greeting else (),
        tuple(sample["ehlo"]),
        tuple(sample["helped"]),
        tuple(sample["replies"]),
    )


def named(sample: dict[str, Any]) -> str:
    return f"{sample['server']}-{sample['variant']}"


def best(knowledge: Knowledge, what: Observed) -> Guess:
    return knowledge.recogniser.recognise(what)[0]


@pytest.mark.parametrize("sample", SAMPLES, ids=named)
def test_a_real_session_names_its_server(knowledge: Knowledge, sample: dict[str, Any]) -> None:
    guess = best(knowledge, observed(sample))

    assert guess.server == sample["server"]
    assert 0.5 < guess.confidence <= MOST
    assert guess.why


@pytest.mark.parametrize(
    ("greeting", "server"),
    [
        ("220 eu-smtp-inbound-1.mimecast.com ESMTP; Mon, 23 Nov 2026 10:00:00 +0000", "mimecast"),
        ("220 mx0a-00000000.pphosted.com ESMTP mfa-m0000000", "proofpoint"),
        ("554 Blocked - see https://ipcheck.proofpoint.com/?ip=192.0.2.1", "proofpoint"),
        ("220 mtaproxy1.free.mail.ne1.yahoo.com ESMTP ready", "yahoo"),
        ("220 gmx.net (mrgmx004) Nemesis ESMTP Service ready", "nemesis"),
        ("554-web.de (mxweb112) Nemesis ESMTP Service not available", "nemesis"),
        ("220 SG ESMTP service ready at geopod-ismtpd-1", "sendgrid"),
        ("220 mx.zohomail.com SMTP Server ready November 23, 2026 2:00:00 AM PST", "zoho"),
        ("220 barracuda.example.test ESMTP (0123456789abcdef0123456789abcdef)", "barracuda"),
        ("220 163.com Anti-spam GT for Coremail System (163com[20141201])", "coremail"),
        ("220 mx.mail.ru ESMTP (Looking for Mail for your domain? Visit x)", "mail-ru"),
        ("220 mx1.yandex.net (Want to use Yandex.Mail for your domain? Visit x)", "yandex"),
        ("554 IP=192.0.2.1 - A problem occurred. (tosa@rx.t-online.de) (BL)", "t-online"),
        ("220 newxmesmtplogicsvrszc5-1.qq.com XMail Esmtp QQ Mail Server.", "qq-mail"),
        ("220 AM4PEPF1.mail.protection.outlook.com Microsoft ESMTP MAIL Service ready at x",
         "office365"),
        ("220 EX1.corp.example.test Microsoft ESMTP MAIL Service ready at x", "exchange"),
    ],
)  # fmt: skip
def test_hosted_services_are_known_by_their_greetings(
    knowledge: Knowledge, greeting: str, server: str
) -> None:
    guess = best(knowledge, Observed((greeting,)))

    assert guess.server == server
    assert guess.confidence > 0.5


@pytest.mark.parametrize("name", ["postfix", "exim", "sendmail", "opensmtpd", "courier"])
def test_a_server_that_hides_its_name_is_known_by_its_words(
    knowledge: Knowledge, name: str
) -> None:
    sample = next(one for one in SAMPLES if one["server"] == name)

    guess = best(knowledge, observed(sample, greeting=False))

    assert guess.server == name
    assert guess.confidence > 0.5


def test_a_plain_greeting_alone_names_nobody(knowledge: Knowledge) -> None:
    guesses = knowledge.recogniser.recognise(Observed(("220 mx.example.test ESMTP",)))

    assert len(guesses) > 2
    assert all(guess.confidence < 0.2 for guess in guesses)


def test_more_evidence_means_more_confidence(knowledge: Knowledge) -> None:
    sample = next(one for one in SAMPLES if named(one) == "exim-default")
    steps = [
        Observed(tuple(sample["greeting"])),
        Observed(tuple(sample["greeting"]), tuple(sample["ehlo"])),
        observed(sample),
    ]

    sure = [best(knowledge, step).confidence for step in steps]

    assert sure == sorted(sure)
    assert sure[0] < sure[-1] <= MOST


def test_confidences_leave_room_for_the_unknown(knowledge: Knowledge) -> None:
    for sample in SAMPLES:
        guesses = knowledge.recogniser.recognise(observed(sample))
        assert sum(guess.confidence for guess in guesses) < 1.0 + 1e-9


def test_nothing_observed_names_nobody(knowledge: Knowledge) -> None:
    assert knowledge.recogniser.recognise(Observed()) == ()


def test_a_greeting_of_asterisks_is_a_firewall(knowledge: Knowledge) -> None:
    seen = Observed(
        ("220 ****************************",), ("250-mx.example.test", "250-SIZE", "250 XXXXXXXA")
    )

    assert best(knowledge, seen).server == "cisco-pix-asa"


def test_a_stranger_is_not_taken_for_somebody(knowledge: Knowledge) -> None:
    seen = Observed(
        ("220 mail.example.test Frobozz Magic Mail",),
        ("250-mail.example.test hello", "250-XFROB", "250 SIZE 5"),
    )

    assert not [g for g in knowledge.recogniser.recognise(seen) if g.confidence > 0.2]


def test_an_answer_to_ehlo_of_another_form_outweighs_the_greeting(knowledge: Knowledge) -> None:
    greeting = ("220 mx.example.test ESMTP Exim 4.97 Mon, 23 Nov 2026 10:00:00 +0000",)
    own = ("250-mx.example.test Hello client.example.test [192.0.2.1]", "250 HELP")
    other = ("250-mx.example.test Nice to meet you, client.example.test", "250 HELP")

    honest = knowledge.recogniser.recognise(Observed(greeting, own))
    lying = knowledge.recogniser.recognise(Observed(greeting, other))

    assert honest[0].server == "exim"
    assert honest[0].confidence > 0.9
    assert all(each.confidence < 0.9 for each in lying)


POSTFIX = Observed(
    ("220 mx.example.test ESMTP Postfix",),
    (
        "250-mx.example.test",
        "250-PIPELINING",
        "250-SIZE",
        "250-ENHANCEDSTATUSCODES",
        "250 8BITMIME",
    ),
)


def test_a_greeting_is_not_enough_to_be_certain(knowledge: Knowledge) -> None:
    assert best(knowledge, Observed(POSTFIX.greeting)).confidence < 0.9
    assert best(knowledge, POSTFIX).confidence > 0.9


def test_words_of_acceptance_are_no_setting(knowledge: Knowledge) -> None:
    own = replace(POSTFIX, answers=(("NOOP", "250 2.0.0 Ok"), ("RCPT", "250 2.1.5 Ok")))
    exims = replace(POSTFIX, answers=(("RSET", "250 Reset OK"), ("RCPT", "250 Accepted")))

    honest, lying = best(knowledge, own), best(knowledge, exims)

    assert (honest.server, honest.against) == ("postfix", ())
    assert lying.confidence < 0.9
    guess = next(each for each in knowledge.recogniser.recognise(exims) if each.server == "postfix")
    assert "It answers RSET with “250 Reset OK”" in guess.against


def test_a_word_that_is_no_command_is_refused_in_words_of_ones_own(knowledge: Knowledge) -> None:
    old = Observed(answers=(("", "502 5.5.2 Error: command not recognized"),))
    other = Observed(POSTFIX.greeting, answers=(("", "500 unrecognized command"),))

    assert best(knowledge, old).server in {"postfix", "postscreen"}
    assert best(knowledge, other).confidence < best(knowledge, POSTFIX).confidence


def test_what_comes_through_a_proxy_does_not_speak_against_it(knowledge: Knowledge) -> None:
    seen = Observed(
        ("220 mx.example.test ESMTP ready",),
        answers=(("AUTH", "235 2.0.0 OK"), ("", "500 unrecognized command")),
    )

    guess = best(knowledge, seen)

    assert (guess.server, guess.against) == ("nginx-mail", ())


def test_keywords_in_another_order_are_another_programs(knowledge: Knowledge) -> None:
    mixed = (
        "250-mx.example.test",
        "250-8BITMIME",
        "250-SIZE",
        "250-ENHANCEDSTATUSCODES",
        "250 PIPELINING",
    )
    guesses = knowledge.recogniser.recognise(Observed(POSTFIX.greeting, mixed))

    guess = next(each for each in guesses if each.server == "postfix")
    assert guess.confidence < 0.5
    assert "The keywords of the EHLO reply stand in another order." in guess.against


def test_a_greeting_that_all_the_rest_belies(knowledge: Knowledge) -> None:
    answers = (("MAIL", "250 OK"), ("RCPT", "250 Accepted"), ("QUIT", "221 mx closing connection"))
    hello = ("250-mx.example.test Hello me [192.0.2.1]", "250 HELP")

    belied = knowledge.recogniser.belied(Observed(POSTFIX.greeting, hello, answers=answers))

    assert belied is not None
    assert (belied.server, belied.greeted) == ("postfix", True)
    assert len(belied.against) == 4
    assert knowledge.recogniser.belied(POSTFIX) is None
    assert knowledge.recogniser.belied(Observed(POSTFIX.greeting)) is None
    assert knowledge.recogniser.belied(Observed()) is None


def test_a_reason_quotes_the_line_of_its_own_session(knowledge: Knowledge) -> None:
    for mailbox in ("ann@example.test", "bob@example.test"):
        line = f"250 2.1.0 {mailbox}... Sender ok"
        guess = best(knowledge, Observed(answers=(("MAIL", line),)))

        assert guess.server == "sendmail"
        assert any(line in why for why in guess.why)
