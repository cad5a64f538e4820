"""What somebody who waits for the chart is told of its pods."""

from typing import Any

import pytest

from k8s.release import RESTARTS_TO_GIVE_UP, PodView, look_at_pods


def pod(**changes: Any) -> dict[str, Any]:
    status = {
        "phase": "Running",
        "conditions": [{"type": "Ready", "status": "True"}],
        "containerStatuses": [{"name": "server", "ready": True, "restartCount": 0, "state": {"running": {}}}],
    }
    labels = {"app.kubernetes.io/component": changes.pop("component", "kafka")}
    return {"metadata": {"name": "podflow-kafka-0", "labels": labels}, "status": {**status, **changes}}


def container(state: dict[str, Any], restarts: int = 0) -> dict[str, Any]:
    return {"name": "server", "ready": False, "restartCount": restarts, "state": state}


def look_at(**changes: Any) -> PodView:
    (view,) = look_at_pods({"items": [pod(**changes)]})
    return view


UNREADY = [{"type": "Ready", "status": "False"}]


def test_ready_pod_stands() -> None:
    assert look_at().stands


def test_finished_job_stands_though_it_is_not_ready() -> None:
    assert look_at(phase="Succeeded", conditions=UNREADY).stands


def test_unscheduled_pod_gives_the_schedulers_own_words() -> None:
    unscheduled = {"type": "PodScheduled", "status": "False", "message": "0/1 nodes: insufficient memory"}
    view = look_at(phase="Pending", conditions=[*UNREADY, unscheduled], containerStatuses=[])
    assert (view.stands, view.waits_for, view.heals) == (False, "0/1 nodes: insufficient memory", True)


@pytest.mark.parametrize("reason", ["ImagePullBackOff", "CreateContainerConfigError"])
def test_pod_that_cannot_start_by_itself_is_hopeless(reason: str) -> None:
    view = look_at(phase="Pending", conditions=UNREADY, containerStatuses=[container({"waiting": {"reason": reason}})])
    assert (view.waits_for, view.is_hopeless(0)) == (reason, True)


def test_secret_that_a_busy_node_could_not_fetch_in_time_is_waited_for() -> None:
    message = "failed to sync secret cache: timed out waiting for the condition"
    waiting = {"waiting": {"reason": "CreateContainerConfigError", "message": message}}
    assert not look_at(phase="Pending", conditions=UNREADY, containerStatuses=[container(waiting)]).is_hopeless(0)


def test_pod_is_hopeless_only_after_several_restarts() -> None:
    crashing = {"waiting": {"reason": "CrashLoopBackOff"}}
    assert not look_at(conditions=UNREADY, containerStatuses=[container(crashing, 1)]).is_hopeless(0)
    assert look_at(conditions=UNREADY, containerStatuses=[container(crashing, RESTARTS_TO_GIVE_UP)]).is_hopeless(0)


def test_restarts_before_the_wait_do_not_count() -> None:
    view = look_at(conditions=UNREADY, containerStatuses=[container({"running": {}}, RESTARTS_TO_GIVE_UP + 1)])
    assert not view.is_hopeless(RESTARTS_TO_GIVE_UP)
    assert view.is_hopeless(1)


@pytest.mark.parametrize("component", ["task", "task-cleanup", "test"])
def test_nobody_waits_for_pods_that_come_and_go(component: str) -> None:
    assert list(look_at_pods({"items": [pod(component=component)]})) == []
