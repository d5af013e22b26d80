"""What this end brings into TLS, and what is told where it does not fit together."""

from __future__ import annotations

import ssl
from pathlib import Path

import pytest
import trustme
from cryptography.hazmat.primitives import serialization

from smtpdebugger.transport.context import ContextFailed, client_context, context_problem
from smtpdebugger.transport.settings import TlsChoices, TlsVersion, Trust


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


def files(authority: trustme.CA, folder: Path, password: bytes = b"") -> tuple[str, str]:
    """A client certificate and its key, encrypted where there is a password."""
    leaf = authority.issue_cert("client.test")
    chain, key = folder / "client.pem", folder / "client.key"
    chain.write_bytes(b"".join(each.bytes() for each in leaf.cert_chain_pems))
    octets = leaf.private_key_pem.bytes()
    if password:
        loaded = serialization.load_pem_private_key(octets, None)
        octets = loaded.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.BestAvailableEncryption(password),
        )
    key.write_bytes(octets)
    return str(chain), str(key)


def failure(choices: TlsChoices, trust: Trust | None = None) -> str:
    with pytest.raises(ContextFailed) as caught:
        client_context(trust or Trust(verify=False), choices)
    assert caught.value.problem.stage == "tls"
    assert caught.value.problem.advice
    return caught.value.problem.what


@pytest.mark.parametrize(
    ("minimum", "maximum", "low", "high"),
    [
        (None, None, "TLSv1_2", "TLSv1_3"),
        ("1.3", None, "TLSv1_3", "TLSv1_3"),
        (None, "1.2", "TLSv1_2", "TLSv1_2"),
        ("1.0", None, "TLSv1", "TLSv1_3"),
        (None, "1.1", "TLSv1_1", "TLSv1_1"),
    ],
)
def test_versions(
    minimum: TlsVersion | None, maximum: TlsVersion | None, low: str, high: str
) -> None:
    context = client_context(Trust(verify=False), TlsChoices(minimum=minimum, maximum=maximum))
    assert (context.minimum_version.name, context.maximum_version.name) == (low, high)


def test_versions_that_leave_nothing_are_told() -> None:
    what = failure(TlsChoices(minimum="1.3", maximum="1.2"))
    assert "at least 1.3 and at most 1.2" in what


def test_old_versions_bring_their_ciphers() -> None:
    new = {each["name"] for each in client_context(Trust(verify=False)).get_ciphers()}
    old = client_context(Trust(verify=False), TlsChoices(minimum="1.0"))
    assert {each["name"] for each in old.get_ciphers()} - new


def test_a_key_opens_with_its_password_and_no_other(authority: trustme.CA, tmp_path: Path) -> None:
    chain, key = files(authority, tmp_path, b"secret")
    right = TlsChoices(certificate_file=chain, key_file=key, key_password="secret")
    assert client_context(Trust(verify=False), right).verify_mode is ssl.CERT_NONE
    wrong = TlsChoices(certificate_file=chain, key_file=key, key_password="other")
    assert "is wrong" in failure(wrong)
    assert "is missing" in failure(TlsChoices(certificate_file=chain, key_file=key))


def test_a_key_of_somebody_else_is_told(authority: trustme.CA, tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    chain, _ = files(authority, tmp_path / "a")
    _, key = files(authority, tmp_path / "b")
    assert "does not belong" in failure(TlsChoices(certificate_file=chain, key_file=key))


def test_files_that_are_missing_or_hold_something_else_are_named(tmp_path: Path) -> None:
    missing, empty = str(tmp_path / "none.pem"), tmp_path / "empty.pem"
    empty.write_text("nothing")
    assert missing in failure(TlsChoices(certificate_file=missing))
    assert str(empty) in failure(TlsChoices(certificate_file=str(empty)))
    assert f"{missing} cannot be read" in failure(TlsChoices(), Trust(ca_file=missing))
    assert f"{empty} holds no" in failure(TlsChoices(), Trust(ca_file=str(empty)))
    assert "The text holds no" in failure(TlsChoices(), Trust(ca_pem="nothing"))
    folder = str(tmp_path / "none" / "keys.log")
    assert f"{folder} cannot be written" in failure(TlsChoices(key_log_file=folder))


def test_keys_are_logged_where_that_is_wanted(tmp_path: Path) -> None:
    file = str(tmp_path / "keys.log")
    context = client_context(Trust(verify=False), TlsChoices(key_log_file=file))
    assert context.keylog_filename == file
    assert client_context(Trust(verify=False)).keylog_filename is None


def test_a_name_apart_is_not_left_to_openssl() -> None:
    assert client_context(Trust()).check_hostname
    assert client_context(Trust(), TlsChoices(server_name="a.test")).check_hostname
    for choices in (TlsChoices(server_name=None), TlsChoices(verify_name="b.test")):
        context = client_context(Trust(), choices)
        assert not context.check_hostname
        assert context.verify_mode is ssl.CERT_REQUIRED


def test_other_errors_are_told_too() -> None:
    assert "prepared" in context_problem(ValueError("bad name")).what
