from typing import Any

import pytest

from benchmarks.pod_task.errors import BenchmarkError
from benchmarks.pod_task.pod_times import Owner, PodTimes, owner_of


def pod(phase: str = "Pending", node: str = "", state: str = "", **metadata: Any) -> dict[str, Any]:
    statuses: list[dict[str, Any]] = [{"state": {state: {}}}] if state else []
    spec = {"nodeName": node} if node else {}
    return {
        "metadata": {"name": "p", **metadata},
        "spec": spec,
        "status": {"phase": phase, "containerStatuses": statuses},
    }


def seen(*pods: dict[str, Any]) -> PodTimes:
    """Show the pods' states one second after another."""
    times = PodTimes(Owner(), pods[0], 0.0)
    for second, state in enumerate(pods):
        times.note(state, float(second))
    return times


def test_each_stage_has_the_moment_at_which_it_was_first_seen() -> None:
    waiting = pod(node="n", state="waiting")
    times = seen(pod(), pod(node="n"), waiting, pod("Running", "n", "running"), pod("Running", "n", "running"))
    times.note(pod("Succeeded", "n", "terminated"), 5.0)
    assert times.moments() == (0.0, 1.0, 3.0, 5.0)
    assert times.succeeded


def test_container_that_nobody_saw_running_started_when_it_was_seen_ended() -> None:
    assert seen(pod(), pod(node="n"), pod("Succeeded", "n", "terminated")).moments() == (0.0, 1.0, 2.0, 2.0)


def test_failed_pod_has_not_succeeded() -> None:
    assert not seen(pod(), pod("Failed", "n", "terminated")).succeeded


def test_unfinished_pod_has_no_times() -> None:
    with pytest.raises(BenchmarkError, match="pod p did not run"):
        seen(pod(), pod(node="n")).moments()


def test_owner_is_the_one_of_the_annotations() -> None:
    annotations = {"podflow.dev/run-id": "r", "podflow.dev/task-id": "t", "podflow.dev/map-index": "0"}
    assert owner_of(pod(annotations=annotations, labels={"run_id": "cut"})) == Owner("r", "t", 0)


def test_pod_of_the_stock_operator_is_known_by_its_labels() -> None:
    assert owner_of(pod(labels={"run_id": "r", "task_id": "t"})) == Owner("r", "t", -1)
    assert owner_of(pod(labels={"run_id": "r", "task_id": "t", "map_index": "3"})) == Owner("r", "t", 3)


def test_other_pods_belong_to_nobody() -> None:
    assert owner_of(pod()) == Owner()
