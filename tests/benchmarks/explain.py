"""How long ``explain`` takes on a 20-line trace, over an empty Python."""

from tests.benchmarks.processes import medians

TRACE = """\
S: 220 mx.example.test ESMTP Postfix
C: EHLO client.example.test
S: 250-mx.example.test
S: 250-PIPELINING
S: 250-SIZE 10240000
S: 250-ETRN
S: 250-ENHANCEDSTATUSCODES
S: 250-8BITMIME
S: 250-DSN
S: 250 SMTPUTF8
C: VRFY alice
S: 502 5.5.1 VRFY command is disabled
C: STARTTLS
S: 502 5.5.1 Error: command not implemented
C: EXPN staff
S: 500 5.5.2 Error: command not recognized
C: NOOP
S: 250 2.0.0 Ok
C: QUIT
S: 221 2.0.0 Bye
"""


def measure() -> str:
    empty, ours = medians(
        ("-c", "pass"), ("-m", "smtpdebugger", "explain", "-", "--format", "json"), stdin=TRACE
    )
    return (
        f"explain, 20 lines: {ours * 1000:.0f} ms, python -c pass {empty * 1000:.0f} ms, "
        f"difference {(ours - empty) * 1000:.0f} ms (goal 150)"
    )
