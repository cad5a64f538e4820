"""The forex DAG run from its start to its end by Airflow, with a Kubernetes API server of the test's own."""

import json
import subprocess
import sys
from typing import Any

import pytest
from airflow.dag_processing.dagbag import DagBag
from airflow.models.dagrun import DagRun

from tests.unit.podflow_dags.cluster import Cluster
from tests.unit.podflow_dags.pod_life import Pod

# Said by the test client in which Airflow runs its own API for `dag.test()`.
pytestmark = pytest.mark.filterwarnings("ignore:Using `httpx` with `starlette.testclient`")

CHUNKS = [f"dt=2026-11-20/customer_transactions-abc-{number:04}.csv" for number in (1, 2, 3)]


def forex_pod(pod: Pod) -> None:
    results = {
        "extract": {"chunks": CHUNKS, "rows": 7500},
        "load": {"chunk": pod.args[-1], "inserted": 2500},
        "build": {"command": "build", "failed": 0},
    }
    pod.run()
    pod.end(0, json.dumps(results[pod.args[0]]))


@pytest.fixture(scope="module")
def forex(bag: DagBag) -> Any:
    """The DAG, in an empty database of Airflow's."""
    subprocess.run([sys.executable, "-m", "airflow", "db", "migrate"], check=True, capture_output=True)
    return bag.dags["forex__customer_transactions__hourly"]


def states(run: DagRun) -> list[tuple[str, int, str | None]]:
    return sorted((task.task_id, task.map_index, task.state) for task in run.get_task_instances())


def test_each_chunk_is_loaded_by_a_pod_of_its_own(forex: Any, cluster: Cluster) -> None:
    cluster.life = forex_pod

    run = forex.test()

    assert states(run) == [
        ("extract", -1, "success"),
        ("gold", -1, "success"),
        ("load", 0, "success"),
        ("load", 1, "success"),
        ("load", 2, "success"),
        ("silver", -1, "success"),
    ]
    told = [pod["spec"]["containers"][0]["args"] for pod in cluster.created]
    assert [arguments[0] for arguments in told] == ["extract", "load", "load", "load", "build", "build"]
    assert sorted(arguments[-1] for arguments in told[1:4]) == CHUNKS
    assert all(json.loads(arguments[1])["name"] == "customer_transactions" for arguments in told[:4])
    assert told[0][2] == "--date"
