import time

import pytest

from podflow_dags import pod_follow
from podflow_dags.pod_follow import Patience
from tests.unit.podflow_dags.cluster import Cluster
from tests.unit.podflow_dags.fast_clock import FastClock
from tests.unit.podflow_dags.pod_life import Pod, wait_for
from tests.unit.podflow_dags.pods import Follower
from tests.unit.podflow_dags.served import Served


@pytest.fixture
def cluster(served: Served) -> Cluster:
    return served.cluster


@pytest.fixture
def clock(fast_clock: FastClock, monkeypatch: pytest.MonkeyPatch) -> FastClock:
    """Minutes pass in a fraction of a second."""
    monkeypatch.setattr(pod_follow, "time", fast_clock)
    return fast_clock


@pytest.mark.parametrize(
    "reason",
    [
        "ImagePullBackOff",
        "ErrImageNeverPull",
        "InvalidImageName",
        "CreateContainerConfigError",
        "CreateContainerError",
        "RunContainerError",
    ],
)
def test_a_container_that_never_starts_is_given_up_at_once(cluster: Cluster, follower: Follower, reason: str) -> None:
    cluster.life = lambda pod: pod.wait(reason, "said by the kubelet")
    assert follower.follow_new().gave_up == f"did not start, {reason}: said by the kubelet"


@pytest.mark.parametrize(
    ("reason", "message"),
    [
        ("ContainerCreating", ""),
        ("ErrImagePull", "said by the kubelet"),
        ("CreateContainerConfigError", "failed to sync secret cache: timed out waiting for the condition"),
    ],
)
def test_a_container_that_does_not_start_yet_is_waited_for(
    cluster: Cluster, follower: Follower, reason: str, message: str
) -> None:
    def life(pod: Pod) -> None:
        pod.wait(reason, message)
        wait_for(lambda: any(noticed.status.container_statuses for noticed in follower.noticed))
        pod.end()

    cluster.life = life
    assert follower.follow_new().pod.status.phase == "Succeeded"


def test_a_pod_without_a_node_is_given_up(cluster: Cluster, clock: FastClock, follower: Follower) -> None:
    cluster.life = lambda pod: pod.unschedulable("0/1 nodes are available: 1 Insufficient cpu.")
    assert follower.follow_new().gave_up == "was without a node for 600 s"
    assert clock.monotonic() >= 600


def test_a_container_that_does_not_start_is_given_up(cluster: Cluster, clock: FastClock, follower: Follower) -> None:
    cluster.life = lambda pod: pod.wait("ContainerCreating", "")
    assert follower.follow_new().gave_up == "was on a node without its container starting for 300 s"
    assert clock.monotonic() >= 300


def test_the_time_without_a_node_is_not_time_to_start(cluster: Cluster, clock: FastClock, follower: Follower) -> None:
    def life(pod: Pod) -> None:
        time.sleep(400 / clock.speed)
        pod.wait("ContainerCreating", "")
        wait_for(lambda: any(noticed.status.container_statuses for noticed in follower.noticed))
        pod.end()

    cluster.life = life
    assert follower.follow_new(Patience(schedule=100_000, start=300)).pod.status.phase == "Succeeded"


def test_a_limit_is_kept_that_is_shorter_than_the_watch_in_which_it_began(
    cluster: Cluster, clock: FastClock, follower: Follower
) -> None:
    clock.speed = cluster.hurry = 100
    cluster.life = lambda pod: pod.wait("ContainerCreating", "")
    assert follower.follow_new(Patience(schedule=600, start=30)).gave_up
    assert clock.monotonic() < 200


def test_a_pod_that_is_deleted_without_its_node_answering_is_given_up(
    cluster: Cluster, clock: FastClock, follower: Follower
) -> None:
    def life(pod: Pod) -> None:
        pod.run()
        pod.be_deleted()

    cluster.life, cluster.on_stop = life, None
    assert follower.follow_new().gave_up == "was terminating, and its node did not answer, for 90 s"
    assert clock.monotonic() >= 90


def test_a_pod_may_run_for_hours(cluster: Cluster, clock: FastClock, follower: Follower) -> None:
    clock.speed = cluster.hurry = 10_000

    def life(pod: Pod) -> None:
        pod.run()
        time.sleep(3 * 3600 / clock.speed)
        pod.end()

    cluster.life = life
    end = follower.follow_new(Patience(schedule=100_000, start=100_000))
    assert end.gave_up == ""
    assert end.pod.status.phase == "Succeeded"
