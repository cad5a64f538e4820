import json
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from airflow.sdk import DAG
from airflow.sdk.exceptions import AirflowSkipException

from podflow_dags.pod_result import ResultError
from podflow_dags.pod_task import PodFailedError, PodTask
from tests.unit.podflow_dags.cluster import Cluster, End

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def make_task(**arguments: Any) -> PodTask:
    with DAG("books__hourly", schedule=None):
        return PodTask(task_id="load", **{"args": ["load", "chunk-1"], **arguments})


def make_context(task: PodTask, **more: Any) -> tuple[Any, dict[str, Any]]:
    """Return a task context and the XComs that will be pushed through it."""
    pushed: dict[str, Any] = {}
    instance = SimpleNamespace(
        dag_id="books__hourly",
        task_id="load",
        run_id="scheduled__2026-11-20T12:00:00+00:00",
        map_index=3,
        try_number=2,
        xcom_push=lambda key, value: pushed.update({key: value}),
    )
    context = {"ti": instance, "task": task, "dag": task.dag, "run_id": instance.run_id, **more}
    return context, pushed


def run(task: PodTask) -> tuple[Any, dict[str, Any]]:
    context, pushed = make_context(task)
    task.render_template_fields(context)
    return task.execute(context), pushed


def test_the_pods_result_is_returned_and_pushed_whole(cluster: Cluster) -> None:
    cluster.ends = lambda _: End(json.dumps({"chunks": ["a", "b"], "rows": 2}))

    returned, pushed = run(make_task(returns="chunks"))

    assert returned == ["a", "b"]
    assert pushed["result"] == {"chunks": ["a", "b"], "rows": 2}
    assert cluster.pods == {}, "a succeeded pod is deleted"


def test_airflow_pushes_what_is_returned_but_the_pod_has_no_sidecar(cluster: Cluster) -> None:
    task = make_task()
    run(task)

    assert task.do_xcom_push
    assert [container.name for container in cluster.created[0].spec.containers] == ["base"]


def test_a_missing_member_fails(cluster: Cluster) -> None:
    cluster.ends = lambda _: End('{"rows": 2}')
    with pytest.raises(ResultError, match="no member 'chunks'; it has: rows"):
        run(make_task(returns="chunks"))


def test_a_result_that_is_no_json_fails_and_keeps_the_pod(cluster: Cluster) -> None:
    cluster.ends = lambda _: End("done")
    with pytest.raises(ResultError, match="is no JSON"):
        run(make_task())
    assert len(cluster.pods) == 1


def test_exit_code_99_skips_the_task(cluster: Cluster) -> None:
    cluster.ends = lambda _: End(exit_code=99)
    with pytest.raises(AirflowSkipException):
        run(make_task())
    assert cluster.pods == {}


def test_a_failed_pod_is_kept_and_explained(cluster: Cluster) -> None:
    cluster.ends = lambda _: End('{"error": "books.csv: line 7 is no CSV"}', exit_code=1)

    with pytest.raises(PodFailedError) as failure:
        run(make_task())

    (name,) = cluster.pods
    assert f"pod {name}: exit code 1: books.csv: line 7 is no CSV" in str(failure.value)
    assert f"kubectl logs --namespace podflow {name}" in str(failure.value)
    assert cluster.pods[name].metadata.labels["already_checked"] == "True"


def test_a_pod_that_never_started_is_deleted_so_that_it_cannot_start_later(cluster: Cluster) -> None:
    cluster.ends = lambda _: End(exit_code=None, waiting="ErrImagePull")
    with pytest.raises(PodFailedError, match="did not start, ErrImagePull: no such image"):
        run(make_task())
    assert cluster.pods == {}


def test_a_killed_task_fails_even_if_its_pod_exits_with_0(cluster: Cluster) -> None:
    cluster.ends = lambda _: End('{"rows": 2}')
    task = make_task()
    cluster.while_running = task.on_kill
    with pytest.raises(PodFailedError, match="was killed"):
        run(task)


def test_a_pod_deleted_while_it_ran_fails_even_if_it_exits_with_0(cluster: Cluster) -> None:
    cluster.ends = lambda _: End('{"rows": 2}', deleted=True)
    with pytest.raises(PodFailedError, match="was deleted while it ran"):
        run(make_task())


def test_a_pod_that_vanished_fails(cluster: Cluster) -> None:
    task = make_task()
    cluster.while_running = cluster.pods.clear
    with pytest.raises(PodFailedError, match="was deleted by someone else"):
        run(task)


def test_the_pod_knows_its_run(cluster: Cluster) -> None:
    task = make_task()
    context, _ = make_context(task, data_interval_start=NOON)
    task.render_template_fields(context)
    task.execute(context)

    (pod,) = cluster.created
    assert {variable.name: variable.value for variable in pod.spec.containers[0].env} == {
        "PODFLOW_DAG_ID": "books__hourly",
        "PODFLOW_TASK_ID": "load",
        "PODFLOW_RUN_ID": "scheduled__2026-11-20T12:00:00+00:00",
        "PODFLOW_MAP_INDEX": "3",
        "PODFLOW_TRY_NUMBER": "2",
        "PODFLOW_DATA_INTERVAL_START": "2026-11-20T12:00:00+00:00",
        "PODFLOW_DATA_INTERVAL_END": "",
    }
    assert {"dag_id", "task_id", "run_id", "map_index", "try_number"} <= pod.metadata.labels.keys()
