"""A pod that is taken away, refused, or fails: the task says so, and never calls it a success."""

import json
from collections.abc import Iterator

import pytest

from k8s.kubectl import Kubectl
from tests.faults.conftest import Observe, Start
from tests.faults.control_plane import ControlPlane
from tests.faults.marks import pod_of
from tests.faults.patience import until

pytestmark = pytest.mark.timeout(600)

QUOTA = "faults-no-task-pods"


def test_evicted_pod_is_a_failure_and_the_next_try_does_the_work(
    start: Start, control_plane: ControlPlane, observe: Observe
) -> None:
    trial = start("retried", "wait:0")
    first = trial.await_work()
    control_plane.evict(pod_of(first))
    second = trial.await_work(besides=first)
    trial.let_end()
    outcome = trial.outcome()
    cause = trial.explanation("EvictionByEvictionAPI")
    observe("node drained (pod evicted, exits with 0 on SIGTERM)", f"{outcome.describe()}; try 1: {cause}")
    assert (outcome.state, outcome.tries, outcome.began) == ("success", 2, [first, second])
    assert outcome.did == [second]


@pytest.mark.parametrize("code", [143, 0])
def test_pod_deleted_by_hand_is_a_failure(
    start: Start, control_plane: ControlPlane, observe: Observe, code: int
) -> None:
    trial = start("once", f"wait:{code}")
    pod = trial.await_work()
    control_plane.delete_pod(pod_of(pod))
    outcome = trial.outcome()
    cause = trial.explanation("was deleted while it ran")
    observe(f"pod deleted by hand, exits with {code} on SIGTERM", f"{outcome.describe()}; {cause}")
    assert (outcome.state, outcome.tries, outcome.began, outcome.did) == ("failed", 1, [pod], [])


def test_pod_deleted_by_hand_is_tried_again_by_another_one(
    start: Start, control_plane: ControlPlane, observe: Observe
) -> None:
    trial = start("retried", "wait:143")
    first = trial.await_work()
    control_plane.delete_pod(pod_of(first))
    second = trial.await_work(besides=first)
    trial.let_end()
    outcome = trial.outcome()
    observe("pod deleted by hand, with retries", outcome.describe())
    assert (outcome.state, outcome.tries, outcome.did) == ("success", 2, [second])


def test_pod_that_uses_too_much_memory_is_a_failure(start: Start, observe: Observe) -> None:
    trial = start("once", "memory")
    outcome = trial.outcome()
    cause = trial.explanation("OOMKilled at 256Mi")
    observe("OOM kill", f"{outcome.describe()}; {cause}")
    assert (outcome.state, len(outcome.began), outcome.did) == ("failed", 1, [])
    assert outcome.kept == outcome.pods
    assert trial.explanation(f"kubectl describe pod --namespace podflow {outcome.pods[0]}")


def test_pod_beyond_its_deadline_is_a_failure(start: Start, observe: Observe) -> None:
    trial = start("deadline", "wait:0")
    outcome = trial.outcome()
    cause = trial.explanation("DeadlineExceeded")
    observe("activeDeadlineSeconds, pod exits with 0 on SIGTERM", f"{outcome.describe()}; {cause}")
    assert (outcome.state, len(outcome.began), outcome.did) == ("failed", 1, [])


def test_image_that_cannot_be_pulled_is_a_failure(start: Start, observe: Observe) -> None:
    trial = start("unpullable", "exit:0")
    outcome = trial.outcome()
    cause = trial.explanation("registry.invalid/podflow/missing:0")
    observe("image cannot be pulled", f"{outcome.describe()}; {cause}")
    assert (outcome.state, len(outcome.pods), outcome.began, outcome.kept) == ("failed", 1, [], [])
    assert "ImagePullBackOff" in cause


def test_pod_that_no_node_takes_is_a_failure(start: Start, observe: Observe) -> None:
    trial = start("unschedulable", "exit:0")
    outcome = trial.outcome()
    cause = trial.explanation("didn't match Pod's node affinity/selector")
    observe("unschedulable", f"{outcome.describe()}; {cause}")
    assert (outcome.state, len(outcome.pods), outcome.began, outcome.kept) == ("failed", 1, [], [])


@pytest.fixture
def exhausted_quota(release: Kubectl) -> Iterator[None]:
    """No pod with a deadline may be created: task pods have one, the platform's have none."""
    hard = {"hard": {"pods": "0"}, "scopes": ["Terminating"]}
    quota = {"apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": QUOTA}, "spec": hard}
    command = ("apply", "--filename", "-")
    release.output(*command, standard_input=json.dumps(quota))
    status = ("get", "resourcequota", QUOTA, "--output", "jsonpath={.status.hard.pods}")
    until(lambda: release.output(*status), 30, "the quota is in force")
    yield
    release.output("delete", "resourcequota", QUOTA, "--ignore-not-found")


@pytest.mark.usefixtures("exhausted_quota")
def test_pod_beyond_the_quota_is_refused_and_tried_again(start: Start, release: Kubectl, observe: Observe) -> None:
    trial = start("retried", "wait:143")
    trial.await_try(1, "up_for_retry")
    release.output("delete", "resourcequota", QUOTA)
    pod = trial.await_work()
    trial.let_end()
    outcome = trial.outcome()
    cause = trial.explanation("exceeded quota")
    observe("quota exceeded, then lifted", f"{outcome.describe()}; try 1: {cause}")
    assert (outcome.state, outcome.tries, outcome.began, outcome.did) == ("success", 2, [pod], [pod])


def test_exit_code_99_is_shown_as_skipped(start: Start, observe: Observe) -> None:
    trial = start("retried", "exit:99")
    outcome = trial.outcome()
    observe("exit code 99", outcome.describe())
    assert (outcome.state, outcome.tries, len(outcome.began), outcome.kept) == ("skipped", 1, 1, [])


def test_exit_code_65_is_not_tried_again(start: Start, observe: Observe) -> None:
    trial = start("retried", "exit:65")
    outcome = trial.outcome()
    cause = trial.explanation("exit code 65")
    observe("exit code 65, with retries", f"{outcome.describe()}; {cause}")
    assert (outcome.state, outcome.tries, len(outcome.began)) == ("failed", 1, 1)


def test_exit_code_3_is_tried_again_and_each_try_says_its_last_lines(start: Start, observe: Observe) -> None:
    trial = start("retried", "exit:3")
    outcome = trial.outcome()
    cause = trial.explanation("exit code 3", try_number=2)
    observe("exit code 3, with retries", f"{outcome.describe()}; {cause}")
    assert (outcome.state, outcome.tries, len(outcome.began)) == ("failed", 2, 2)
    assert trial.explanation("ends with 3", try_number=1)
    # Both failed pods can be looked at, each under its own name.
    assert outcome.kept == outcome.pods
