from benchmarks.ingest.costs import Cost, Costs, Line
from tests.unit.benchmarks.ingest.made_up import ROWS, record

PODFLOW = "podflow, one pod"


def costs_of(*records: object) -> Costs:
    return Costs(records, "files", ROWS)  # type: ignore[arg-type]


def test_the_steps_of_a_round_are_summed_up_and_rounds_give_their_median() -> None:
    costs = costs_of(
        *(
            record(PODFLOW, "first", seconds, step=step, round=number, wal=10)
            for number, pair in enumerate([(1.0, 2.0), (1.0, 9.0), (2.0, 2.0)])
            for step, seconds in zip(("extract", "load"), pair, strict=True)
        )
    )
    whole = costs.get(Line(PODFLOW, "first"))
    assert whole is not None
    assert (whole.seconds, whole.with_start, whole.cpu_seconds, whole.wal) == (4.0, 5.0, 2.0, 20.0)
    assert costs.get(Line(PODFLOW, "first", "load")).seconds == 2.0  # type: ignore[union-attr]
    assert costs.rounds == 3


def test_a_contender_with_one_step_is_counted_once() -> None:
    assert costs_of(record("psql", "first", 3.0)).get(Line("psql", "first")).seconds == 3.0  # type: ignore[union-attr]


def test_the_peak_is_the_highest_of_all_rounds_and_not_their_median() -> None:
    peaks = [record(PODFLOW, "first", 1.0, round=number, peak=peak) for number, peak in enumerate((5, 900, 7))]
    assert costs_of(*peaks).peak("podflow") == 900


def test_one_round_with_a_problem_leaves_no_figures() -> None:
    found = costs_of(record("dlt", "first", 1.0), record("dlt", "first", 0.0, round=1, problem="over the limit"))
    assert found.get(Line("dlt", "first")) == Cost(problem="over the limit")


def test_other_parts_and_sizes_stay_apart() -> None:
    costs = costs_of(record("psql", "first", 1.0, part="tables"))
    assert costs.get(Line("psql", "first")) is None
    assert costs.rounds == 0
