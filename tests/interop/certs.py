"""The lab's certificates: one authority, the servers' pair, a client's and a wrong one."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import trustme

from tests.interop import lab

WRONG_HOST = "elsewhere.test"


def prepare(cache: Path) -> Path:
    """The folder with the certificates, made at the first call; the caller holds the cache lock.

    ``ca.pem``; ``server.{crt,key,chain,pem}`` for mx.lab.test, lab.test, localhost and 127.0.0.1
    (RSA 2048; chain = certificate + CA, pem = key + certificate + CA); ``client.pem`` and
    ``wrong-host.pem`` (key + certificate + CA).
    """
    folder = cache / "tls"
    if (folder / "ca.pem").exists():
        return folder
    new = cache / f"tls.new-{os.getpid()}"
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir(mode=0o755)
    authority = trustme.CA(organization_name="smtpdebugger test lab", key_type=trustme.KeyType.RSA)
    root = authority.cert_pem.bytes()
    server = authority.issue_cert(*lab.LOCAL_NAMES, key_type=trustme.KeyType.RSA)
    leaf = server.cert_chain_pems[0].bytes()
    key = server.private_key_pem.bytes()
    (new / "ca.pem").write_bytes(root)
    (new / "server.crt").write_bytes(leaf)
    (new / "server.key").write_bytes(key)
    (new / "server.chain").write_bytes(leaf + root)
    (new / "server.pem").write_bytes(key + leaf + root)
    for file_name, name in (("client.pem", lab.USER), ("wrong-host.pem", WRONG_HOST)):
        pair = authority.issue_cert(name, key_type=trustme.KeyType.RSA)
        parts = [pair.private_key_pem.bytes(), pair.cert_chain_pems[0].bytes(), root]
        (new / file_name).write_bytes(b"".join(parts))
    for file in new.iterdir():
        # Some servers read the key only after giving up root. It is a throw-away key.
        file.chmod(0o644)
    shutil.rmtree(folder, ignore_errors=True)
    new.rename(folder)
    return folder
