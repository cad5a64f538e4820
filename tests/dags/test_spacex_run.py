"""The spacex DAG, run from start to end by Airflow, with a Kubernetes API server of the test's own."""

import json
import subprocess
import sys
from typing import Any

import pytest
from airflow.dag_processing.dagbag import DagBag
from airflow.models.dagrun import DagRun

from podflow_dags.catalogue import datasets
from tests.unit.podflow_dags.cluster import Cluster
from tests.unit.podflow_dags.pod_life import Pod

# Said by the test client in which Airflow runs its own API for `dag.test()`.
pytestmark = pytest.mark.filterwarnings("ignore:Using `httpx` with `starlette.testclient`")

NAMES = datasets("spacex")


@pytest.fixture(scope="module")
def spacex(bag: DagBag) -> Any:
    """The DAG, in an empty database of Airflow's."""
    subprocess.run([sys.executable, "-m", "airflow", "db", "migrate"], check=True, capture_output=True)
    return bag.dags["spacex__launches__daily"]


def space_pod(pod: Pod) -> None:
    """Two chunks of payloads, nothing new of launchpads, one chunk of everything else."""
    pod.run()
    name = json.loads(pod.args[1])["name"] if pod.args[0] != "build" else ""
    if pod.args[0] == "transform" and name == "launchpads":
        pod.end(99)
    else:
        numbers = (1, 2) if name == "payloads" else (1,)
        pod.end(0, json.dumps({"chunks": [f"stage/dt=2026-11-20/{name}-{number:04}.parquet" for number in numbers]}))


def told(cluster: Cluster) -> list[list[str]]:
    return [pod["spec"]["containers"][0]["args"] for pod in cluster.created]


def states(run: DagRun) -> dict[str, str | None]:
    return {task.task_id: task.state for task in run.get_task_instances()}


def test_each_dataset_is_transformed_then_copied_then_dbt_builds(spacex: Any, cluster: Cluster) -> None:
    cluster.life = space_pod
    run = spacex.test()
    assert run.state == "success"
    ended = states(run)
    assert ended.pop("launchpads.transform") == ended.pop("launchpads.copy") == "skipped"
    assert set(ended.values()) == {"success"}
    assert len(ended) == 2 * len(NAMES)
    arguments = told(cluster)
    assert [each[0] for each in arguments].count("transform") == len(NAMES)
    assert [each[2] for each in arguments if each[0] == "build"] == ["spacex.bronze spacex.silver", "spacex.gold"]
    copied = sorted(each[2] for each in arguments if each[0] == "load" and json.loads(each[1])["name"] == "payloads")
    assert copied == [f"stage/dt=2026-11-20/payloads-{number:04}.parquet" for number in (1, 2)]


def test_what_is_skipped_does_not_keep_dbt_from_building_but_what_failed_does(spacex: Any) -> None:
    assert spacex.task_dict["silver"].trigger_rule == "none_failed"
    assert spacex.task_dict["silver"].upstream_task_ids == {f"{name}.copy" for name in NAMES}
    assert spacex.task_dict["gold"].trigger_rule == "all_success"
