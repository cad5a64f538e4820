"""The DAG of olist, run from its start to its end by Airflow, with a Kubernetes API server of the test's own."""

import json
import logging
import subprocess
import sys
from typing import Any

import pytest
from airflow.dag_processing.dagbag import DagBag

from podflow_dags.catalogue import datasets
from tests.unit.podflow_dags.cluster import Cluster
from tests.unit.podflow_dags.pod_life import Pod

# Said by the test client in which Airflow runs its own API for `dag.test()`.
pytestmark = pytest.mark.filterwarnings("ignore:Using `httpx` with `starlette.testclient`")

TABLES = datasets("olist")


@pytest.fixture(scope="module")
def olist(bag: DagBag) -> Any:
    """The DAG, in an empty database of Airflow's."""
    subprocess.run([sys.executable, "-m", "airflow", "db", "migrate"], check=True, capture_output=True)
    return bag.dags["olist__tables__once"]


def table_pod(pod: Pod) -> None:
    """One chunk a table, but two of geolocation."""
    pod.run()
    if pod.args[0] != "extract":
        pod.end(0, "{}")
        return
    name = json.loads(pod.args[1])["name"]
    chunks = [f"dt=2026-11-20/{name}-{number:04}.csv" for number in (1, 2)[: 1 + (name == "geolocation")]]
    pod.end(0, json.dumps({"chunks": chunks}))


def states(run: Any) -> dict[str, set[str | None]]:
    found: dict[str, set[str | None]] = {}
    for task in run.get_task_instances():
        found.setdefault(task.task_id, set()).add(task.state)
    return found


def test_all_tables_go_from_source_to_bronze_and_then_dbt_builds(olist: Any, cluster: Cluster) -> None:
    cluster.life = table_pod
    run = olist.test()
    assert run.state == "success"
    told = [pod["spec"]["containers"][0]["args"] for pod in cluster.created]
    extracted = [json.loads(args[1])["name"] for args in told if args[0] == "extract"]
    loaded = [(json.loads(args[1])["name"], args[2]) for args in told if args[0] == "load"]
    assert sorted(extracted) == sorted(TABLES)
    assert len(TABLES) == 9
    assert {name for name, _ in loaded} == set(TABLES)
    assert sorted(chunk for name, chunk in loaded if name == "geolocation") == [
        "dt=2026-11-20/geolocation-0001.csv",
        "dt=2026-11-20/geolocation-0002.csv",
    ]
    assert [args[2] for args in told[-2:]] == ["olist.bronze olist.silver", "olist.gold"]


def test_a_table_that_fails_says_which_and_why_and_the_others_go_on(
    olist: Any, cluster: Cluster, caplog: pytest.LogCaptureFixture
) -> None:
    def life(pod: Pod) -> None:
        if pod.args[0] == "extract" and json.loads(pod.args[1])["name"] == "order_reviews":
            pod.run()
            pod.end(65, json.dumps({"error": "olist.order_reviews: there is no table public.order_reviews"}))
        else:
            table_pod(pod)

    cluster.life = life
    with caplog.at_level(logging.ERROR):
        run = olist.test()
    (said,) = [record.getMessage() for record in caplog.records if record.name == "podflow_dags.failures"]
    assert said.startswith("Table olist.order_reviews did not reach bronze: extract failed: pod olist-")
    assert "exit code 65: olist.order_reviews: there is no table public.order_reviews" in said
    assert "kubectl logs" in said
    failed = {name for name, found in states(run).items() if found != {"success"}}
    assert failed == {"order_reviews.extract", "order_reviews.load", "silver", "gold"}


def test_tables_share_a_pool_that_the_chart_makes_and_models_do_not(olist: Any) -> None:
    pools = {
        name: task.partial_kwargs.get("pool") if task.is_mapped else task.pool for name, task in olist.task_dict.items()
    }
    assert {name for name, pool in pools.items() if pool == "source_databases"} == {
        f"{table}.{step}" for table in TABLES for step in ("extract", "load")
    }


def test_tables_do_not_wait_for_each_other(olist: Any) -> None:
    for table in TABLES:
        assert olist.task_dict[f"{table}.extract"].upstream_task_ids == set()
        assert olist.task_dict[f"{table}.load"].downstream_task_ids == {"silver"}
    assert olist.task_dict["silver"].downstream_task_ids == {"gold"}


def test_it_runs_once_by_itself(olist: Any) -> None:
    assert type(olist.timetable).__name__ == "OnceTimetable"
    assert olist.max_active_runs == 1
