"""What a case costs: its steps summed up, and of several rounds the median."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from benchmarks.figures import figure
from benchmarks.ingest.record import Record

WHOLE = ""
"""Stands for all steps of a case."""


@dataclass(frozen=True)
class Cost:
    """What one case, or one step of it, takes; a problem stands instead of all figures."""

    seconds: float = 0.0
    with_start: float = 0.0
    cpu_seconds: float = 0.0
    server_cpu_seconds: float = 0.0
    peak: float = 0.0
    wal: float = 0.0
    images: float = 0.0
    problem: str = ""


@dataclass(frozen=True)
class Line:
    """Who did what, and which step of it; WHOLE for all."""

    contender: str
    case: str
    step: str = WHOLE


class Costs:
    """The costs of one part at one size."""

    def __init__(self, records: Iterable[Record], part: str, rows: int) -> None:
        self.rows = rows
        chosen = [record for record in records if (record.turn.part, record.turn.rows) == (part, rows)]
        self.load_average = figure([record.load_average for record in chosen]).median if chosen else 0.0
        rounds: dict[Line, dict[int, list[Record]]] = defaultdict(lambda: defaultdict(list))
        for record in chosen:
            for step in {WHOLE, record.work.step}:
                rounds[Line(record.turn.contender, record.case, step)][record.turn.round].append(record)
        self._costs = {line: _median([_sum(steps) for steps in of.values()]) for line, of in rounds.items()}
        self.rounds = max((len(of) for of in rounds.values()), default=0)

    def get(self, line: Line) -> Cost | None:
        """Return what a line costs, None if it was not measured."""
        return self._costs.get(line)

    def lines(self, wanted: Callable[[Line], bool]) -> list[Line]:
        """Return the lines that are wanted, in the order in which they were first measured."""
        return [line for line in self._costs if wanted(line)]

    def peak(self, contender: str) -> float:
        """Return the most bytes that a process of the contenders with this beginning took."""
        found = [cost.peak for line, cost in self._costs.items() if line.contender.startswith(contender)]
        return max(found, default=0.0)


def _sum(steps: list[Record]) -> Cost:
    problem = next((step.problem for step in steps if step.problem), "")
    if problem:
        return Cost(problem=problem)
    return Cost(
        sum(step.work.seconds for step in steps),
        sum(step.work.with_start for step in steps),
        sum(step.work.cpu_seconds for step in steps),
        sum(step.server_cpu_seconds for step in steps),
        max(step.work.peak for step in steps),
        sum(step.wal for step in steps),
        sum(step.images for step in steps),
    )


def _median(rounds: list[Cost]) -> Cost:
    problem = next((cost.problem for cost in rounds if cost.problem), "")
    if problem:
        return Cost(problem=problem)

    def of(value: Callable[[Cost], float]) -> float:
        return figure([value(cost) for cost in rounds]).median

    return Cost(
        of(lambda cost: cost.seconds),
        of(lambda cost: cost.with_start),
        of(lambda cost: cost.cpu_seconds),
        of(lambda cost: cost.server_cpu_seconds),
        max(cost.peak for cost in rounds),
        of(lambda cost: cost.wal),
        of(lambda cost: cost.images),
    )
