"""What the measurements say: the section of docs/benchmarks.md."""

from collections.abc import Sequence

from benchmarks.figures import figure
from benchmarks.kafka.sinks.connector import BATCH
from benchmarks.kafka.sinks.contenders import BY_HAND, COPY, OURS, PEERS
from benchmarks.kafka.sinks.debezium_image import VERSION
from benchmarks.kafka.sinks.session import Turn
from benchmarks.tables import table

_MEBIBYTE = 2**20
_GOAL_SHARE, _GOAL_TIMES, _GOAL_MEMORY = 0.75, 3.0, 150
_METHOD = (
    "One topic of orders in three partitions, drained from its beginning into a table of 15 typed columns, the place "
    "of each message, and a key over that place. The chart's Postgres, durable; all of it on one machine; contenders "
    "take turns, and medians are told. psql copies a file of the very rows into a table of the same definition in one "
    "transaction: the limit. podflow's seconds are those of its result, from before it looks at the topic."
)
_PEERS = (
    f"Debezium's JDBC sink {VERSION} runs in a Kafka Connect worker of the broker's version with a task for each "
    f"partition and {BATCH:,} records a poll and a batch. One of its ways is batched INSERT with the driver's "
    "`reWriteBatchedInserts`, the other `dialect.postgres.unnest.insert.enabled`. `use.reduction.buffer` is off, as "
    "no two messages have one key; `insert.mode` is insert, which does less than the upsert that a restart needs. "
    "The converter has the schema from `schema.content`, and Postgres types the text (for UNNEST by casts on "
    "assignment that only this database has). Its seconds are from its first statement to its last: neither Java's "
    "start nor the first poll counts. It keeps neither `_key` nor `_timestamp`. The sinks by hand read with "
    "confluent-kafka, 5,000 messages a transaction with their offsets. All of these check nothing and keep nothing "
    "apart: one bad message ends them."
)


def report(turns: Sequence[Turn], records: int, where: str) -> str:
    """Return the section as Markdown; `where` is one sentence: when, and on what it was measured."""
    loads = [turn.load for turn in turns]
    head = ("drained by", "rows/s", "lowest to highest", "CPU s", "Postgres' CPU s", "peak MiB")
    names = list(dict.fromkeys(turn.contender for turn in turns))
    rows = [_row([turn for turn in turns if turn.contender == name], records) for name in names]
    size = f"{records:,} messages a turn; load before a turn {min(loads):.1f} to {max(loads):.1f}."
    return "\n\n".join([f"{where}. {size}", _METHOD, _PEERS, table(head, rows), _goals(turns, records)]) + "\n"


def _row(turns: Sequence[Turn], records: int) -> list[str]:
    rates = [records / turn.seconds for turn in turns]
    return [
        turns[0].contender,
        f"{figure(rates).median:,.0f}",
        f"{min(rates):,.0f} to {max(rates):,.0f}",
        f"{figure([turn.cpu_seconds for turn in turns]).median:.1f}",
        f"{figure([turn.postgres_cpu_seconds for turn in turns]).median:.1f}",
        f"{_peak(turns):.0f}",
    ]


def _peak(turns: Sequence[Turn]) -> float:
    return max(turn.peak for turn in turns) / _MEBIBYTE


def _goals(turns: Sequence[Turn], records: int) -> str:
    def rate(name: str) -> float:
        return figure([records / turn.seconds for turn in turns if turn.contender == name]).median

    best, by_hand = max(PEERS, key=rate), max(BY_HAND, key=rate)
    peak = _peak([turn for turn in turns if turn.contender == OURS])
    share, times = rate(OURS) / rate(COPY), rate(OURS) / rate(best)
    return "; ".join([
        f"podflow, share of COPY: {share:.2f}, goal at least {_GOAL_SHARE}: {_judged(share >= _GOAL_SHARE)}",
        f"podflow, times {best}: {times:.1f}, goal at least {_GOAL_TIMES:.0f}: {_judged(times >= _GOAL_TIMES)}",
        f"times {by_hand}: {rate(OURS) / rate(by_hand):.1f}",
        f"peak memory: {peak:.0f} MiB, goal at most {_GOAL_MEMORY}: {_judged(peak <= _GOAL_MEMORY)}.",
    ])  # fmt: skip


def _judged(reached: bool) -> str:  # noqa: FBT001 - the one thing that it takes
    return "reached" if reached else "missed"
