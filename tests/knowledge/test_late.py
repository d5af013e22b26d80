from smtpdebugger.knowledge.late import Late


class Source:
    """Counts how often the rest is asked for."""

    def __init__(self) -> None:
        self.table = {"EHLO": 1}
        self.calls = 0
        self.late = Late(self.table, self.complete)

    def complete(self) -> None:
        self.calls += 1
        self.table["WIZ"] = 2


def test_what_is_there_costs_nothing() -> None:
    source = Source()

    assert source.late["EHLO"] == 1
    assert source.calls == 0


def test_a_miss_reads_the_rest_once() -> None:
    source = Source()

    assert source.late.get("WIZ") == 2
    assert source.late.get("XYZZY") is None
    assert source.late.get("FROTZ") is None
    assert source.calls == 1


def test_a_walk_or_a_count_sees_everything() -> None:
    assert list(Source().late) == ["EHLO", "WIZ"]
    assert len(Source().late) == 2
    assert dict(Source().late) == {"EHLO": 1, "WIZ": 2}
