"""Prints how often the diagnoses of the labelled cases are right: ``python -m tests.evaluation``.

Twice: with everything known, and with each case's own server left out of the tables, as if it
were unknown. ``--failures`` lists the cases whose leading cause is wrong, with the evidence.
"""

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence

from smtpdebugger.diagnosis.case import Case
from smtpdebugger.diagnosis.evidence import observe
from smtpdebugger.diagnosis.ranking import rank
from tests.evaluation import servers
from tests.evaluation.cases import (
    Labelled,
    all_cases,
    last_answered,
    sources,
    strange,
    unseen,
    wild,
)
from tests.evaluation.score import (
    Outcome,
    calibration,
    everything_known,
    grouped,
    is_development,
    is_held_out,
    is_lie,
    judge_all,
    naming,
    summary,
    told_matters,
    without,
)

_HALVES = ("development", "held-out")
_STRANGERS: dict[str, tuple[str, Callable[[], Iterator[Labelled]]]] = {
    "wild": ("Refusals of the wild", wild),
    "sources": ("Refusals out of servers' sources", sources),
    "strange": ("Refusals of strange servers and states", strange),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the evaluation and prints its tables."""
    parser = argparse.ArgumentParser(prog="python -m tests.evaluation", description=__doc__)
    parser.add_argument("--failures", action="store_true", help="list the misses with evidence")
    parser.add_argument("--half", choices=("development", "test"), help="only this half")
    parser.add_argument("--server", help="only this server")
    parser.add_argument("--brief", action="store_true", help="only the summaries")
    parser.add_argument("--wild", choices=_HALVES, help="only this half of the wild refusals")
    parser.add_argument(
        "--sources", choices=_HALVES, help="only this half of the refusals out of servers' sources"
    )
    parser.add_argument(
        "--strange", choices=_HALVES, help="only this half of the refusals of strange states"
    )
    parser.add_argument(
        "--servers", action="store_true", help="only how servers are named, and taken for others"
    )
    options = parser.parse_args(arguments)
    if options.servers:
        return _servers(brief=options.brief)
    asked = {name: getattr(options, name) for name in _STRANGERS if getattr(options, name)}
    if asked:
        for name, half in asked.items():
            _strangers(name, [half], options)
        return 0
    cases = [
        case
        for case in all_cases()
        if (not options.server or case.server == options.server)
        and (not options.half or is_development(case) == (options.half == "development"))
    ]
    for title, left_out in (("Everything known", False), ("The case's server left out", True)):
        _report(title, judge_all(cases, left_out=left_out), options)
    if not options.server and not options.half:
        others = judge_all(list(unseen()), left_out=False)
        _report(
            "Unseen: services, languages and fragments (only the test half was never looked at)",
            others,
            options,
        )
        for name in _STRANGERS:
            _strangers(name, _HALVES, options)
        return _servers(brief=True)
    return 0


def _strangers(name: str, halves: Sequence[str], options: argparse.Namespace) -> None:
    """Refusals of servers that no table knows: the half that rules were tuned on, and the half
    that they were not."""
    title, cases = _STRANGERS[name]
    for half in halves:
        chosen = [case for case in cases() if is_held_out(case) == (half == "held-out")]
        outcomes = judge_all(chosen, left_out=False)
        _report(f"{title}, {half} half", outcomes, options, split=False)
        asked, right, wrong = told_matters(outcomes)
        if asked:
            print(f"matters: {asked} labelled, {right} told right, {wrong} told wrong")


def _servers(*, brief: bool) -> int:
    """How servers are named, by the form in which their dialogues are told."""
    print(f"\n== Servers named: {len(servers.spoken())} distinct connections")
    print(f"{'':34}{'count':>6}{'right':>8}{'unnamed':>9}{'wrong > 0.9':>13}")
    for form in servers.forms():
        row = f"{form.title:34}{len(form.told):6}{form.right:8.1%}{form.unnamed:9.1%}"
        print(f"{row}{len(form.lies):13}")
        for (program, name), count in () if brief else form.confusions[:8]:
            print(f"{count:10} of {program} named {name}")
    return 0


def _report(
    title: str, outcomes: list[Outcome], options: argparse.Namespace, *, split: bool = True
) -> None:
    print(f"\n== {title}: {len(outcomes)} cases")
    _summaries(outcomes, split=split)
    if not options.brief:
        _calibration(outcomes)
        _by("server", grouped(outcomes, lambda each: each.case.server))
        _by("cause", grouped(outcomes, lambda each: "/".join(sorted(each.case.causes)[:1])))
    if options.failures:
        for each in outcomes:
            if each.place > 1 or is_lie(each):
                _failure(each, left_out="left out" in title)


def _summaries(outcomes: list[Outcome], *, split: bool) -> None:
    print(f"{'':14}{'cases':>6}{'first':>8}{'in 3':>8}{'>=0.8':>8}{'of it':>8}{'Brier':>8}")
    halves = {"all": outcomes}
    if split:
        halves["development"] = [each for each in outcomes if is_development(each.case)]
        halves["test"] = [each for each in outcomes if not is_development(each.case)]
    for name, half in halves.items():
        if not half:
            continue
        one = summary(half)
        print(
            f"{name:14}{one.count:6}{one.leading:8.1%}{one.within_three:8.1%}"
            f"{one.confident:8.1%}{one.confident_right:8.1%}{one.brier:8.3f}"
        )
    named = naming(outcomes)
    lies = [each.case.id for each in outcomes if is_lie(each)]
    if lies:
        print(f"named wrongly with more than 0.9: {', '.join(lies)}")
    if named.count:
        print(
            f"servers after EHLO: {named.right:.1%} named right, {named.unnamed:.1%} not named; "
            f"{named.lies} named wrongly with more than 0.9"
        )


def _calibration(outcomes: list[Outcome]) -> None:
    print("given       causes   mean  right")
    for one in calibration(outcomes):
        print(f"{one.low:.1f} to {one.high:.1f} {one.count:8} {one.promised:6.2f} {one.right:6.2f}")


def _by(name: str, groups: dict[str, list[Outcome]]) -> None:
    print(f"by {name}:")
    for key, outcomes in groups.items():
        one = summary(outcomes)
        print(f"  {key:28}{one.count:5}{one.leading:8.1%}{one.within_three:8.1%}{one.brier:8.3f}")


def _failure(outcome: Outcome, *, left_out: bool) -> None:
    case = outcome.case
    session = case.session()
    exchange = last_answered(session)
    knowledge = without(case.program) if left_out else everything_known()
    seen = Case(session, exchange, knowledge)
    named = f"{outcome.server.name} {outcome.server.confidence:.2f}"
    print(f"\n-- {case.id} [{named}] {exchange.command_text[:60]!r}")
    print(f"   reply: {' | '.join(seen.lines)[:150]}")
    print(f"   right: {', '.join(sorted(case.causes))} ({case.why})")
    observed = observe(seen)
    for score in rank(seen, observed)[:3]:
        weighed = sorted((*score.support, *score.against), key=lambda one: -abs(one[0]))
        told = ", ".join(f"{observed[at].rule} {weight:+.1f}" for weight, at in weighed[:7])
        print(f"   {score.probability:.2f} {score.cause}: {told}")


if __name__ == "__main__":
    sys.exit(main())
