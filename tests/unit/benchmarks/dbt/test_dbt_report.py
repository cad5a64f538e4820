"""The section of the dbt benchmark, from builds with round times."""

from benchmarks.dbt.builds import MODELS, Build
from benchmarks.dbt.report import report
from benchmarks.dbt.session import Turn


def turn(rows: int, new: int, seconds: float) -> Turn:
    return Turn(rows, new, Build(dict.fromkeys(MODELS, seconds), dict.fromkeys(MODELS, new), 9.0), 0.5)


def section(slowest: float) -> str:
    turns = [turn(1_000, 1_000, 1.0), turn(1_000, 10, 0.1), turn(100_000, 100_000, 60.0), turn(100_000, 10, slowest)]
    return report(turns, "Measured here")


def test_each_build_is_a_row_with_the_sum_of_its_models() -> None:
    lines = [[cell.strip() for cell in line.split("|")] for line in section(0.15).splitlines() if line[:1] == "|"]
    told = {(cells[1], cells[2]): cells[-3:-1] for cells in lines[2:]}
    assert told == {
        ("1,000", "all: full"): ["4.00", "9.00"],
        ("1,000", "10"): ["0.40", "9.00"],
        ("100,000", "all: full"): ["240.00", "9.00"],
        ("100,000", "10"): ["0.60", "9.00"],
    }


def test_the_goal_is_judged_by_the_same_new_rows_in_the_smallest_and_the_largest_table() -> None:
    assert "10 new rows in 100 times the rows: 1.5 times the seconds, goal at most 2: reached" in section(0.15)
    assert "10 new rows in 100 times the rows: 3.0 times the seconds, goal at most 2: missed" in section(0.3)
