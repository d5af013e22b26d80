import json
from typing import Any

from smtpdebugger.cli.talk.json_lines import JsonView, event_object
from smtpdebugger.protocol.sasl import MASK
from smtpdebugger.session.events import Closed, Connected, Failed, Remark, Resolved, TlsEstablished
from smtpdebugger.session.session import Session
from tests.cli.talk.support import MAIL, Talk, peer, practice
from tests.peers.peer import Line
from tests.peers.scripts import closes_in_reply


def of_type(objects: list[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    return [each for each in objects if each["type"] == kind]


def test_one_object_for_each_event_exchange_and_diagnosis(talk: Talk) -> None:
    with practice("strict-postfix") as server:
        told = talk(server.port, "VRFY alice\n", "--format", "json", "--ehlo", "me.test")

    kinds = [each["type"] for each in told.objects]
    assert kinds == [
        "connected", "exchange", "exchange", "exchange", "diagnosis", "exchange", "closed", "end"
    ]  # fmt: skip
    refused = told.objects[3]
    assert {
        "exchange": 3,
        "verb": "VRFY",
        "command": "VRFY alice",
        "code": 502,
        "enhanced": "5.5.1",
        "text": "VRFY command is disabled",
        "lines": ["502 5.5.1 VRFY command is disabled"],
        "refused": True,
        "tls": False,
        "state": "ehlo",
    }.items() <= refused.items()
    assert refused["us"] >= refused["took"] > 0
    diagnosis = told.objects[4]
    assert diagnosis["exchange"] == 3
    assert diagnosis["causes"][0]["id"] == "command-disabled-by-admin"
    assert diagnosis["alternatives"][0]["commands"]
    assert told.objects[-1] == {
        "type": "end", "exit": 1, "exchanges": 4, "refused": [3], "unanswered": []
    }  # fmt: skip
    assert told.code == 1


def test_the_greeting_has_no_command(talk: Talk) -> None:
    with practice() as server:
        greeting = talk(server.port, "", "--format", "json").objects[1]

    assert (greeting["verb"], greeting["command"], greeting["code"]) == ("(greeting)", None, 220)


def test_a_line_that_was_never_answered_comes_at_the_end(talk: Talk) -> None:
    async def leaves(line: Line) -> None:
        await line.say("220 x")
        await line.hear()

    with peer(leaves) as server:
        told = talk(server.port, "NOOP\n", "--format", "json")

    *_, unanswered, end = told.objects
    assert (unanswered["command"], unanswered["code"]) == ("EHLO [127.0.0.1]", None)
    assert (unanswered["lines"], unanswered["text"]) == ([], None)
    assert end["unanswered"] == [2]
    assert end["exit"] == 1


def test_an_unfinished_reply_is_told_as_it_came(talk: Talk) -> None:
    with peer(closes_in_reply) as server:
        told = talk(server.port, "", "--format", "json")

    assert told.objects[2]["lines"][:2] == ["250-peer.test", "250-PIPEL"]


def test_secrets_are_masked_and_octets_that_are_no_text_are_told(talk: Talk) -> None:
    script = ":raw AUTH PLAIN AGFsaWNlAHNlY3JldHdvcmQ=\\r\\n\n:raw X\\xff\\r\\n\n"
    with practice() as server:
        told = talk(server.port, script, "--format", "json", "--no-ehlo")

    sent = [each["command"] for each in of_type(told.objects, "exchange")]
    assert sent[1:3] == [f"AUTH PLAIN {MASK}", "Xÿ"]
    assert "AGFsaWNl" not in told.out


def test_mail_data_and_chunks_are_counted(talk: Talk) -> None:
    script = f"{MAIL}DATA\nhello\n.\n{MAIL}BDAT 7 LAST\nhello\n"
    with practice() as server:
        told = talk(server.port, script, "--format", "json", "--allow-delivery")

    found = {each["exchange"]: each for each in of_type(told.objects, "exchange")}
    data = next(each for each in found.values() if "mail_data" in each)
    assert data["mail_data"] == {"octets": 10, "lines": 2}
    chunk = next(each for each in found.values() if each["verb"] == "BDAT")
    assert chunk["chunk"] == {"octets": 7, "complete": True}
    assert told.code == 0


def test_events_have_the_names_of_the_session_file() -> None:
    events = [
        Resolved(1, "mx.test", ("192.0.2.1",)),
        Connected(2, "mx.test", "192.0.2.1:25", "192.0.2.9:1", False),
        TlsEstablished(3, "TLSv1.3", "AES", True, chain=(b"DER",)),
        Failed(4, "tls", "what", "advice"),
        Remark(5, "text", 3),
        Closed(6, "server", "why"),
    ]
    told = [event_object(event) for event in events]

    assert [each["type"] for each in told] == [
        "resolved", "connected", "tls", "failed", "remark", "closed"
    ]  # fmt: skip
    assert [each["us"] for each in told] == [1, 2, 3, 4, 5, 6]
    assert told[0]["addresses"] == ("192.0.2.1",)
    assert "chain" not in told[2]
    assert {"by": "server", "reason": "why"}.items() <= told[5].items()


def test_nothing_is_written_where_nothing_happened() -> None:
    written: list[str] = []
    view = JsonView(Session(), written.append, lambda _: None)
    view.catch_up()
    view.finish(3)

    assert json.loads("".join(written))["exit"] == 3
