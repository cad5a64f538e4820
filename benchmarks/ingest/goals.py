"""What the figures are held against, and whether they reach it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from benchmarks.ingest.contenders import (
    AT_ONCE,
    COPIES_AT_ONCE,
    COPIES_ONE_BY_ONE,
    COPY,
    OF_API,
    OF_TABLES,
    ONE_BY_ONE,
    ONE_POD,
    READ_AND_CAST,
)
from benchmarks.ingest.costs import WHOLE, Costs, Line
from benchmarks.ingest.files import FIRST, SHARES
from benchmarks.ingest.psql import CAST

MEBIBYTE = 2**20
_MEMORY = 150
"""MiB that a pod may take."""


@dataclass(frozen=True)
class Verdict:
    """One goal at one size: the value, what it should be, and whether it is."""

    what: str
    rows: int
    value: str
    goal: str
    reached: bool | None
    """None: it is no figure of podflow's, but says what can be reached."""


def of_files(costs: Costs) -> Iterator[Verdict]:
    """Judge the loading of files of one size."""
    yield from _beside_copy(costs)
    yield from _beside_peers(costs, ONE_POD, "extract and load")
    again = _seconds(costs, Line(ONE_POD, "1", "load"))
    cast = _seconds(costs, Line(READ_AND_CAST, CAST))
    if again and cast:
        yield _at_most("re-delivery with 1 % changed, load, times reading and casting", costs.rows, again / cast, 1.3)
    first, last = (_log_of_a_row(costs, case) for case in ("1", "100"))
    if first and last:
        what = "log for a changed row (page images apart), 1 % changed, times that with 100 %"
        yield _at_most(what, costs.rows, first / last, 1.5)
    if peak := costs.peak("podflow"):
        value = peak / MEBIBYTE
        yield Verdict("most memory of a pod", costs.rows, f"{value:.0f} MiB", f"< {_MEMORY} MiB", value < _MEMORY)


def _beside_copy(costs: Costs) -> Iterator[Verdict]:
    load, copied = _seconds(costs, Line(ONE_POD, FIRST, "load")), _seconds(costs, Line(COPY, FIRST))
    if load and copied:
        yield _at_least("first load, rows/s of \\copy's", costs.rows, copied / load, 0.75)
    for peer in ("dlt", "sling"):
        best = _best(costs, peer, FIRST)
        if copied and best:
            yield _limit(f"first load, \\copy alone, times {peer}'s best", costs.rows, best / copied)


def of_tables(costs: Costs) -> Iterator[Verdict]:
    """Judge the loading of a table of Postgres."""
    yield from _beside_peers(costs, OF_TABLES, "a table of Postgres")


def of_api(costs: Costs) -> Iterator[Verdict]:
    """Judge the loading of an API's records."""
    yield from _beside_peers(costs, OF_API, "an API's records")


def _beside_peers(costs: Costs, podflow: str, what: str) -> Iterator[Verdict]:
    for case, name in ((FIRST, "first load"), ("1", "re-delivery with 1 % changed")):
        ours = _seconds(costs, Line(podflow, case))
        for peer, goal in (("dlt", 3.0), ("sling", 2.0)):
            best = _best(costs, peer, case)
            if ours and best:
                yield _at_least(f"{name}, {what}, times {peer}'s best", costs.rows, best / ours, goal)


def of_chunks(costs: Costs) -> Iterator[Verdict]:
    """Judge the loading of four chunks at once."""
    pods, copies = _gain(costs, ONE_BY_ONE, AT_ONCE), _gain(costs, COPIES_ONE_BY_ONE, COPIES_AT_ONCE)
    if pods:
        yield _at_least("four chunk pods at once, times one after the other", costs.rows, pods, 1.6)
    if copies:
        yield _limit("four \\copy at once, times one after the other", costs.rows, copies)
    if pods and copies:
        yield _at_least("four chunk pods at once, of what \\copy gains", costs.rows, pods / copies, 1.0)


def _gain(costs: Costs, one_by_one: str, at_once: str) -> float:
    """Return how much faster it is at once, containers' starts included; 0 if that was not measured."""
    one, four = (costs.get(Line(name, FIRST, "load")) for name in (one_by_one, at_once))
    if not one or not four or one.problem or four.problem:
        return 0.0
    return one.with_start / four.with_start


def _log_of_a_row(costs: Costs, case: str) -> float:
    """Return the bytes of log, without images of pages, for each changed row."""
    found, nothing = (costs.get(Line(ONE_POD, each, WHOLE)) for each in (case, "0"))
    if not found or not nothing or found.problem:
        return 0.0
    return (found.wal - found.images - nothing.wal + nothing.images) / (costs.rows * SHARES[case] / 100)


def _best(costs: Costs, peer: str, case: str) -> float:
    """Return the least seconds of a peer that leaves a table with the key."""
    lines = costs.lines(
        lambda line: (
            line.contender.startswith(peer)
            and line.case == case
            and line.step == WHOLE
            and "without key" not in line.contender
        )
    )
    return min((seconds for line in lines if (seconds := _seconds(costs, line))), default=0.0)


def _seconds(costs: Costs, line: Line) -> float:
    cost = costs.get(line)
    return cost.seconds if cost is not None and not cost.problem else 0.0


def _at_least(what: str, rows: int, value: float, goal: float) -> Verdict:
    return Verdict(what, rows, f"{value:.2f}", f">= {goal}", value >= goal)


def _at_most(what: str, rows: int, value: float, goal: float) -> Verdict:
    return Verdict(what, rows, f"{value:.2f}", f"<= {goal}", value <= goal)


def _limit(what: str, rows: int, value: float) -> Verdict:
    return Verdict(what, rows, f"{value:.2f}", "", None)


Judge = Callable[[Costs], Iterator[Verdict]]
JUDGES: dict[str, Judge] = {"files": of_files, "chunks": of_chunks, "tables": of_tables, "api": of_api}


def verdicts(all_costs: Sequence[tuple[str, Costs]]) -> list[Verdict]:
    """Return all that can be judged of these parts."""
    return [verdict for part, costs in all_costs if part in JUDGES for verdict in JUDGES[part](costs)]
