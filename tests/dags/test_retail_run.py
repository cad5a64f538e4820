"""The DAGs of retail, run from start to end by Airflow, with a Kubernetes API server of the test's own."""

import json
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from airflow.dag_processing.dagbag import DagBag
from airflow.models.dagrun import DagRun

from tests.unit.podflow_dags.cluster import Cluster
from tests.unit.podflow_dags.pod_life import Pod

# Said by the test client in which Airflow runs its own API for `dag.test()`.
pytestmark = pytest.mark.filterwarnings("ignore:Using `httpx` with `starlette.testclient`")

DATASETS = ("customers", "products", "fact_sales")
STEPS = ("transform", "load")


@pytest.fixture(scope="module")
def dags(bag: DagBag) -> Any:
    """The DAGs, in an empty database of Airflow's."""
    subprocess.run([sys.executable, "-m", "airflow", "db", "migrate"], check=True, capture_output=True)
    return bag.dags


def retail_pod(pod: Pod) -> None:
    """One chunk a dataset, named after its day."""
    pod.run()
    step, dataset, *_, last = pod.args
    chunk = f"stage/dt={last}/{json.loads(dataset)['name']}-0001.parquet"
    pod.end(0, json.dumps({"chunks": [chunk]} if step == "transform" else {}))


def told(cluster: Cluster) -> list[tuple[str, str, str]]:
    """Return step, dataset and last argument of each pod in the order of their creation."""
    told = [pod["spec"]["containers"][0]["args"] for pod in cluster.created]
    return [(args[0], json.loads(args[1])["name"], args[-1]) for args in told]


def states(run: DagRun) -> dict[str, str | None]:
    return {task.task_id: task.state for task in run.get_task_instances()}


def test_a_run_brings_the_day_of_its_interval_and_the_dimensions_before_the_sales(dags: Any, cluster: Cluster) -> None:
    cluster.life = retail_pod
    run = dags["retail__daily"].test(logical_date=datetime(2026, 3, 1, tzinfo=UTC))
    assert states(run) == {f"{dataset}.{step}": "success" for dataset in DATASETS for step in STEPS}
    pods = told(cluster)
    assert {pod for pod in pods if pod[0] == "transform"} == {("transform", name, "2026-03-01") for name in DATASETS}
    assert [name for _, name, _ in pods[-2:]] == ["fact_sales", "fact_sales"]
    chunks = {name: chunk for step, name, chunk in pods if step == "load"}
    assert chunks == {name: f"stage/dt=2026-03-01/{name}-0001.parquet" for name in DATASETS}


def test_a_run_without_an_interval_brings_the_day_before(dags: Any, cluster: Cluster) -> None:
    cluster.life = retail_pod
    run = dags["retail__daily"].test(logical_date=None)
    day: date = run.run_after.date() - timedelta(days=1)
    assert {pod[2] for pod in told(cluster) if pod[0] == "transform"} == {f"{day}"}


def test_sales_are_not_loaded_without_the_days_customers(dags: Any, cluster: Cluster) -> None:
    def customers_fail(pod: Pod) -> None:
        if json.loads(pod.args[1])["name"] == "customers":
            pod.run()
            pod.end(65, "GET /customers: HTTP 500")
        else:
            retail_pod(pod)

    cluster.life = customers_fail
    run = dags["retail__daily"].test(logical_date=datetime(2026, 3, 2, tzinfo=UTC))
    found = states(run)
    assert found["customers.transform"] == "failed"
    assert found["products.load"] == "success"
    assert found["fact_sales.load"] == "upstream_failed"


def test_a_failed_check_keeps_the_layers_behind_it(dags: Any, cluster: Cluster) -> None:
    def check_fails(pod: Pod) -> None:
        pod.run()
        pod.end(65, "unique_combination_of_columns found 3 rows")

    cluster.life = check_fails
    run = dags["retail_star"].test()
    assert states(run) == {"bronze": "failed", "silver": "upstream_failed", "gold": "upstream_failed"}


def test_the_star_is_built_by_one_run_at_a_time_after_a_days_sales(dags: Any) -> None:
    star = dags["retail_star"]
    assert [asset.name for asset in star.schedule] == ["bronze_retail.fact_sales"]
    assert star.max_active_runs == 1
    tasks = dags["retail__daily"].task_dict
    assert [asset.name for asset in tasks["fact_sales.load"].partial_kwargs["outlets"]] == ["bronze_retail.fact_sales"]
    assert tasks["fact_sales.transform"].upstream_task_ids == {"customers.load", "products.load"}
