import json
from datetime import UTC, datetime

import pytest
from airflow.sdk import Asset
from airflow.sdk.exceptions import AirflowSkipException
from airflow.sdk.execution_time.context import OutletEventAccessors

from podflow_dags.pod_task import PodTask
from tests.unit.podflow_dags.airflow_task import RUN_ID, Try, make_task, run
from tests.unit.podflow_dags.cluster import Cluster
from tests.unit.podflow_dags.pod_life import Pod
from tests.unit.podflow_dags.served import Served

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def test_the_pods_result_is_returned_and_pushed_whole(cluster: Cluster) -> None:
    cluster.life = lambda pod: pod.end(0, json.dumps({"chunks": ["a", "b"], "rows": 2}))
    first = Try(make_task(returns="chunks"))

    assert first.execute() == ["a", "b"]
    assert first.pushed["result"] == {"chunks": ["a", "b"], "rows": 2}


def test_without_returns_the_whole_result_is_what_airflow_pushes(cluster: Cluster) -> None:
    cluster.life = lambda pod: pod.end(0, '{"rows": 2}')
    task = make_task()
    assert run(task) == {"rows": 2}
    assert task.do_xcom_push


def test_the_pod_has_no_sidecar(cluster: Cluster) -> None:
    run(make_task())
    assert [container["name"] for container in cluster.created[0]["spec"]["containers"]] == ["base"]


def test_a_succeeded_pod_is_deleted(cluster: Cluster) -> None:
    run(make_task())
    assert cluster.pods == {}


@pytest.mark.usefixtures("cluster")
def test_a_pod_that_ends_well_costs_five_requests(served: Served) -> None:
    run(make_task())
    kinds = sorted(request.split("?")[0].rsplit("/", 1)[-1].split("-")[0] for request in served.api.requests)
    assert kinds == ["books", "log", "log", "pods", "pods"], "create, watch, delete, the log and the end of the log"


def test_exit_code_99_skips_the_task_and_deletes_the_pod(cluster: Cluster) -> None:
    cluster.life = lambda pod: pod.end(99)
    with pytest.raises(AirflowSkipException):
        run(make_task())
    assert cluster.pods == {}


def test_an_overloaded_api_server_is_asked_again(cluster: Cluster, served: Served) -> None:
    served.api.refuse("^POST", 429, times=2)
    run(make_task())
    assert len(cluster.created) == 1


def test_a_pod_that_was_deleted_after_its_end_has_done_its_work(cluster: Cluster) -> None:
    def life(pod: Pod) -> None:
        with cluster.journal.changed:
            pod.end(0, '{"rows": 2}')
            pod.be_deleted()

    cluster.life = life
    assert run(make_task()) == {"rows": 2}


def test_the_whole_log_of_the_pod_is_in_the_tasks_when_it_ends(
    cluster: Cluster, task_log: pytest.LogCaptureFixture
) -> None:
    lines = [f"line {number}" for number in range(100)]

    def life(pod: Pod) -> None:
        pod.run()
        pod.say(*lines)
        pod.end()

    cluster.life = life
    run(make_task())
    assert [message for message in task_log.messages if message in lines] == lines


def test_the_extra_of_the_asset_event_is_the_result(cluster: Cluster) -> None:
    cluster.life = lambda pod: pod.end(0, '{"rows": 2}')
    books, events = Asset("books"), OutletEventAccessors()
    Try(make_task(outlets=[books]), context={"outlet_events": events}).execute()
    assert events[books].extra == {"rows": 2}


def test_the_pod_knows_its_run(cluster: Cluster) -> None:
    Try(make_task(), number=2, context={"data_interval_start": NOON}).execute()
    (pod,) = cluster.created
    assert {variable["name"]: variable["value"] for variable in pod["spec"]["containers"][0]["env"]} == {
        "PODFLOW_ENVIRONMENT": "prod",
        "PODFLOW_DAG_ID": "books__hourly",
        "PODFLOW_TASK_ID": "load",
        "PODFLOW_RUN_ID": RUN_ID,
        "PODFLOW_MAP_INDEX": "3",
        "PODFLOW_TRY_NUMBER": "2",
        "PODFLOW_DATA_INTERVAL_START": "2026-11-20T12:00:00+00:00",
        "PODFLOW_DATA_INTERVAL_END": "",
    }


def test_a_dags_own_environment_is_kept(cluster: Cluster) -> None:
    run(make_task(env_vars={"BOOKS": "1"}))
    environment = {variable["name"] for variable in cluster.created[0]["spec"]["containers"][0]["env"]}
    assert environment >= {"BOOKS", "PODFLOW_RUN_ID"}


def test_a_pod_names_its_task_instance_in_full(cluster: Cluster) -> None:
    run(make_task())
    assert cluster.created[0]["metadata"]["annotations"].items() >= {
        ("podflow.dev/dag-id", "books__hourly"),
        ("podflow.dev/run-id", RUN_ID),
        ("podflow.dev/task-id", "load"),
        ("podflow.dev/map-index", "3"),
    }


def test_where_a_pod_runs_is_known_before_it_ends(cluster: Cluster) -> None:
    first = Try(make_task())
    first.execute()
    assert first.pushed["pod_name"] == cluster.created[0]["metadata"]["name"]


def test_without_a_connection_airflow_is_not_asked_for_one() -> None:
    assert PodTask(task_id="load", args=["load"]).hook.conn_id is None
    assert PodTask(task_id="load", args=["load"], kubernetes_conn_id="other").hook.conn_id == "other"
