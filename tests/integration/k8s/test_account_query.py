"""What `make demo` asks the warehouse, asked by psql in a real one."""

import json
from typing import Any

import pytest

from k8s.airflow_api import Run
from k8s.demo_account import QUERY, psql
from podflow_ingest.bronze import ops

RUNS = [Run("bronze", "run 'one'", "", ""), Run("dbt", "run 2", "", "")]
LOADS = [("bronze", "run 'one'", 10, 7, 1), ("bronze", "run 'one'", 5, 5, 0), ("bronze", "run 2", 99, 99, 0)]


@pytest.fixture
def filled(warehouse: Any) -> Any:
    """A warehouse with a ledger and tables in two schemas of gold."""
    with warehouse.connect("ingest") as ingest:
        ops.ensure(ingest)
        for dag_id, run_id, read, inserted, rejected in LOADS:
            counts = (read, inserted, read - inserted - rejected, rejected)
            ingest.execute(
                "INSERT INTO ops.load (dataset, chunk, sha256, dag_id, run_id, task_id, map_index, try_number, pod,"
                " started_at, read, inserted, updated, unchanged, duplicate, rejected)"
                " VALUES ('s.d', 'c', '', %s, %s, 'load', 0, 1, 'p', now(), %s, %s, %s, 0, 0, %s)",
                (dag_id, run_id, *counts),
            )
    with warehouse.connect("dbt") as dbt:
        for table, rows in (("gold_shop.one", 3), ('gold_shop."Two"', 4), ("gold_other.three", 50)):
            dbt.execute(f"CREATE SCHEMA IF NOT EXISTS {table.partition('.')[0]}".encode())
            dbt.execute(f"CREATE TABLE {table} AS SELECT generate_series(1, {rows})".encode())
    return warehouse


@pytest.mark.parametrize(
    ("source", "runs", "expected"),
    [
        ("shop", RUNS, {"read": 15, "inserted": 12, "updated": 2, "rejected": 1, "gold": 7}),
        ("nothing", RUNS[1:], {"read": 0, "inserted": 0, "updated": 0, "rejected": 0, "gold": 0}),
    ],
)
def test_counts_are_those_of_the_runs_and_of_all_tables_of_the_sources_gold(
    filled: Any, postgres_server: Any, source: str, runs: list[Run], expected: dict[str, int]
) -> None:
    answer = postgres_server.execute(*psql(filled.name, source, runs), text=QUERY.read_text())
    assert json.loads(answer) == expected
