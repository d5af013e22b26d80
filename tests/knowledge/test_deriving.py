"""What follows from an object is worked out once."""

from smtpdebugger.knowledge.deriving import Deriving


def test_each_thing_is_worked_out_once_and_by_each_object() -> None:
    asked: list[str] = []

    def work(_: Deriving, name: str = "-") -> str:
        asked.append(name)
        return name * 2

    one = Deriving()

    assert [one.derived(work, each) for each in "aab"] == ["aa", "aa", "bb"]
    assert one.derived(work) == "--"
    assert asked == ["a", "b", "-"]
    assert Deriving().derived(work, "a") == "aa"
    assert asked[-1] == "a"
