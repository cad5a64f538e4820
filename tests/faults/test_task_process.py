"""A task process that is stopped, killed, doubled, or told that it failed: its pod is deleted or adopted."""

import json
import secrets
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from signal import SIGKILL, SIGTERM

import pytest

from k8s.kubectl import Kubectl
from tests.faults.conftest import Observe, Start
from tests.faults.control_plane import SCHEDULER, ControlPlane
from tests.faults.marks import pod_of
from tests.faults.patience import until
from tests.faults.trial import PROGRAM, Trial

pytestmark = pytest.mark.timeout(600)

SECOND_PROCESS = (Path(__file__).parent / "second_process.py").read_text()
SECONDS_UNTIL_AN_ORPHAN = 60


@pytest.mark.parametrize("code", [143, 0])
def test_sigterm_deletes_the_pod_and_the_next_try_does_the_work(
    start: Start, control_plane: ControlPlane, observe: Observe, code: int
) -> None:
    trial = start("retried", f"wait:{code}")
    first = trial.await_work()
    control_plane.signal_task_process(trial.pid(), SIGTERM)
    second = trial.await_work(besides=first)
    trial.let_end()
    outcome = trial.outcome()
    cause = trial.explanation("told to stop")
    observe(f"SIGTERM to the task process, pod exits with {code}", f"{outcome.describe()}; try 1: {cause}")
    assert (outcome.state, outcome.tries, len(outcome.pods)) == ("success", 2, 2)
    assert (outcome.began, outcome.did) == ([first, second], [second])


def test_sigkill_leaves_the_pod_and_the_next_try_adopts_it(
    start: Start, control_plane: ControlPlane, observe: Observe
) -> None:
    trial = start("retried", "wait:143")
    pod = trial.await_work()
    control_plane.signal_task_process(trial.pid(), SIGKILL)
    trial.await_try(2, "running")
    trial.let_end()
    outcome = trial.outcome()
    observe("SIGKILL of the task process, pod runs on", outcome.describe())
    assert (outcome.state, outcome.tries, outcome.began, outcome.did) == ("success", 2, [pod], [pod])
    assert len(outcome.pods) == 1
    trial.await_in_log(f"{pod} did its work", try_number=2)


def test_pod_that_finished_after_sigkill_is_read_and_not_run_again(
    start: Start, control_plane: ControlPlane, observe: Observe
) -> None:
    trial = start("retried", "wait:143")
    pod = trial.await_work()
    control_plane.signal_task_process(trial.pid(), SIGKILL)
    trial.let_end()
    outcome = trial.outcome()
    observe("SIGKILL of the task process, pod finishes before the next try", outcome.describe())
    assert (outcome.state, outcome.tries, outcome.began, outcome.did) == ("success", 2, [pod], [pod])
    assert len(outcome.pods) == 1


def run_second_process(kubectl: Kubectl, trial: Trial) -> str:
    """Run the same try in another process of the scheduler's pod; return what it printed."""
    told = {"dag": trial.dag, "run_id": trial.run_id, "arguments": [PROGRAM, trial.run_id, "wait:143"]}
    arguments = ["exec", SCHEDULER, "--container", "scheduler", "--stdin", "--", "python", "-", json.dumps(told)]
    return kubectl.output(*arguments, standard_input=SECOND_PROCESS)


def test_processes_of_the_same_try_share_one_pod(
    start: Start, control_plane: ControlPlane, release: Kubectl, observe: Observe
) -> None:
    assert control_plane.states("airflow-scheduler")
    trial = start("once", "wait:143")
    with ThreadPoolExecutor(2) as pool:
        others = [pool.submit(run_second_process, release, trial) for _ in range(2)]
        pod = trial.await_work()
        until(lambda: len(trial.watch.followers) == 3, 60, "every process follows the pod")
        trial.let_end()
        said = [other.result() for other in others]
    outcome = trial.outcome()
    observe("two more processes of the same try", outcome.describe())
    assert (outcome.state, outcome.tries, len(outcome.pods), outcome.began) == ("success", 1, 1, [pod])
    assert all(json.dumps({"pod": pod}) in each for each in said), said


def test_task_marked_failed_leaves_no_pod(start: Start, observe: Observe) -> None:
    trial = start("once", "wait:0")
    pod = trial.await_work()
    trial.mark_failed()
    outcome = trial.outcome()
    observe("task marked failed in the UI", outcome.describe())
    assert (outcome.state, outcome.tries, outcome.began, outcome.did) == ("failed", 1, [pod], [])
    assert not outcome.kept


def test_orphan_of_a_killed_task_without_retries_is_removed_by_the_cleanup_job(
    start: Start, control_plane: ControlPlane, release: Kubectl, observe: Observe
) -> None:
    trial = start("once", "wait:143")
    pod = trial.await_work()
    control_plane.signal_task_process(trial.pid(), SIGKILL)
    trial.await_try(1, "failed")
    assert trial.watch.at_work == [pod_of(pod)]
    time.sleep(SECONDS_UNTIL_AN_ORPHAN)
    job = f"faults-cleanup-{secrets.token_hex(4)}"
    release.output("create", "job", job, "--from=cronjob/podflow-task-cleanup")
    try:
        release.output("wait", f"job/{job}", "--for=condition=Complete", "--timeout=120s")
        said = release.output("logs", f"job/{job}")
    finally:
        release.output("delete", "job", job, "--wait=false")
    outcome = trial.outcome()
    observe("SIGKILL of a task without retries, then the cleanup job", outcome.describe())
    assert (outcome.state, outcome.tries, outcome.began, outcome.kept) == ("failed", 1, [pod], [])
    assert pod_of(pod) in said
