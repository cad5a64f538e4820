"""What the measurements say: the section of docs/benchmarks.md."""

from collections.abc import Sequence

from benchmarks.figures import figure
from benchmarks.kafka.contenders import (
    BARE_CONFLUENT,
    BARE_KAFKA_PYTHON,
    OUR_CONFLUENT,
    OUR_KAFKA_PYTHON,
    PERF_TOOL,
    REMEMBERING,
)
from benchmarks.kafka.session import Turn
from benchmarks.tables import table

_MEBIBYTE = 2**20
_GOAL_SHARE, _GOAL_RATE = 0.9, 200_000
_METHOD = (
    "Each contender is a container beside the broker's, on the same machine; they take turns, and medians are told. "
    "All send such orders in the same batches (256 KiB, 20 ms), idempotent and with acks=all, to a fresh topic of "
    "three partitions, whose end offsets are checked afterwards. A bare client sends orders made before, and counts no "
    "acknowledgement; podflow makes every order, and counts all. Time is from the first record to the last "
    "acknowledgement; CPU seconds are those of the whole container, with its start."
)


def report(turns: Sequence[Turn], records: int, where: str) -> str:
    """Return the section as Markdown; `where` is one sentence: when, and on what it was measured."""
    loads = [turn.load for turn in turns]
    head = ("sent by", "records/s", "lowest to highest", "CPU s", "broker's CPU s", "peak MiB")
    rows = [_row(name, [turn for turn in turns if turn.contender == name], records) for name in _names(turns)]
    size = f"{records:,} records a turn; load before a turn {min(loads):.1f} to {max(loads):.1f}."
    return "\n\n".join([f"{where}. {size}", _METHOD, table(head, rows), _goals(turns, records)]) + "\n"


def _names(turns: Sequence[Turn]) -> list[str]:
    return list(dict.fromkeys(turn.contender for turn in turns))


def _row(name: str, turns: Sequence[Turn], records: int) -> list[str]:
    rates = [records / turn.seconds for turn in turns]
    return [
        name,
        f"{figure(rates).median:,.0f}",
        f"{min(rates):,.0f} to {max(rates):,.0f}",
        f"{figure([turn.cpu_seconds for turn in turns]).median:.1f}",
        f"{figure([turn.broker_cpu_seconds for turn in turns]).median:.1f}",
        f"{max(turn.peak for turn in turns) / _MEBIBYTE:.0f}",
    ]


def _goals(turns: Sequence[Turn], records: int) -> str:
    rate = {
        name: figure([records / turn.seconds for turn in turns if turn.contender == name]).median
        for name in _names(turns)
    }
    goals = [
        _goal(f"{OUR_KAFKA_PYTHON}, share of {bare}", rate[OUR_KAFKA_PYTHON] / rate[bare], _GOAL_SHARE, ".2f")
        for bare in (BARE_KAFKA_PYTHON, REMEMBERING)
    ]
    goals.append(_goal(f"{OUR_CONFLUENT}, orders/s", rate[OUR_CONFLUENT], _GOAL_RATE, ",.0f"))
    goals += [f"of {limit}'s: {rate[OUR_CONFLUENT] / rate[limit]:.2f}" for limit in (BARE_CONFLUENT, PERF_TOOL)]
    return "; ".join(goals) + "."


def _goal(what: str, value: float, goal: float, form: str) -> str:
    return f"{what}: {value:{form}}, goal at least {goal:,}: {'reached' if value >= goal else 'missed'}"
