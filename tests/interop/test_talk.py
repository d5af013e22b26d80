"""``smtpdebugger talk`` to every endpoint, as the manual says."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from smtpdebugger.transcript.opening import open_session
from tests.interop.fixtures import Live, on
from tests.interop.recipe import Endpoint

pytestmark = pytest.mark.interop

SECURITY = {"none": "none", "starttls": "starttls", "implicit": "tls"}


def talk(
    live: Live, script: str, *options: str, security: str | None = None
) -> subprocess.CompletedProcess[str]:
    """Talk to an endpoint in the TLS mode it has, its authority trusted."""
    chosen = security or SECURITY[live.at.tls]
    arguments = [f"{live.at.host}:{live.at.port}", "--security", chosen, "--timeout", "60"]
    arguments += ["--ca", str(live.server.ca), "--ehlo", "client.lab.test"]
    if live.at.protocol == "lmtp":
        arguments.append("--lmtp")
    return subprocess.run(
        [sys.executable, "-m", "smtpdebugger", "talk", *arguments, *options],
        input=script,
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )


def objects(done: subprocess.CompletedProcess[str]) -> list[dict[str, Any]]:
    """What ``--format json`` printed."""
    return [json.loads(line) for line in done.stdout.splitlines()]


def greets(endpoint: Endpoint) -> bool:
    """Whether a hello in its TLS mode is to be expected."""
    return endpoint.tls_works


@on(greets)
def test_every_endpoint_greets_says_what_it_offers_and_takes_leave(live: Live) -> None:
    done = talk(live, "", "--format", "json")

    told = objects(done)
    exchanges = [each for each in told if each["type"] == "exchange"]
    verbs = [each["verb"] for each in exchanges]
    hello = "LHLO" if live.at.protocol == "lmtp" else "EHLO"
    expected = {
        "none": ["(greeting)", hello, "QUIT"],
        "starttls": ["(greeting)", hello, "STARTTLS", hello, "QUIT"],
        "implicit": ["(greeting)", hello, "QUIT"],
    }
    assert verbs == expected[live.at.tls], done.stdout
    assert [each["code"] for each in exchanges if each["verb"] == hello][-1] == 250
    assert exchanges[-1]["tls"] is (live.at.tls != "none")
    assert told[-1]["type"] == "end"
    assert (done.returncode, done.stderr) == (0, "")


@on(lambda endpoint: endpoint.tls == "starttls" and not endpoint.tls_works)
def test_where_starttls_is_broken_nothing_goes_in_clear(live: Live) -> None:
    done = talk(live, "MAIL FROM:<a@client.test>\n", "--timeout", "20")

    assert "C: MAIL" not in done.stdout
    assert "#! " in done.stdout
    assert done.returncode == 3


@on(lambda endpoint: endpoint.name in ("postfix", "exim", "exim-deny", "postfix-restricted"))
def test_refusals_are_explained_and_the_file_has_everything(
    live: Live, tmp_path_factory: pytest.TempPathFactory
) -> None:
    saved = tmp_path_factory.mktemp("talk") / "session.smtpsession"
    script = (
        ":group\nMAIL FROM:<a@client.test>\nRCPT TO:<nobody@nowhere.example>\nRSET\n:end\n"
        ":raw NO\n:raw OP\\r\\n\nFROBNICATE\nDATA\n"
    )
    done = talk(live, script, "--save", str(saved))

    lines = done.stdout.splitlines()
    refusals = [n for n, line in enumerate(lines) if line[:2] in ("S:", "S*") and " 5" in line[:6]]
    assert len(refusals) >= 3
    assert all(lines[n + 1].startswith(("#? ", "S")) for n in refusals)
    assert done.returncode == 1
    session, problems = open_session(saved)
    assert not problems
    sent = [each.verb for each in session.exchanges]
    assert [verb for verb in ("MAIL", "RCPT", "NOOP", "FROBNICATE", "QUIT") if verb in sent] == [
        "MAIL", "RCPT", "NOOP", "FROBNICATE", "QUIT"
    ]  # fmt: skip
    again = subprocess.run(
        [sys.executable, "-m", "smtpdebugger", "explain", "-", "--format", "json"],
        input=done.stdout,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    codes = [each["code"] for each in json.loads(again.stdout)["diagnoses"]]
    assert codes == [each.code for each in session.exchanges if each.is_negative]


@on(lambda endpoint: endpoint.name in ("postfix", "exim"))
def test_mail_is_delivered_only_if_that_is_allowed(live: Live, tmp_path_factory: Any) -> None:
    message = tmp_path_factory.mktemp("talk") / "message.eml"
    message.write_text("Subject: from talk\n\n.a dot\n")
    script = f"MAIL FROM:<bob@lab.test>\nRCPT TO:<bob@lab.test>\n:message {message}\n"

    withheld = talk(live, f"{script}DATA\n")
    assert "*: DATA" not in withheld.stdout
    assert withheld.returncode == 1
    allowed = talk(live, script, "--allow-delivery")
    assert "C*: ..a dot" in allowed.stdout
    assert allowed.returncode == 0, allowed.stdout
