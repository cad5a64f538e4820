import pytest

from benchmarks.figures import figure


def test_percentile_lies_between_the_measured_values() -> None:
    found = figure([float(value) for value in range(1, 22)])
    assert (found.count, found.median, found.p95) == (21, 11.0, 20.0)


def test_one_slow_task_shows_in_the_percentile_and_not_in_the_median() -> None:
    found = figure([1.0] * 15 + [9.0])
    assert found.median == 1.0
    assert found.p95 > 1.0


def test_a_single_value_is_both() -> None:
    assert figure([3.0]).p95 == pytest.approx(figure([3.0]).median) == 3.0
