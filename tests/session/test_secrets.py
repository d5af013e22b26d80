"""The keeper of secrets: finds, remembers, masks."""

from base64 import b64encode

from smtpdebugger.protocol.command import SaslResponse, read_command, read_response
from smtpdebugger.protocol.framing import ClientFramer
from smtpdebugger.protocol.reply import ReplyParser
from smtpdebugger.protocol.sasl import MASK, MASK_OCTETS, Secret
from smtpdebugger.session.secrets import SecretKeeper, moved


def test_a_unit_without_secrets_is_the_very_same() -> None:
    keeper, unit = SecretKeeper(), read_command(b"NOOP\r\n")
    assert keeper.mask_unit(unit, 0, 6, None, ClientFramer()) is unit
    assert keeper.sent == []


def test_spans_count_from_where_the_unit_began() -> None:
    keeper = SecretKeeper()
    unit = read_command(b"PASS hunter22\r\n")
    shown = keeper.mask_unit(unit, 100, 115, None, ClientFramer())
    assert shown.octets == b"PASS " + MASK_OCTETS + b"\r\n"
    assert keeper.sent == [Secret(105, 113, "password")]
    again = read_command(b"X hunter22 PASS hunter22 hunter22\r\n")
    assert [(each.start, each.stop) for each in keeper.spans_of(again, 200, 235)] == [
        (202, 210), (216, 224), (225, 233),
    ]  # fmt: skip


def test_a_secret_that_was_kept_in_part_spans_all_of_it() -> None:
    unit = read_command(b"AUTH X AAAA\r\n")
    assert SecretKeeper().spans_of(unit, 10, 1023) == (Secret(17, 1021),)


def test_a_known_secret_alone_is_a_response_after_auth() -> None:
    keeper, framer = SecretKeeper(), ClientFramer()
    keeper.known = frozenset({b"p@ssword"})
    line = read_command(b"p@ssword\r\n")
    assert keeper.mask_unit(line, 0, 10, None, framer).octets == MASK_OCTETS + b"\r\n"
    assert not isinstance(keeper.mask_unit(line, 0, 10, None, framer), SaslResponse)
    framer.feed(b"AUTH LOGIN\r\n")
    assert isinstance(keeper.mask_unit(line, 0, 10, None, framer), SaslResponse)


def framer_after(*lines: bytes) -> ClientFramer:
    framer = ClientFramer()
    for line in lines:
        framer.feed(line + b"\r\n")
        framer.heed("AUTH", 334)
    return framer


def test_asked_for_the_name_twice_people_send_the_password() -> None:
    keeper = SecretKeeper()
    (asks,) = ReplyParser().feed(b"334 " + b64encode(b"Username:") + b"\r\n")
    name, password = b64encode(b"alice.example"), b64encode(b"hunter22")
    keeper.mask_unit(read_response(name + b"\r\n"), 0, 20, asks, framer_after(b"AUTH LOGIN", name))
    assert b"alice.example" not in keeper.known
    framer = framer_after(b"AUTH LOGIN " + name, name)
    keeper.mask_unit(read_response(name + b"\r\n"), 0, 20, asks, framer)
    assert b"alice.example" not in keeper.known, "the name again is the name"
    framer = framer_after(b"AUTH LOGIN " + name, password)
    keeper.mask_unit(read_response(password + b"\r\n"), 0, 14, asks, framer)
    assert keeper.known >= {password, b"hunter22"}


def test_replies() -> None:
    keeper = SecretKeeper()
    keeper.mask_unit(read_response(b"hunter22\r\n"), 0, 10, None, ClientFramer())
    (reply,) = ReplyParser().feed(b"535-no\r\n535 hunter22\r\n")
    assert keeper.mask_reply(reply, 50).text == f"no\n{MASK}"
    assert keeper.received == [Secret(62, 70, "echo")]


def test_moved() -> None:
    assert moved((Secret(1, 2, "x"),), 10) == (Secret(11, 12, "x"),)


def test_a_servers_proof_is_masked_and_the_newest_can_be_asked_for() -> None:
    keeper = SecretKeeper()
    proof = b64encode(b"v=" + b64encode(bytes(20)))
    (reply,) = ReplyParser().feed(b"334 " + proof + b"\r\n")
    assert keeper.mask_reply(reply, 7).text == MASK
    assert keeper.received == [Secret(11, 11 + len(proof), "proof")]
    keeper.keep_challenge(3, reply.text)
    assert keeper.challenge(3) == proof.decode()
    assert keeper.challenge(2) is None
    (other,) = ReplyParser().feed(b"250 " + proof + b"\r\n")
    assert keeper.mask_reply(other, 60) is other
