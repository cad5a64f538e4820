"""SpaceX's launches on a real cluster, from the API to gold, then the delta of a later day.

Two runs for all tests: the first one is made to be due two days before the second one.
"""

import json
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest

from k8s import dag_runs
from k8s.airflow_api import AirflowApi, TaskInstance
from k8s.dag_runs import DagRun
from k8s.kubectl import Kubectl
from podflow_sources.api import SHIPPED_SEED
from podflow_sources.spacex.flights import flights
from tests.e2e import expected_spacex
from tests.e2e.expected_spacex import Flights, at

SPACEX = "spacex__launches__daily"
GOLD = ("rocket_success_by_year", "payload_mass_by_orbit", "launch_cadence", "core_reuse")
KNOWN = flights(SHIPPED_SEED)
FLIGHTS = Flights(KNOWN.launches, KNOWN.rockets, KNOWN.launchpads, KNOWN.payloads)
DELTA = ("launches", "launch_cores")


@dataclass(frozen=True)
class Finished:
    """Two runs, and what they left."""

    first: DagRun
    second: DagRun
    airflow: AirflowApi
    warehouse: psycopg.Connection

    def task(self, run: DagRun, task_id: str) -> TaskInstance:
        tasks = self.airflow.task_instances(run.dag_id, run.run_id)
        return next(task for task in tasks if task.task_id == task_id)

    def result(self, run: DagRun, task_id: str) -> dict[str, Any]:
        return dict(self.airflow.xcom(run.dag_id, run.run_id, self.task(run, task_id), "result"))

    def log(self, run: DagRun, task_id: str) -> list[dict[str, Any]]:
        lines = self.airflow.task_log(run.dag_id, run.run_id, self.task(run, task_id))
        return [json.loads(line[line.index("{") :]) for line in lines if '"event": ' in line]

    def rows(self, query: str) -> list[tuple[object, ...]]:
        return self.warehouse.execute(query.encode()).fetchall()


@pytest.fixture(scope="module")
def finished(airflow: AirflowApi, kubectl: Kubectl, warehouse: psycopg.Connection) -> Finished:
    deadline = time.monotonic() + 120
    while not airflow.is_known(SPACEX):
        assert time.monotonic() < deadline, "the DAG processor has not brought the DAG in"
        time.sleep(1)
    # Due before the run that the schedule makes of the unpaused DAG, so that one waits for this one.
    first = DagRun(SPACEX, airflow.trigger(SPACEX, datetime.now(UTC) - timedelta(days=2)))
    airflow.unpause(SPACEX)
    dag_runs.follow(airflow, kubectl, first, print)
    second = dag_runs.start(airflow, SPACEX)
    dag_runs.follow(airflow, kubectl, second, print)
    return Finished(first, second, airflow, warehouse)


@pytest.mark.timeout(1800)
def test_the_first_run_brings_all_that_the_api_has(finished: Finished) -> None:
    rows = {dataset: finished.result(finished.first, f"{dataset}.transform")["rows"] for dataset in DELTA}
    assert rows == {"launches": len(FLIGHTS.flown), "launch_cores": len(FLIGHTS.flown)}
    assert finished.rows("select count(*) from bronze_spacex.payloads") == [(len(FLIGHTS.payloads),)]
    assert finished.rows("select count(*) from ops.quarantine where dataset like 'spacex.%'") == [(0,)]


@pytest.mark.parametrize("table", GOLD)
def test_gold_is_what_plain_python_makes_of_the_documents(finished: Finished, table: str) -> None:
    found = finished.rows(f"select * from gold_spacex.{table}")
    expected = getattr(expected_spacex, table)(FLIGHTS)
    assert len(found) == len(expected)
    assert set(found) == expected, f"{table}: {sorted(set(found) ^ expected, key=str)[:4]}"


@pytest.mark.parametrize("dataset", DELTA)
def test_a_later_day_does_not_ask_again_for_launches_that_are_long_known(finished: Finished, dataset: str) -> None:
    since = at(FLIGHTS.flown[-1]) - timedelta(days=30)
    (reading,) = [each for each in finished.log(finished.second, f"{dataset}.transform") if each["event"] == "reading"]
    assert datetime.fromisoformat(reading["body"]["query"]["date_utc"]["$gte"]) == since
    recent = [each for each in FLIGHTS.flown if at(each) >= since]
    assert finished.result(finished.second, f"{dataset}.transform")["rows"] == len(recent) < 20
    changed = finished.rows(
        "select sum(read)::bigint, sum(inserted + updated + duplicate + rejected)::bigint from ops.load"
        f" where dataset = 'spacex.{dataset}' and run_id = '{finished.second.run_id}'"
    )
    assert changed == [(len(recent), 0)]
