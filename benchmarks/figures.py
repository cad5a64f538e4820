"""Median and 95th percentile."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

_TWENTIETHS = 20


@dataclass(frozen=True)
class Figure:
    """What is said of many values, in their unit."""

    count: int
    median: float
    p95: float


def figure(values: Sequence[float]) -> Figure:
    """Sum up one or more values; the percentile is interpolated between the measured ones."""
    if len(values) == 1:
        return Figure(1, values[0], values[0])
    p95 = statistics.quantiles(values, n=_TWENTIETHS, method="inclusive")[-1]
    return Figure(len(values), statistics.median(values), p95)
