"""The standpoint: where the next command would be sent from."""

from smtpdebugger.diagnosis.standpoint import is_over, new_connection, standpoint
from smtpdebugger.protocol.state import State
from tests.diagnosis.cases import EHLO, TRANSACTION, case_of

NO = "C: FOO\nS: 500 no\n"


def test_a_session_of_a_file_is_answered_from_right_after_the_reply() -> None:
    case = case_of(EHLO + NO + TRANSACTION, number=3)

    assert standpoint(case) is case.exchange.after
    assert not is_over(case)


def test_where_the_server_hung_up_it_is_after_the_same_ehlo() -> None:
    case = case_of(EHLO + TRANSACTION + "C: NOOP\nS: 421 bye\n# closed server\n")

    assert is_over(case)
    assert standpoint(case).state is State.EHLO
    assert standpoint(case).is_open
    assert standpoint(case).reverse_path is None


def test_a_new_connection_has_been_greeted_and_no_more() -> None:
    stand = new_connection(case_of(EHLO + TRANSACTION + NO))

    assert (stand.state, stand.hello) == (State.GREETED, State.GREETED)
    assert stand.capabilities is None
    assert not stand.permits("MAIL")
    assert stand.permits("EHLO")
