"""What is shipped loads whole; what is broken is named and left out, and the rest loads."""

import re
import shutil
from pathlib import Path

import pytest

from smtpdebugger import resources
from smtpdebugger.knowledge import vocabulary
from smtpdebugger.knowledge.load import TABLES, Loader, iter_load, load_knowledge
from smtpdebugger.knowledge.tables import Knowledge

# The table of causes in the design: they are never renamed.
CAUSES = {
    "unsupported-command": "command-unknown command-not-implemented",
    "feature-not-enabled": "extension-not-offered tls-unavailable auth-not-enabled"
    " auth-mechanism-unsupported",
    "server-limitations": "minimal-server",
    "protocol-version": "command-obsolete command-newer-than-server",
    "server-configuration": "wrong-port local-config-missing",
    "security-restrictions": "command-disabled-by-admin tls-required-first auth-required"
    " auth-requires-tls access-denied-client policy relay-denied",
    "legacy-server": "old-server",
    "client-mistake": "misspelled-command not-a-command syntax-args syntax-address"
    " param-unsupported line-too-long encoding-8bit mailbox-unknown",
    "out-of-sequence": "need-ehlo-first helo-used-not-ehlo need-mail-first need-rcpt-first"
    " bad-sequence in-transaction already-done",
    "desynchronised": "data-desync pipelining-violation",
    "rewritten-in-transit": "middlebox-rewrite",
    "wrong-peer": "protocol-mismatch-lmtp protocol-mismatch-http protocol-mismatch-tls"
    " protocol-mismatch-other proxy-protocol-expected proxy-protocol-unexpected",
    "credentials": "auth-failed",
    "limits": "too-many-errors idle-timeout size-exceeded",
    "temporary": "resource-temporary tls-temporary greylisted",
    "unknown": "unknown",
}
GUIDE = {
    "meaning": 3, "cause": 7, "sender": 5, "developer": 6, "scenario": 3, "example": 2,
    "practice": 8,
}  # fmt: skip
SERVERS = {
    "postfix", "postscreen", "exim", "sendmail", "opensmtpd", "exchange", "office365", "gmail",
    "dovecot-submission", "aiosmtpd", "qmail", "courier", "haraka", "go-smtp", "cisco-pix-asa",
}  # fmt: skip


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    loader = Loader()
    for _ in loader.steps():
        pass
    return loader.knowledge()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the data folder, to break."""
    copy = tmp_path / "resources"
    for kind in TABLES:
        shutil.copytree(resources.path(kind), copy / kind)
    return copy


def test_everything_we_ship_loads(knowledge: Knowledge) -> None:
    assert knowledge.problems == ()


def test_every_cause_stands_in_its_family(knowledge: Knowledge) -> None:
    expected = {cause: family for family, causes in CAUSES.items() for cause in causes.split()}

    assert {cause.id: cause.family for cause in knowledge.causes.values()} == expected
    assert set(knowledge.families) == set(CAUSES)


def test_the_seven_families_of_the_guide_are_read_first(knowledge: Knowledge) -> None:
    ordered = sorted(knowledge.families.values(), key=lambda family: family.order)

    assert [family.id for family in ordered] == list(CAUSES)


def test_every_cause_advises_three_audiences(knowledge: Knowledge) -> None:
    for cause in knowledge.causes.values():
        for advice in (cause.fixes.sender, cause.fixes.developer, cause.fixes.administrator):
            assert 1 <= len(advice) <= 3, cause.id
            assert all(text.endswith((".", ")")) for text in advice), cause.id


def test_the_line_under_a_refusal_is_short(knowledge: Knowledge) -> None:
    long = {c.id: c.sentence for c in knowledge.causes.values() if len(c.sentence) > 110}

    assert not long


@pytest.mark.parametrize(("part", "count"), GUIDE.items())
def test_the_guide_is_complete(knowledge: Knowledge, part: str, count: int) -> None:
    points = knowledge.guide_part(part)

    assert [point.number for point in points] == list(range(1, count + 1))


def test_scenarios_and_examples_have_their_own_fields(knowledge: Knowledge) -> None:
    assert all(p.see and p.why and p.act for p in knowledge.guide_part("scenario"))
    assert [p.wire for p in knowledge.guide_part("example")] == [
        ("502 Command not implemented",),
        ("502 5.5.1 Command not implemented",),
    ]


def test_every_verb_has_a_way_round(knowledge: Knowledge) -> None:
    assert len(knowledge.verbs) == 96
    assert not [verb.verb for verb in knowledge.verbs.values() if not verb.alternatives]


def test_conditions_name_keywords_we_know(knowledge: Knowledge) -> None:
    for verb in knowledge.verbs.values():
        for alternative in verb.alternatives:
            for condition in alternative.when:
                assert vocabulary.is_condition(condition), (verb.verb, condition)
                kind, _, name = condition.partition(":")
                if kind in ("offered", "not-offered"):
                    assert knowledge.extension(name), (verb.verb, condition)


def test_an_alternative_that_sends_content_says_that_it_delivers(knowledge: Knowledge) -> None:
    for verb in knowledge.verbs.values():
        for one in verb.alternatives:
            sends = any(command.split()[0] in ("DATA", "BDAT") for command in one.commands)
            assert one.delivers or not sends, (verb.verb, one.use)


def test_verbs_need_keywords_that_exist(knowledge: Knowledge) -> None:
    missing = {
        verb.verb: verb.keyword
        for verb in knowledge.verbs.values()
        if verb.keyword and verb.keyword != "LMTP" and not knowledge.extension(verb.keyword)
    }

    assert not missing


def test_the_tables_are_as_full_as_they_should_be(knowledge: Knowledge) -> None:
    assert len(knowledge.extensions) == 66
    assert len(knowledge.codes) == 65
    assert len(knowledge.status_parts) == 102
    assert set(knowledge.servers) >= SERVERS
    assert len(knowledge.servers) >= 71


def test_every_pattern_is_a_regular_expression(knowledge: Knowledge) -> None:
    patterns = [rule.pattern for rule in knowledge.rules]
    for server in knowledge.servers.values():
        patterns += [*server.banner, *server.ehlo_line]
        patterns += [row.pattern for row in knowledge.rows(server.id)]

    assert len(patterns) > 800
    for pattern in patterns:
        re.compile(pattern)


def test_a_servers_own_words_match_its_row(knowledge: Knowledge) -> None:
    for server in knowledge.servers:
        for row in knowledge.rows(server):
            if "{" not in row.wire and not row.generic and "\n" not in row.wire:
                assert row in knowledge.matching_rows(server, row.wire), (server, row.wire)


def test_reply_rows_name_verbs_or_known_events(knowledge: Knowledge) -> None:
    for server in knowledge.servers:
        for row in knowledge.rows(server):
            for command in row.commands:
                known = command in vocabulary.EVENTS or command == command.upper()
                assert known, (server, row.wire, command)


def test_rarer_tables_are_read_when_first_asked_for() -> None:
    knowledge = load_knowledge()

    assert knowledge.verb("WIZ") is not None
    assert knowledge.extension("DSN") is not None
    assert len(knowledge.verbs) == 96
    assert knowledge.problems == ()


def test_a_bad_entry_read_late_is_named_too(folder: Path) -> None:
    (folder / "verbs" / "other.toml").write_text('[[verb]]\nverb = "GET"\n')
    knowledge = load_knowledge(folder)
    assert knowledge.problems == ()

    assert knowledge.verb("GET") is None

    assert knowledge.problems == ("verbs/other.toml verb [GET]: goal is missing",)


def test_rows_are_read_when_first_asked_for() -> None:
    knowledge = load_knowledge()

    assert len(knowledge.rows("postfix")) > 70
    assert knowledge.rows("postfix") is knowledge.rows("postfix")
    assert knowledge.rows("nobody") == ()


def test_loading_in_slices_ends_with_the_tables() -> None:
    *before, last = iter_load()

    assert len(before) > 100
    assert set(before) == {None}
    assert last is not None
    assert last.verb("EHLO") is not None


def test_no_file_is_too_big_for_a_slice() -> None:
    big = {
        path.name: path.stat().st_size
        for kind in TABLES
        for path in resources.path(kind).rglob("*.toml")
        if path.stat().st_size > 48_000
    }

    assert not big


def test_a_bad_entry_is_named_and_left_out(folder: Path) -> None:
    file = folder / "goals" / "goals.toml"
    text = file.read_text().replace('title = "Log in"', "title = 5")
    file.write_text(text)

    knowledge = load_knowledge(folder)

    assert "goals/goals.toml goal [authenticate]: title must be a string" in knowledge.problems
    assert knowledge.goal("authenticate") is None
    assert knowledge.goal("encrypt") is not None


def test_a_file_that_is_no_toml_is_named(folder: Path) -> None:
    (folder / "verbs" / "security.toml").write_text("[[verb]\n")

    knowledge = load_knowledge(folder)

    assert any(problem.startswith("verbs/security.toml: ") for problem in knowledge.problems)
    assert knowledge.verb("STARTTLS") is None
    assert knowledge.verb("VRFY") is not None


def test_a_file_that_is_not_utf8_is_named(folder: Path) -> None:
    (folder / "guide" / "502.toml").write_bytes(b"\xff\xfe")

    knowledge = load_knowledge(folder)

    assert [p for p in knowledge.problems if p.startswith("guide/502.toml: ")]
    assert knowledge.guide == ()


def test_an_unknown_key_and_an_unknown_table_are_named(folder: Path) -> None:
    file = folder / "servers" / "exim.toml"
    file.write_text(file.read_text().replace("kind =", "kidn =") + "\n[extra]\n")

    problems = load_knowledge(folder).problems

    assert "servers/exim.toml: extra is not a known table" in problems
    assert "servers/exim.toml server [exim]: kind is missing" in problems


def test_an_entry_that_is_there_twice_is_named(folder: Path) -> None:
    text = (folder / "goals" / "goals.toml").read_text()
    (folder / "goals" / "more.toml").write_text(text)

    problems = load_knowledge(folder).problems

    assert "goals/more.toml: goal encrypt is there twice" in problems


def test_a_file_of_causes_needs_its_family(folder: Path) -> None:
    file = folder / "causes" / "limits.toml"
    file.write_text(file.read_text().replace('id = "limits"', 'id = "limit"'))

    problems = load_knowledge(folder).problems

    assert "causes/limits.toml: family must have the id 'limits'" in problems


def test_a_reply_row_with_a_strange_cause_is_left_out(folder: Path) -> None:
    file = folder / "servers" / "replies" / "exim.toml"
    file.write_text(file.read_text().replace('cause = "auth-failed"', 'cause = "bad-luck"'))
    knowledge = load_knowledge(folder)

    rows = knowledge.rows("exim")

    assert rows
    assert not [row for row in rows if row.cause in ("auth-failed", "bad-luck")]
    assert "servers/replies/exim.toml: cause 'bad-luck' is not a known cause" in knowledge.problems


def test_an_empty_folder_gives_empty_tables(tmp_path: Path) -> None:
    knowledge = load_knowledge(tmp_path)

    assert knowledge.problems == ()
    assert knowledge.verb("EHLO") is None
