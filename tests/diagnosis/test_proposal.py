"""Proposals are plain until their steps are checked."""

from smtpdebugger.diagnosis.proposal import Proposal, other


def test_a_proposal_sends_unless_it_says_otherwise() -> None:
    proposal = Proposal(commands=("NOOP",))
    assert (proposal.action, proposal.delivers, proposal.kind) == ("send", False, "")
    assert proposal.goal == ""


def test_what_a_person_may_do_is_no_command() -> None:
    proposal = other(what="Wait", achieves="Nothing.", reference="RFC 5321", kind="again-later")
    assert (proposal.action, proposal.commands, proposal.kind) == ("other", (), "again-later")
