"""Which pods of tasks the CronJob deletes, which it leaves, and what it says."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from kubernetes.client import ApiClient, Configuration, CoreV1Api

from podflow_dags.pod_cleanup import clean_up
from podflow_dags.settings import AirflowAccess, TaskSettings
from podflow_dags.task_instances import TaskInstances
from tests.unit.podflow_dags.cleanup_servers import PASSWORD, Servers, serving

DAY = 86400
RUN = "scheduled__2026-01-01T00:00:00+00:00"
SETTINGS = TaskSettings(failed_pods_kept_seconds=DAY, labels={"app.kubernetes.io/instance": "podflow"})
LABELS = {"app.kubernetes.io/instance": "podflow", "app.kubernetes.io/component": "task"}


@pytest.fixture
def servers() -> Iterator[Servers]:
    servers = Servers()
    with serving(servers):
        yield servers


def clean(servers: Servers, password: str = PASSWORD) -> int:
    core = CoreV1Api(ApiClient(Configuration(host=servers.url)))
    access = AirflowAccess.model_validate(
        {"podflow_airflow_url": servers.url, "admin_username": "admin", "admin_password": password}
    )
    with httpx.Client(base_url=servers.url) as client:
        return clean_up(core, SETTINGS, TaskInstances(client, access))


def ago(seconds: float) -> str:
    return (datetime.now(UTC) - timedelta(seconds=seconds)).isoformat()


def add(servers: Servers, name: str, phase: str, age: float, **metadata: Any) -> None:
    """A pod that was made two days before it came into this state `age` seconds ago, or just then when it runs."""
    ended = phase in {"Succeeded", "Failed"}
    terminated = {"terminated": {"exitCode": 1, "finishedAt": ago(age)}} if ended else {"running": {}}
    container = {"name": "base", "image": "", "imageID": "", "ready": False, "restartCount": 0, "state": terminated}
    servers.pods[name] = {
        "metadata": {
            "name": name,
            "uid": name,
            "resourceVersion": "1",
            "labels": LABELS,
            "creationTimestamp": ago(age + 2 * DAY if ended else age),
            **metadata,
        },
        "status": {"phase": phase, "containerStatuses": [container]},
    }


def add_running(servers: Servers, state: str | None, age: float = 120, **metadata: Any) -> None:
    names = {"dag-id": "forex", "run-id": RUN, "task-id": "load", "map-index": "3"}
    add(servers, "runs", "Running", age, annotations={f"podflow.dev/{k}": v for k, v in names.items()}, **metadata)
    servers.states["forex", RUN, "load", 3] = state


@pytest.mark.parametrize("phase", ["Failed", "Succeeded"])
def test_a_pod_that_ended_goes_when_it_was_kept_long_enough(servers: Servers, phase: str) -> None:
    add(servers, "old", phase, DAY + 60)
    add(servers, "young", phase, DAY - 60)
    assert clean(servers) == 0
    assert servers.pods.keys() == {"young"}


def test_a_pod_without_any_container_ended_when_its_conditions_last_changed(servers: Servers) -> None:
    add(servers, "evicted", "Failed", 0)
    condition = {"type": "PodScheduled", "status": "True", "lastTransitionTime": ago(DAY + 60)}
    servers.pods["evicted"]["status"] = {"phase": "Failed", "conditions": [condition]}
    clean(servers)
    assert not servers.pods


@pytest.mark.parametrize("state", ["success", "failed", "skipped", "upstream_failed", "removed"])
def test_a_pod_that_runs_for_a_finished_task_instance_goes(servers: Servers, state: str) -> None:
    add_running(servers, state)
    assert clean(servers) == 0
    assert not servers.pods


def test_a_pod_that_runs_for_a_deleted_run_goes(servers: Servers) -> None:
    add_running(servers, None)
    servers.states.clear()
    clean(servers)
    assert not servers.pods


@pytest.mark.parametrize("state", ["running", "queued", "scheduled", "up_for_retry", "restarting", "deferred", None])
def test_a_pod_that_this_or_the_next_try_follows_stays(servers: Servers, state: str | None) -> None:
    add_running(servers, state)
    assert clean(servers) == 0
    assert servers.pods


def test_a_pod_whose_task_instance_has_just_finished_is_left_to_its_task(servers: Servers) -> None:
    add_running(servers, "failed", age=30)
    clean(servers)
    assert servers.pods


def test_a_pod_that_is_adopted_just_now_stays(servers: Servers) -> None:
    add_running(servers, "failed")
    servers.adopted_meanwhile.add("runs")
    assert clean(servers) == 0
    assert servers.pods


def test_a_pod_that_is_being_deleted_is_nobodys_concern(servers: Servers) -> None:
    add_running(servers, "failed", deletionTimestamp=ago(1))
    clean(servers)
    assert servers.pods
    assert not servers.questions


def test_a_pod_that_names_no_task_instance_stays_while_it_runs(servers: Servers) -> None:
    add(servers, "stranger", "Running", 3 * DAY)
    add(servers, "strangers-end", "Failed", 3 * DAY)
    assert clean(servers) == 0
    assert servers.pods.keys() == {"stranger"}


def test_pods_of_other_components_and_releases_are_not_even_asked_for(servers: Servers) -> None:
    add(servers, "kafka", "Failed", 3 * DAY, labels={**LABELS, "app.kubernetes.io/component": "kafka"})
    clean(servers)
    assert servers.pods
    assert servers.selectors == {"app.kubernetes.io/instance=podflow,app.kubernetes.io/component=task"}


def test_every_page_of_a_long_list_is_read(servers: Servers) -> None:
    servers.pods_a_page = 2
    for number in range(5):
        add(servers, f"old-{number}", "Failed", 2 * DAY)
    clean(servers)
    assert not servers.pods


def test_without_airflow_only_pods_that_ended_go_and_the_job_fails(
    servers: Servers, capsys: pytest.CaptureFixture[str]
) -> None:
    servers.airflow_runs = False
    add(servers, "old", "Failed", 2 * DAY)
    add_running(servers, "failed")
    assert clean(servers) == 1
    assert servers.pods.keys() == {"runs"}
    [_, away, _] = map(json.loads, capsys.readouterr().out.splitlines())
    assert (away["event"], away["level"]) == ("airflow away", "error")
    assert "503" in away["error"]


def test_a_wrong_password_is_no_reason_to_delete(servers: Servers, capsys: pytest.CaptureFixture[str]) -> None:
    add_running(servers, "failed")
    assert clean(servers, password="wrong") == 1
    assert servers.pods
    assert "401" in capsys.readouterr().out


def test_a_path_that_is_not_airflows_is_no_reason_to_delete(servers: Servers) -> None:
    servers.wrong_path = True
    add_running(servers, "failed")
    assert clean(servers) == 1
    assert servers.pods


def test_airflow_is_not_asked_where_nothing_runs(servers: Servers) -> None:
    servers.airflow_runs = False
    add(servers, "young", "Failed", 5)
    assert clean(servers) == 0


def test_it_says_what_it_deleted_and_why(servers: Servers, capsys: pytest.CaptureFixture[str]) -> None:
    add_running(servers, "failed")
    add(servers, "young", "Failed", 5)
    clean(servers)
    [deleted, last] = map(json.loads, capsys.readouterr().out.splitlines())
    assert (deleted["event"], deleted["pod"]) == ("deleted", "runs")
    assert deleted["reason"] == "its task instance is failed"
    assert (last["event"], last["pods"], last["deleted"]) == ("cleaned up", 2, 1)
