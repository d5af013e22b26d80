"""Proposals are plain until their steps are checked."""

from smtpdebugger.diagnosis.proposal import Proposal


def test_a_proposal_sends_unless_it_says_otherwise() -> None:
    proposal = Proposal(commands=("NOOP",))
    assert (proposal.action, proposal.delivers, proposal.kind) == ("send", False, "")
    assert proposal.goal == ""
