"""Sessions with the servers through smtplib alone, so that nothing of the product is believed."""

from __future__ import annotations

import re
import smtplib
import ssl

from tests.interop.world import World

CLIENT = "client.lab.test"
PATIENCE = 20.0  # seconds for one reply


def trusting(server: World) -> ssl.SSLContext:
    """The default checks, against the lab's authority."""
    return ssl.create_default_context(cafile=str(server.ca))


def connected(server: World, name: str) -> smtplib.SMTP:
    """A session after the greeting, inside verified TLS where the endpoint begins with it."""
    at = server.endpoints[name]
    if at.protocol == "lmtp":
        assert at.tls != "implicit", "smtplib knows no LMTP inside TLS"
        return smtplib.LMTP(at.host, at.port, CLIENT, timeout=PATIENCE)
    if at.tls == "implicit":
        context = trusting(server)
        return smtplib.SMTP_SSL(at.host, at.port, CLIENT, timeout=PATIENCE, context=context)
    return smtplib.SMTP(at.host, at.port, CLIENT, timeout=PATIENCE)


def greeted(server: World, name: str) -> smtplib.SMTP:
    """A session after EHLO (LHLO)."""
    smtp = connected(server, name)
    _say_hello(smtp)
    return smtp


def secured(server: World, name: str) -> smtplib.SMTP:
    """A session after STARTTLS and a second EHLO (LHLO)."""
    smtp = greeted(server, name)
    try:
        code, text = smtp.starttls(context=trusting(server))
        assert code == 220, text
    except BaseException:
        smtp.close()
        raise
    _say_hello(smtp)
    return smtp


def inside(server: World, name: str) -> smtplib.SMTP:
    """A session after EHLO (LHLO) inside TLS, however the endpoint does it, if it does."""
    at = server.endpoints[name]
    return (secured if at.tls == "starttls" and at.tls_works else greeted)(server, name)


def _say_hello(smtp: smtplib.SMTP) -> None:
    code, text = smtp.ehlo()
    if code != 250:
        smtp.close()
        raise AssertionError(f"EHLO was answered with {code} {text!r}")


def keywords(smtp: smtplib.SMTP) -> set[str]:
    """The keywords of the last EHLO (LHLO) reply, in capitals."""
    assert smtp.ehlo_resp is not None
    lines = smtp.ehlo_resp.decode().splitlines()[1:]
    return {re.split("[ =]", line)[0].upper() for line in lines if line}


def mechanisms(smtp: smtplib.SMTP) -> set[str]:
    """The mechanisms of AUTH in the last EHLO (LHLO) reply."""
    return set(smtp.esmtp_features.get("auth", "").split())


def answer(smtp: smtplib.SMTP, command: str) -> str:
    """The reply to one command, as one text: code and lines."""
    code, text = smtp.docmd(command)
    return f"{code} {text.decode()}"


def log_in(smtp: smtplib.SMTP, mechanism: str, user: str, password: str) -> int:
    """The code that ends the AUTH exchange, good or bad."""
    smtp.user, smtp.password = user, password
    method = getattr(smtp, "auth_" + mechanism.lower().replace("-", "_"))
    try:
        return smtp.auth(mechanism, method)[0]
    except smtplib.SMTPAuthenticationError as error:
        return error.smtp_code
