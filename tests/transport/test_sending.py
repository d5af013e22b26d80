"""A message on its way is counted, and can be stopped."""

from __future__ import annotations

from smtpdebugger.transport.sending import Sending


def test_who_watches_is_told() -> None:
    seen: list[int] = []
    sending = Sending(lambda each: seen.append(each.sent))
    sending.total = 30
    sending.went(10)
    sending.went(20)
    assert seen == [10, 30]
    assert not sending.is_cancelled
    sending.cancel()
    assert sending.is_cancelled
    assert sending.problem == ""
