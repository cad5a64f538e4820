"""Schedulers and servers that go away while a pod runs: the pod is adopted, and the task ends with its real result."""

from datetime import UTC, datetime

import pytest

from tests.faults.conftest import Observe, Start
from tests.faults.control_plane import SCHEDULER, ControlPlane
from tests.faults.trial import Outcome, Trial

pytestmark = pytest.mark.timeout(900)


def adopted(trial: Trial, pod: str) -> Outcome:
    """Let the adopted pod end; the one pod did the work, and its result is the task's."""
    trial.let_end()
    outcome = trial.outcome()
    assert (outcome.state, len(outcome.pods), outcome.began, outcome.did) == ("success", 1, [pod], [pod])
    return outcome


def test_deleted_scheduler(start: Start, control_plane: ControlPlane, observe: Observe) -> None:
    trial = start("once", "wait:143")
    pod = trial.await_work()
    before = control_plane.states("airflow-scheduler")
    control_plane.delete_pod(SCHEDULER)
    control_plane.await_another("airflow-scheduler", before)
    trial.await_try(2, "running")
    observe("scheduler's pod deleted", adopted(trial, pod).describe())


def test_rollout_of_the_scheduler(start: Start, control_plane: ControlPlane, observe: Observe) -> None:
    trial = start("once", "wait:143")
    pod = trial.await_work()
    before = control_plane.states("airflow-scheduler")
    control_plane.restart("statefulset/podflow-airflow-scheduler")
    control_plane.await_another("airflow-scheduler", before)
    trial.await_try(2, "running")
    observe("rollout of the scheduler", adopted(trial, pod).describe())


def test_killed_scheduler_while_the_pod_runs_on(start: Start, control_plane: ControlPlane, observe: Observe) -> None:
    trial = start("once", "wait:143")
    pod = trial.await_work()
    control_plane.kill_scheduler()
    trial.await_try(2, "running")
    observe("scheduler killed (SIGKILL), pod runs on", adopted(trial, pod).describe())


def test_killed_scheduler_while_the_pod_finishes(start: Start, control_plane: ControlPlane, observe: Observe) -> None:
    trial = start("once", "wait:143")
    pod = trial.await_work()
    control_plane.kill_scheduler()
    trial.let_end()
    trial.await_work_done()
    outcome = adopted(trial, pod)
    observe("scheduler killed (SIGKILL), pod finishes unwatched", outcome.describe())
    assert outcome.tries == 2


@pytest.mark.parametrize("unwatched", [False, True])
def test_restarted_kubernetes_api_server(
    start: Start, control_plane: ControlPlane, observe: Observe, unwatched: bool
) -> None:
    trial = start("once", "wait:143")
    pod = trial.await_work()
    control_plane.kill_kubernetes_api_server()
    if unwatched:
        trial.let_end()
        trial.await_work_done()
    control_plane.await_kubernetes_api_server()
    back = datetime.now(UTC)
    outcome = adopted(trial, pod)
    control_plane.await_kubernetes_leaders(back)
    meanwhile = "pod finishes meanwhile" if unwatched else "pod runs on"
    observe(f"Kubernetes' api-server killed, {meanwhile}", outcome.describe())
    assert outcome.tries == 1


@pytest.mark.parametrize("unwatched", [False, True])
def test_deleted_airflow_api_server(
    start: Start, control_plane: ControlPlane, observe: Observe, unwatched: bool
) -> None:
    trial = start("retried", "wait:143")
    pod = trial.await_work()
    before = control_plane.states("airflow-api")
    control_plane.delete_pod(control_plane.pod_of("airflow-api"))
    if unwatched:
        trial.let_end()
        trial.await_work_done()
    control_plane.await_another("airflow-api", before)
    outcome = adopted(trial, pod)
    meanwhile = "pod finishes meanwhile" if unwatched else "pod runs on"
    observe(f"Airflow's api-server deleted, {meanwhile}", outcome.describe())


def test_deleted_triggerer(start: Start, control_plane: ControlPlane, observe: Observe) -> None:
    trial = start("once", "wait:143")
    pod = trial.await_work()
    before = control_plane.states("airflow-triggerer")
    control_plane.delete_pod(control_plane.pod_of("airflow-triggerer"))
    control_plane.await_another("airflow-triggerer", before)
    outcome = adopted(trial, pod)
    observe("triggerer deleted", outcome.describe())
    assert outcome.tries == 1
