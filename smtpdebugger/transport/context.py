"""What this end brings into TLS: whom it trusts, its own certificate, the versions it speaks."""

import ssl
import warnings
from pathlib import Path

from smtpdebugger.transport.problems import Problem
from smtpdebugger.transport.settings import TlsChoices, TlsVersion, Trust

_VERSIONS: dict[TlsVersion, ssl.TLSVersion] = {
    "1.0": ssl.TLSVersion.TLSv1,
    "1.1": ssl.TLSVersion.TLSv1_1,
    "1.2": ssl.TLSVersion.TLSv1_2,
    "1.3": ssl.TLSVersion.TLSv1_3,
}
_OLD = frozenset({"1.0", "1.1"})


class ContextFailed(ValueError):
    """Something of this end could not be read or does not fit together."""

    def __init__(self, what: str, advice: str) -> None:
        super().__init__(what)
        self.problem = Problem("tls", what, advice)


def client_context(trust: Trust, choices: TlsChoices | None = None) -> ssl.SSLContext:
    """What checks the server's certificate and shows ours. Raises ContextFailed.

    Reads files: some 25 ms for the system's authorities.
    """
    choices = choices or TlsChoices()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    # Set, not left to the defaults: Python 3.13 refuses certificates that others accept.
    context.verify_flags = ssl.VERIFY_X509_TRUSTED_FIRST | ssl.VERIFY_X509_PARTIAL_CHAIN
    _choose_versions(context, choices)
    if choices.certificate_file is not None:
        _show_certificate(context, choices)
    if choices.key_log_file is not None:
        _log_keys(context, choices.key_log_file)
    if not trust.verify or trust.fingerprints:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        return context
    # Where the certificate must name somebody else than was asked for, the layer checks that.
    context.check_hostname = not checks_name_apart(choices)
    context.verify_mode = ssl.CERT_REQUIRED
    _trust_authorities(context, trust)
    return context


def context_problem(error: Exception) -> Problem:
    """What kept TLS from being prepared; a host name that TLS cannot check is one thing."""
    if isinstance(error, ContextFailed):
        return error.problem
    return Problem("tls", f"TLS cannot be prepared: {error}.")


def checks_name_apart(choices: TlsChoices) -> bool:
    """Whether the name to verify is not the one that is asked for, so that OpenSSL cannot."""
    return choices.server_name is None or bool(choices.verify_name)


def _choose_versions(context: ssl.SSLContext, choices: TlsChoices) -> None:
    low, high = choices.minimum or "1.2", choices.maximum or "1.3"
    if choices.minimum is None and high in _OLD:
        low = high
    if low > high:
        what = f"TLS cannot be at least {low} and at most {high}."
        raise ContextFailed(what, "Choose a lowest version that is not above the highest.")
    with warnings.catch_warnings():
        # Python warns of versions that a person asks for to test an old server.
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = _VERSIONS[low]
        context.maximum_version = _VERSIONS[high]
    if low in _OLD:
        # The old versions need signatures that OpenSSL forbids above this level.
        context.set_ciphers("DEFAULT:@SECLEVEL=0")


def _trust_authorities(context: ssl.SSLContext, trust: Trust) -> None:
    file = trust.ca_file
    try:
        if file is not None:
            context.load_verify_locations(cafile=file)
        if trust.ca_pem is not None:
            context.load_verify_locations(cadata=trust.ca_pem)
        if file is None and trust.ca_pem is None:
            context.load_default_certs(ssl.Purpose.SERVER_AUTH)
    except ssl.SSLError as error:
        what = f"{file or 'The text'} holds no certificates in PEM form."
        raise ContextFailed(what, "Choose another file.") from error
    except (OSError, ValueError) as error:
        what = f"The certificate file {file} cannot be read: {_words(error)}."
        raise ContextFailed(what, "Choose another file.") from error


def _show_certificate(context: ssl.SSLContext, choices: TlsChoices) -> None:
    certificate, key = choices.certificate_file, choices.key_file
    try:
        # A password is always given, or OpenSSL would ask for one on the terminal.
        context.load_cert_chain(str(certificate), key, password=choices.key_password)
    except ssl.SSLError as error:
        raise _certificate_failed(error, choices) from error
    except (OSError, ValueError) as error:
        files = certificate if key is None else f"{certificate} or its key {key}"
        what = f"The client certificate {files} cannot be read: {_words(error)}."
        raise ContextFailed(what, "Choose another file.") from error


def _certificate_failed(error: ssl.SSLError, choices: TlsChoices) -> ContextFailed:
    reason = error.reason or ""
    if reason == "KEY_VALUES_MISMATCH":
        what = "The key does not belong to the client certificate."
        return ContextFailed(what, "Choose the key that the certificate was made for.")
    if _is_encrypted(choices.key_file or choices.certificate_file or ""):
        given = "is wrong" if choices.key_password else "is missing"
        what = f"The key of the client certificate is encrypted, and its password {given}."
        return ContextFailed(what, "Give the password of the key.")
    if "KEY_TOO_SMALL" in reason or "TOO_WEAK" in reason:
        what = "The client certificate is too weak for this computer's policy."
        return ContextFailed(what, "Use a key of 2048 bits or more, or allow TLS 1.0.")
    files = choices.certificate_file or ""
    if choices.key_file is not None:
        files += f" and {choices.key_file}"
    what = f"{files} hold no certificate and key in PEM form that can be used."
    return ContextFailed(what, "Both must be PEM; the certificate's own comes first in its file.")


def _is_encrypted(file: str) -> bool:
    """Whether a key is encrypted; OpenSSL tells a wrong password from nothing else."""
    try:
        return "ENCRYPTED" in Path(file).read_text("ascii", "replace")
    except OSError:
        return False


def _log_keys(context: ssl.SSLContext, file: str) -> None:
    try:
        context.keylog_filename = file
    except (OSError, ValueError) as error:
        what = f"The key log file {file} cannot be written: {_words(error)}."
        raise ContextFailed(what, "Choose another file.") from error


def _words(error: Exception) -> str:
    return (getattr(error, "strerror", None) or str(error) or type(error).__name__).lower()
