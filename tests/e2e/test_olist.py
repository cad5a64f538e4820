"""The market place's pipeline on a real cluster, from its source database to gold, against plain Python.

One story in the order of the tests: the run that starts by itself, and one in which a table is missing.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import psycopg
import pytest

from k8s import dag_runs
from k8s.airflow_api import AirflowApi
from k8s.dag_runs import DagRun, RunFailedError
from k8s.kubectl import Kubectl
from tests.e2e import expected_olist
from tests.e2e.conftest import PLACES

OLIST = "olist__tables__once"
LOST = "order_reviews"


@dataclass(frozen=True)
class Finished:
    """The run that the schedule started, and what it left."""

    run: DagRun
    airflow: AirflowApi
    kubectl: Kubectl
    warehouse: psycopg.Connection

    def rows(self, query: str) -> list[tuple[object, ...]]:
        return self.warehouse.execute(query.encode()).fetchall()

    def states(self, run: DagRun) -> dict[str, str | None]:
        return {task.label: task.state for task in self.airflow.task_instances(run.dag_id, run.run_id)}


@pytest.fixture(scope="module")
def source(release: str, kubectl: Kubectl) -> Iterator[psycopg.Connection]:
    """The source database, as its owner sees it."""
    password = kubectl.secret(f"{release}-sources-olist", "OLIST_PASSWORD")
    url = f"postgresql://olist:{password}@localhost:{PLACES.postgres_port}/olist"
    with psycopg.connect(url, autocommit=True) as connection:
        yield connection


@pytest.fixture(scope="module")
def finished(airflow: AirflowApi, kubectl: Kubectl, warehouse: psycopg.Connection) -> Finished:
    """The run that unpausing starts, at its end."""
    run = dag_runs.start(airflow, OLIST)
    dag_runs.follow(airflow, kubectl, run, print)
    return Finished(run, airflow, kubectl, warehouse)


@pytest.mark.timeout(900)
def test_it_runs_once_by_itself_with_a_pod_for_each_step_of_a_table(finished: Finished) -> None:
    assert finished.run.run_id.startswith("scheduled__")
    states = finished.states(finished.run)
    assert set(states.values()) == {"success"}
    steps = {f"{table}.{step}" for table in expected_olist.TABLES for step in ("extract", "load[0]")}
    assert states.keys() == {*steps, "silver", "gold"}


def test_every_row_of_each_table_is_accounted_for(finished: Finished, source: psycopg.Connection) -> None:
    market = expected_olist.read(source)
    found = finished.rows(
        "select dataset, sum(read)::int, sum(inserted)::int, sum(rejected)::int from ops.load"
        f" where dag_id = '{OLIST}' and run_id = '{finished.run.run_id}' group by dataset"
    )
    # Of geolocation, points that were given twice are there once.
    expected = {f"olist.{name}": (len(rows), len({*map(str, rows)}), 0) for name, rows in market.tables.items()}
    assert {str(name): tuple(counts) for name, *counts in found} == expected


@pytest.mark.parametrize("table", expected_olist.GOLD)
def test_gold_is_what_plain_python_makes_of_the_source(
    finished: Finished, source: psycopg.Connection, table: str
) -> None:
    compute: Callable[..., set[expected_olist.Row]] = getattr(expected_olist, table)
    found, expected = finished.rows(f"select * from gold_olist.{table}"), compute(expected_olist.read(source))
    assert len(found) == len(expected)
    assert set(found) == expected, f"{table}: {sorted(set(found) ^ expected, key=str)[:4]}"


def test_the_normalised_tables_have_keys_in_the_warehouse(finished: Finished) -> None:
    kinds = finished.rows(
        "select contype::text, count(*)::int from pg_constraint"
        " where connamespace = 'transform'::regnamespace and contype in ('p', 'f') and convalidated group by 1"
    )
    assert sorted(kinds) == [("f", 10), ("p", 10)]


@pytest.mark.timeout(900)
def test_a_table_that_is_not_there_is_named_with_the_cause_and_the_others_go_on(
    finished: Finished, source: psycopg.Connection
) -> None:
    source.execute(f"ALTER TABLE {LOST} RENAME TO lost")
    try:
        run = DagRun(OLIST, finished.airflow.trigger(OLIST))
        with pytest.raises(RunFailedError):
            dag_runs.follow(finished.airflow, finished.kubectl, run, print)
    finally:
        source.execute(f"ALTER TABLE lost RENAME TO {LOST}")
    states = finished.states(run)
    others = {label: state for label, state in states.items() if state != "success"}
    assert others.pop(f"{LOST}.extract") == "failed"
    assert set(others.values()) == {"upstream_failed"}
    assert {label.partition("[")[0] for label in others} == {f"{LOST}.load", "silver", "gold"}
    (task,) = [each for each in finished.airflow.task_instances(OLIST, run.run_id) if each.task_id == f"{LOST}.extract"]
    assert task.try_number == 1
    (said,) = [line for line in finished.airflow.task_log(OLIST, run.run_id, task) if "did not reach bronze" in line]
    assert said.startswith(f"Table olist.{LOST} did not reach bronze: extract failed: pod ")
    assert f"public.{LOST}" in said
