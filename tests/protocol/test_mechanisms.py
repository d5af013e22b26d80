"""Mechanisms against the examples of their RFCs, and against what people type."""

from __future__ import annotations

import pytest

from smtpdebugger.protocol.mechanisms import (
    KNOWN,
    Credentials,
    Exposure,
    MechanismError,
    answer,
    begin,
    mechanism_named,
    strongest,
)
from smtpdebugger.protocol.scram import ChannelBinding

BINDING = ChannelBinding("tls-server-end-point", b"x" * 32)


def said(name: str, who: Credentials, *challenges: bytes) -> list[bytes | None]:
    dialogue, first = begin(KNOWN[name], who)
    return [first, *(answer(dialogue, each) for each in challenges)]


def test_plain_as_in_rfc_4616() -> None:
    assert said("PLAIN", Credentials("tim", "tanstaaftanstaaf")) == [b"\0tim\0tanstaaftanstaaf"]
    assert said("PLAIN", Credentials("Kurt", "xipj3plmq", "Ursel")) == [b"Ursel\0Kurt\0xipj3plmq"]


def test_login_waits_for_both_questions_and_has_no_third_answer() -> None:
    who = Credentials("alice", "wonderland")
    assert said("LOGIN", who, b"Username:", b"Password:", b"Shoe size:") == [
        None,
        b"alice",
        b"wonderland",
        None,
    ]


def test_cram_md5_as_in_rfc_2195() -> None:
    challenge = b"<1896.697170952@postoffice.reston.mci.net>"
    assert said("CRAM-MD5", Credentials("tim", "tanstaaftanstaaf"), challenge) == [
        None,
        b"tim b913a602c7eda7a495b4e6e7334d3890",
    ]


def test_oauthbearer_as_in_rfc_7628() -> None:
    who = Credentials("user@example.com", "vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==")
    first = said("OAUTHBEARER", Credentials("a=b,c", "t", host="server.example.com", port=587))[0]
    assert (
        first == b"n,a=a=3Db=2Cc,\x01host=server.example.com\x01port=587\x01auth=Bearer t\x01\x01"
    )
    assert said("OAUTHBEARER", who, b'{"status":"invalid_token"}')[1] == b"\x01"


def test_xoauth2_ends_a_refusal_with_an_empty_line() -> None:
    who = Credentials("someuser@example.com", "ya29.vF9dft4qmTc2")
    assert said("XOAUTH2", who, b'{"status":"401"}', b"") == [
        b"user=someuser@example.com\x01auth=Bearer ya29.vF9dft4qmTc2\x01\x01",
        b"",
        None,
    ]


def test_external_tells_on_whose_behalf_or_nothing() -> None:
    assert said("EXTERNAL", Credentials()) == [b""]
    assert said("EXTERNAL", Credentials(authorization="fred@example.com")) == [b"fred@example.com"]


@pytest.mark.parametrize("name", ["LOGIN", "CRAM-MD5", "PLAIN"])
def test_a_password_may_hold_any_octets_and_be_long(name: str) -> None:
    secret = b"\xff\xfe" + b"x" * 10_000
    who = Credentials("alice", secret.decode("utf-8", "surrogateescape"))
    sent = said(name, who, b"Username:", b"Password:")
    if name == "CRAM-MD5":
        assert sent[1] is not None
    else:
        assert any(each is not None and secret in each for each in sent)


def test_a_password_with_nul_goes_where_the_mechanism_can_carry_it() -> None:
    who = Credentials("alice", "a\0b")
    with pytest.raises(MechanismError, match="NUL"):
        begin(KNOWN["PLAIN"], who)
    assert said("LOGIN", who, b"", b"")[2] == b"a\0b"


@pytest.mark.parametrize("name", ["XOAUTH2", "OAUTHBEARER"])
def test_what_is_no_token_is_not_sent(name: str) -> None:
    for token in ("two words", "line\r\nbreak", "a\x01b", "naïve"):
        with pytest.raises(MechanismError, match="token"):
            begin(KNOWN[name], Credentials("alice", token))


def test_the_strongest_that_fits_is_chosen() -> None:
    who = Credentials("alice", "secret")
    offered = ("LOGIN", "PLAIN", "CRAM-MD5", "SCRAM-SHA-256", "SCRAM-SHA-256-PLUS", "GSSAPI")
    assert strongest(offered, who).name == "SCRAM-SHA-256"
    bound = Credentials("alice", "secret", binding=BINDING)
    assert strongest(offered, bound).name == "SCRAM-SHA-256-PLUS"
    assert strongest(("LOGIN", "PLAIN", "XOAUTH2"), who).name == "PLAIN"
    assert strongest(("XOAUTH2", "EXTERNAL"), who).name == "XOAUTH2"
    assert strongest(("PLAIN", "EXTERNAL"), Credentials()).name == "EXTERNAL"


@pytest.mark.parametrize("offered", [(), ("GSSAPI", "NTLM")])
def test_where_nothing_fits_that_is_said(offered: tuple[str, ...]) -> None:
    with pytest.raises(MechanismError, match="no way to log in"):
        strongest(offered, Credentials("alice", "secret"))


def test_names_are_found_in_any_case_and_unknown_ones_told() -> None:
    assert mechanism_named("cram-md5") is KNOWN["CRAM-MD5"]
    with pytest.raises(MechanismError, match="GSSAPI"):
        mechanism_named("GSSAPI")


def test_a_binding_is_needed_where_the_name_says_so() -> None:
    with pytest.raises(MechanismError, match="binding"):
        begin(KNOWN["SCRAM-SHA-1-PLUS"], Credentials("alice", "secret"))
    who = Credentials("alice", "secret", binding=BINDING, offers_binding=True)
    assert str(said("SCRAM-SHA-1-PLUS", who)[0]).startswith("b'p=tls-server-end-point,,")


def test_the_flag_for_a_binding_tells_the_truth() -> None:
    offered = Credentials("alice", "secret", binding=BINDING, offers_binding=True)
    assert (said("SCRAM-SHA-256", offered)[0] or b"").startswith(b"n,,")
    missing = Credentials("alice", "secret", binding=BINDING)
    assert (said("SCRAM-SHA-256", missing)[0] or b"").startswith(b"y,,")


def test_who_can_read_a_secret_is_known_of_each() -> None:
    shown = {each.name for each in KNOWN.values() if each.exposure is Exposure.SECRET}
    assert shown == {"PLAIN", "LOGIN"}
    assert "secret" not in repr(Credentials("alice", "secret"))
