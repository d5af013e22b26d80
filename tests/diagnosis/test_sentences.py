"""Observations in words, each naming its exchange."""

import re

from smtpdebugger.diagnosis.evidence import observe
from smtpdebugger.diagnosis.observation import Observation
from smtpdebugger.diagnosis.sentences import sentence_of
from tests.diagnosis.cases import DIALOGUES, EHLO, case_of


def test_a_sentence_names_verb_keyword_and_exchange() -> None:
    case = case_of(EHLO + "C: BDAT 5 LAST\nS: 502 no\n")

    told = sentence_of(case, Observation("not-offered", 2, values={"keyword": "CHUNKING"}))

    assert told.sentence == "EHLO (exchange 2) did not offer CHUNKING, which BDAT needs."
    assert told.exchange == 2


def test_an_observation_without_an_exchange_is_of_the_one_at_hand() -> None:
    case = case_of(EHLO + "C: FOO\nS: 500 no\n")

    assert sentence_of(case, Observation("verb-unknown")).exchange == case.number


def test_the_peers_control_characters_are_harmless() -> None:
    case = case_of(EHLO + "C: FOO\nS: 500 \x1b[31mno\n")
    rule = Observation("wording", cause="policy", values={"text": case.text})

    assert "\x1b" not in sentence_of(case, rule).sentence


def test_braces_in_what_a_peer_said_are_text() -> None:
    case = case_of(EHLO + "C: FOO\nS: 500 {verb} {0} no\n")
    rule = Observation("wording", cause="policy", values={"text": case.text})

    assert "{verb} {0} no" in sentence_of(case, rule).sentence


def test_every_sentence_of_every_dialogue_is_filled_and_names_an_exchange() -> None:
    for file in sorted(DIALOGUES.rglob("*.smtp")):
        case = case_of(file.read_text())
        for observation in observe(case):
            told = sentence_of(case, observation)
            assert not re.search(r"\{[a-z]+\}", told.sentence), (file, told.sentence)
            assert 1 <= told.exchange <= len(case.session.exchanges)
            begins_with_name = told.sentence.startswith(str(observation.values.get("server", " ")))
            assert told.sentence[0].isupper() or not told.sentence[0].isalpha() or begins_with_name
            if not observation.rule.startswith(("several", "few", "auth-on")):
                assert re.search(r"exchange \d+", told.sentence), told.sentence


def test_lmtp_says_lhlo() -> None:
    text = "S: 220 h LMTP\nC: LHLO a\nS: 250-h\nS: 250 AUTH EXTERNAL\nC: AUTH PLAIN\nS: 504 no\n"
    case = case_of(text)
    told = [sentence_of(case, each).sentence for each in observe(case)]

    assert any("LHLO (exchange 2)" in each for each in told)
    assert not any("EHLO" in each.replace("LHLO", "") for each in told)
