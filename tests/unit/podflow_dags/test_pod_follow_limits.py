import time

import pytest

from podflow_dags import pod_follow
from podflow_dags.pod_api import PodApi
from podflow_dags.pod_follow import Patience
from tests.unit.podflow_dags.cluster import Cluster
from tests.unit.podflow_dags.fast_clock import FastClock
from tests.unit.podflow_dags.pod_life import Pod
from tests.unit.podflow_dags.pods import follow_one
from tests.unit.podflow_dags.served import Served

SHORT = 0.05
"""Seconds in which a client has seen what happened before."""


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
def test_a_container_that_never_starts_is_given_up_at_once(api: PodApi, cluster: Cluster, reason: str) -> None:
    cluster.life = lambda pod: pod.wait(reason, "said by the kubelet")
    assert follow_one(api).gave_up == f"did not start, {reason}: said by the kubelet"


@pytest.mark.parametrize("reason", ["ContainerCreating", "ErrImagePull"])
def test_a_container_that_does_not_start_yet_is_waited_for(api: PodApi, cluster: Cluster, reason: str) -> None:
    def life(pod: Pod) -> None:
        pod.wait(reason, "said by the kubelet")
        time.sleep(SHORT)
        pod.end()

    cluster.life = life
    assert follow_one(api).pod.status.phase == "Succeeded"


def test_a_pod_without_a_node_is_given_up(api: PodApi, cluster: Cluster, clock: FastClock) -> None:
    cluster.life = lambda pod: pod.unschedulable("0/1 nodes are available: 1 Insufficient cpu.")
    end = follow_one(api)
    assert end.gave_up == "was without a node for 600 s"
    assert 600 <= clock.monotonic() < 1200


def test_a_container_that_does_not_start_is_given_up(api: PodApi, cluster: Cluster, clock: FastClock) -> None:
    cluster.life = lambda pod: pod.wait("ContainerCreating", "")
    end = follow_one(api)
    assert end.gave_up == "was on a node without its container starting for 300 s"
    assert 300 <= clock.monotonic() < 900


def test_the_time_without_a_node_is_not_the_time_to_start(api: PodApi, cluster: Cluster, clock: FastClock) -> None:
    def life(pod: Pod) -> None:
        time.sleep(500 / clock.speed)
        pod.wait("ContainerCreating", "")
        time.sleep(200 / clock.speed)
        pod.end()

    cluster.life = life
    assert follow_one(api).pod.status.phase == "Succeeded"


def test_a_limit_is_kept_that_is_shorter_than_the_watch_in_which_it_began(
    api: PodApi, cluster: Cluster, clock: FastClock, served: Served
) -> None:
    clock.speed = served.cluster.hurry = 200
    cluster.life = lambda pod: pod.wait("ContainerCreating", "")
    assert follow_one(api, Patience(schedule=600, start=30)).gave_up
    assert clock.monotonic() < 150


def test_a_pod_that_is_deleted_without_its_node_answering_is_given_up(
    api: PodApi, cluster: Cluster, clock: FastClock
) -> None:
    def life(pod: Pod) -> None:
        pod.run()
        pod.be_deleted()

    cluster.life, cluster.on_stop = life, None
    assert follow_one(api).gave_up == "was terminating, and its node did not answer, for 90 s"
    assert clock.monotonic() >= 90


def test_a_pod_may_run_for_hours(api: PodApi, cluster: Cluster, clock: FastClock) -> None:
    clock.speed = cluster.hurry = 10000

    def life(pod: Pod) -> None:
        pod.run()
        time.sleep(3 * 3600 / clock.speed)
        pod.end()

    cluster.life = life
    end = follow_one(api)
    assert end.gave_up == ""
    assert end.pod.status.phase == "Succeeded"
