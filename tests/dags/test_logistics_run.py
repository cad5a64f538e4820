"""The DAGs of logistics, run from start to end by Airflow, with a Kubernetes API server of the test's own."""

import json
import subprocess
import sys
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from airflow.dag_processing.dagbag import DagBag
from airflow.models.dagrun import DagRun
from airflow.sdk.execution_time import macros

from tests.unit.podflow_dags.cluster import Cluster
from tests.unit.podflow_dags.pod_life import Pod

# Said by the test client in which Airflow runs its own API for `dag.test()`.
pytestmark = pytest.mark.filterwarnings("ignore:Using `httpx` with `starlette.testclient`")

RUN_ID = "scheduled__2026-03-01T00:00:00+00:00"
FILES = ("crm_cust_info", "crm_prd_info", "crm_sales_details", "erp_cust_az12", "erp_loc_a101", "erp_px_cat_g1v2")


@pytest.fixture(scope="module")
def dags(bag: DagBag) -> Any:
    """The DAGs, in an empty database of Airflow's."""
    subprocess.run([sys.executable, "-m", "airflow", "db", "migrate"], check=True, capture_output=True)
    return bag.dags


def logistics_pod(pod: Pod) -> None:
    """One chunk a file; of the topic there is nothing new."""
    pod.run()
    if pod.args[0] == "drain":
        pod.end(99)
        return
    result = (
        {"chunks": [f"dt=2026-11-20/{json.loads(pod.args[1])['name']}-0001.csv"]} if pod.args[0] == "extract" else {}
    )
    pod.end(0, json.dumps(result))


def told(cluster: Cluster) -> list[list[str]]:
    return [pod["spec"]["containers"][0]["args"] for pod in cluster.created]


def states(run: DagRun) -> dict[str, str | None]:
    return {task.task_id: task.state for task in run.get_task_instances()}


def test_producers_share_the_orders_of_a_day(dags: Any, cluster: Cluster) -> None:
    cluster.life = logistics_pod
    run = dags["produce_messages"].test(run_conf={"orders": 11, "day": "2026-02-28"})
    assert run.state == "success"
    shares = sorted(dict(zip(args[1::2], args[2::2], strict=True))["--first"] for args in told(cluster))
    assert shares == ["0", "5"]
    for args in told(cluster):
        options = dict(zip(args[1::2], args[2::2], strict=True))
        assert args[0] == "orders"
        assert (options["--from"], options["--to"], options["--seed"]) == ("2026-02-28", "2026-03-01", "20260228")
        assert (options["--count"], options["--of"]) == ({"0": "5", "5": "6"}[options["--first"]], "11")


def test_without_a_day_it_is_the_one_before(dags: Any, cluster: Cluster) -> None:
    cluster.life = logistics_pod
    # dag.test() remembers what it was given before.
    run = dags["produce_messages"].test(run_conf={"day": None})
    (first, *_) = told(cluster)
    assert first[first.index("--to") + 1] == f"{run.run_after:%Y-%m-%d}"


def test_bronze_brings_each_file_and_the_topic(dags: Any, cluster: Cluster) -> None:
    cluster.life = logistics_pod
    run = dags["bronze_layer"].test()
    assert run.state == "success"
    brought = {f"{name}.{step}": "success" for name in FILES for step in ("extract", "load")}
    assert states(run) == {**brought, "orders": "skipped"}
    loaded = {json.loads(args[1])["name"]: args[2] for args in told(cluster) if args[0] == "load"}
    assert loaded == {name: f"dt=2026-11-20/{name}-0001.csv" for name in FILES}


def test_gold_is_not_built_on_stale_sources(dags: Any, cluster: Cluster) -> None:
    def stale(pod: Pod) -> None:
        pod.run()
        pod.end(65, "source logistics.orders: its newest row came 3 days ago")

    cluster.life = stale
    run = dags["dbt_pipeline"].test()
    assert states(run) == {"freshness": "failed", "build": "upstream_failed"}
    assert [args[:3] for args in told(cluster)] == [["freshness", "--select", "source:logistics"]]


def test_the_master_passes_on_how_many_orders_and_of_which_day(dags: Any) -> None:
    dag = dags["trigger_dags"]
    run = SimpleNamespace(run_after=datetime(2026, 3, 1, tzinfo=UTC))
    context = {"params": {"orders": 7}, "dag_run": run, "run_id": RUN_ID, "macros": macros}
    task = dag.task_dict["produce_messages"]
    rendered = task.render_template((task.conf, task.trigger_run_id), context, dag.get_template_env())
    # The number stays one: produce_messages refuses texts.
    assert rendered == ({"orders": 7, "day": "2026-02-28"}, RUN_ID)
