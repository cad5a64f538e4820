import json
from pathlib import Path

import pytest

from benchmarks.ingest.postgres import Database
from benchmarks.kafka.sinks import dataset
from benchmarks.kafka.sinks.connector import connector, schema
from benchmarks.kafka.sinks.contenders import BY_HAND_COPY, BY_HAND_INSERT, COPY, OURS, Program, contenders
from benchmarks.kafka.sinks.report import report
from benchmarks.kafka.sinks.session import Turn
from benchmarks.kafka.sinks.task import Contender, Task
from benchmarks.kafka.sinks.worker import BATCHED, UNNESTED, Worker
from podflow_ingest.declaration.dataset import parse_dataset
from podflow_ingest.kafka import table

IMAGES = {"ingest": "podflow/ingest:1", "postgres": "podflow/postgres:1", "debezium": "debezium:1"}
TASK = Task("10.0.0.2:9092", "orders", Database("sinks", "10.0.0.3", "secret"), Path("/tmp/rows.csv"))
SECONDS = {
    COPY: (8.0, 10.0, 20.0),
    OURS: (10.0, 12.5, 13.0),
    BATCHED: (99.0, 50.0, 60.0),
    UNNESTED: (38.0, 37.5, 1.0),
    BY_HAND_COPY: (30.0, 40.0, 50.0),
    BY_HAND_INSERT: (99.0,) * 3,
}


def turns(*, peak: int = 120) -> list[Turn]:
    return [
        Turn(name, seconds[number], 7.0, 1.5, peak * 2**20, 0.1 * number)
        for number in range(3)
        for name, seconds in SECONDS.items()
    ]


def test_goals_are_judged_by_medians() -> None:
    text = report(turns(), 1_000_000, "Measured here")
    assert "podflow, share of COPY: 0.80, goal at least 0.75: reached" in text
    assert f"podflow, times {UNNESTED}: 3.0, goal at least 3: reached" in text
    assert f"times {BY_HAND_COPY}: 3.2;" in text
    assert "peak memory: 120 MiB, goal at most 150: reached" in text
    assert "200 MiB, goal at most 150: missed" in report(turns(peak=200), 1_000_000, "Measured here")


def test_the_limit_copies_what_podflow_copies() -> None:
    declared = parse_dataset(dataset.declaration("orders"))
    assert table.bronze(declared).column_names == [*dataset.COLUMNS, *dataset.PLACE]
    assert [column.type for column in declared.columns] == list(dataset.COLUMNS.values())


@pytest.mark.parametrize("contender", contenders(IMAGES), ids=lambda contender: contender.name)
def test_every_contender_writes_to_the_same_database(contender: Contender) -> None:
    if isinstance(contender, Program):
        told = json.dumps([*contender.options(TASK), *contender.arguments(TASK)])
    else:
        assert isinstance(contender, Worker)
        told = json.dumps(connector(TASK, unnest=contender.unnest))
    assert "10.0.0.3" in told


def test_debezium_is_told_of_every_member_that_the_others_read() -> None:
    members = {each["field"]: each for each in schema()["fields"]}
    fields = json.loads(dataset.declaration("orders"))["from"]["fields"]
    assert {*members} - {"ship_to"} == {*dataset.COLUMNS} - {*fields}
    assert [f"ship_to.{each['field']}" for each in members["ship_to"]["fields"]] == [*fields.values()]
