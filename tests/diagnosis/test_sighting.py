"""What the watchdog remembers: little, and of one connection only."""

from smtpdebugger.diagnosis.sighting import Sighting, Watch
from tests.diagnosis.cases import knowledge
from tests.diagnosis.watched import HELLO, watched


def test_a_new_connection_begins_with_nothing() -> None:
    session = watched("connected", *HELLO)
    watch = Watch(knowledge())
    watch.last, watch.size, watch.offers_at = session.exchange(2), 5, 2
    watch.first_time("a-rule")

    watch.begin(session.exchange(1))

    assert watch.connected_at == 1000
    assert (watch.last, watch.size, watch.offers_at) == (None, None, 0)
    assert watch.first_time("a-rule")


def test_a_rule_is_new_once() -> None:
    watch = Watch(knowledge())
    assert [watch.first_time("a-rule") for _ in range(2)] == [True, False]


def test_a_sighting_is_the_servers_and_about_the_whole_unless_it_says_otherwise() -> None:
    assert Sighting("a-rule")[1:4] == ("server", 0, 0)
