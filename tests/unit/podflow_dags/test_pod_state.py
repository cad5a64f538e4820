from datetime import timedelta

import pytest

from podflow_dags import pod_state
from tests.unit.podflow_dags.pod_life import whole_seconds
from tests.unit.podflow_dags.pods import Bench


def test_a_new_pod_has_neither_started_nor_ended(bench: Bench) -> None:
    pod = bench.seen()
    assert not pod_state.has_started(pod)
    assert not pod_state.has_ended(pod)
    assert not pod_state.has_succeeded(pod)
    assert pod_state.exit_code(pod) is None
    assert pod_state.message(pod) == ""


def test_a_running_pod_has_started(bench: Bench) -> None:
    bench.pod.run()
    assert pod_state.has_started(bench.seen())
    assert not pod_state.has_ended(bench.seen())


def test_a_pod_whose_container_waits_has_not_started(bench: Bench) -> None:
    bench.pod.wait("ContainerCreating", "")
    assert not pod_state.has_started(bench.seen())


def test_a_pod_that_exited_with_0_has_succeeded(bench: Bench) -> None:
    bench.pod.end(0, ' {"rows": 2}\n')
    pod = bench.seen()
    assert pod_state.has_succeeded(pod)
    assert pod_state.exit_code(pod) == 0
    assert pod_state.message(pod) == '{"rows": 2}'


def test_a_pod_that_exited_otherwise_has_not(bench: Bench) -> None:
    bench.pod.end(3)
    assert pod_state.has_ended(bench.seen())
    assert not pod_state.has_succeeded(bench.seen())


@pytest.mark.parametrize(
    ("seconds_after_deletion", "succeeded"),
    [
        (-5, True),
        (0.1, False),  # Whole seconds: it may have been the signal.
        (1, False),
        (29, False),
    ],
)
def test_a_deleted_pod_succeeded_only_if_it_ended_before(
    bench: Bench, *, seconds_after_deletion: float, succeeded: bool
) -> None:
    bench.pod.run()
    bench.pod.be_deleted()
    bench.pod.end(0, finished_at=whole_seconds(timedelta(seconds=seconds_after_deletion)))
    last = bench.seen()
    assert last.status.phase == "Succeeded"
    assert pod_state.has_succeeded(last) is succeeded
    assert pod_state.stopped_early(last) is not succeeded


def test_a_deleted_pod_that_still_runs_is_stopped_early(bench: Bench) -> None:
    bench.pod.run()
    bench.pod.be_deleted()
    assert pod_state.stopped_early(bench.seen())


def test_a_pod_without_a_node_says_why(bench: Bench) -> None:
    assert pod_state.unscheduled(bench.seen()) == "the scheduler has not looked at it yet"
    bench.pod.unschedulable("0/1 nodes are available: 1 Insufficient cpu.")
    assert pod_state.unscheduled(bench.seen()) == "Unschedulable: 0/1 nodes are available: 1 Insufficient cpu."
    bench.pod.schedule()
    assert pod_state.unscheduled(bench.seen()) == ""


def test_who_disrupted_a_pod_is_known(bench: Bench) -> None:
    assert pod_state.disruption(bench.seen()) == ""
    bench.pod.disrupt("EvictionByEvictionAPI", "Eviction API: evicting")
    assert pod_state.disruption(bench.seen()) == "EvictionByEvictionAPI: Eviction API: evicting"
