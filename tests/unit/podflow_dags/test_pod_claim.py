import threading
from collections.abc import Callable

import pytest
from kubernetes.client import models as k8s
from kubernetes.client.exceptions import ApiException

from podflow_dags import pod_claim
from podflow_dags.pod_api import PodApi
from podflow_dags.pod_claim import (
    FOLLOWER,
    JUDGED,
    TASK_INSTANCE,
    Claimant,
    NameTakenError,
    StillTerminatingError,
    TaskInstance,
)
from tests.unit.podflow_dags.cluster import Cluster
from tests.unit.podflow_dags.fast_clock import FastClock
from tests.unit.podflow_dags.pod_life import Pod
from tests.unit.podflow_dags.pods import INSTANCE, NAME, claim, idle, make
from tests.unit.podflow_dags.served import Served


@pytest.fixture(autouse=True)
def pods(served: Served) -> Cluster:
    """Pods that do nothing, unless a test tells them to."""
    served.cluster.life = idle
    return served.cluster


def test_the_first_try_creates_and_asks_nothing_else(api: PodApi, served: Served) -> None:
    assert not claim(api).adopted
    assert [request.split()[0] for request in served.api.requests] == ["POST"]


def test_a_pod_says_whose_it_is(api: PodApi) -> None:
    metadata = claim(api).pod.metadata
    assert metadata.name == NAME
    assert metadata.labels[TASK_INSTANCE] == INSTANCE.digest
    assert metadata.annotations == {
        "podflow.dev/dag-id": "books__hourly",
        "podflow.dev/run-id": "scheduled__2026-11-20T12:00:00+00:00",
        "podflow.dev/task-id": "load",
        "podflow.dev/map-index": "3",
        FOLLOWER: "first",
    }


def test_a_second_process_of_the_first_try_adopts(api: PodApi, pods: Cluster) -> None:
    first, second = claim(api, "first"), claim(api, "second")
    assert second.adopted
    assert second.pod.metadata.uid == first.pod.metadata.uid
    assert len(pods.created) == 1
    assert pods.pods[NAME]["metadata"]["annotations"][FOLLOWER] == "second"


@pytest.mark.parametrize("so_far", [idle, Pod.run, Pod.end, lambda pod: pod.end(1)])
def test_a_retry_adopts_the_pod_that_nobody_judged(api: PodApi, pods: Cluster, so_far: Callable[[Pod], None]) -> None:
    left = claim(api).pod
    so_far(Pod(pods, NAME))
    found = claim(api, "retry", first_try=False)
    assert found.adopted
    assert found.pod.metadata.uid == left.metadata.uid
    assert len(pods.created) == 1


def test_a_pod_of_that_name_that_no_task_made_is_not_taken_over(api: PodApi) -> None:
    assert api.create(make(NAME))
    with pytest.raises(NameTakenError, match=f"{NAME} is taken"):
        claim(api)


def test_a_retry_that_finds_nothing_creates(api: PodApi) -> None:
    found = claim(api, first_try=False)
    assert not found.adopted
    assert found.pod.metadata.name == NAME


@pytest.mark.parametrize("first_try", [True, False])
def test_a_judged_pod_stays_and_the_next_one_has_the_next_name(api: PodApi, pods: Cluster, *, first_try: bool) -> None:
    for generation in range(3):
        pod = claim(api, first_try=first_try).pod
        assert pod.metadata.name == INSTANCE.pod_name(generation)
        Pod(pods, pod.metadata.name).end(1)
        api.label(pod, labels={JUDGED: "true"})
    assert len(pods.pods) == 3


def test_the_pod_of_the_try_before_last_that_was_cleaned_up_is_not_missed(api: PodApi, pods: Cluster) -> None:
    for _ in range(2):
        pod = claim(api).pod
        Pod(pods, pod.metadata.name).end(1)
        api.label(pod, labels={JUDGED: "true"})
    pods.remove(NAME)
    assert claim(api, first_try=False).pod.metadata.name == INSTANCE.pod_name(2)


def test_pods_of_other_task_instances_are_not_adopted(api: PodApi) -> None:
    other = TaskInstance(INSTANCE.dag_id, INSTANCE.run_id, INSTANCE.task_id, INSTANCE.map_index + 1)
    Claimant(api, other, "other").claim(make, first_try=True)
    assert not claim(api, first_try=False).adopted


@pytest.mark.parametrize("first_try", [True, False])
def test_a_pod_that_is_being_deleted_is_waited_for(api: PodApi, pods: Cluster, *, first_try: bool) -> None:
    pods.on_stop = None
    first = claim(api).pod
    old = Pod(pods, NAME)
    old.run()
    old.be_deleted()
    threading.Timer(0.2, old.end).start()

    second = claim(api, "second", first_try=first_try)

    assert not second.adopted
    assert second.pod.metadata.uid != first.metadata.uid
    assert [pod["metadata"]["name"] for pod in pods.created] == [NAME, NAME]


def test_a_pod_whose_deletion_does_not_end_is_an_error_that_says_what_to_do(
    api: PodApi, pods: Cluster, fast_clock: FastClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pod_claim, "time", fast_clock)
    pods.on_stop = None
    claim(api)
    Pod(pods, NAME).run()
    Pod(pods, NAME).be_deleted()

    with pytest.raises(StillTerminatingError, match=f"kubectl delete pod --namespace podflow {NAME} --grace-period=0"):
        claim(api, "second")
    assert len(pods.created) == 1


@pytest.mark.parametrize("change", [{"args": ["load", "other"]}, {"command": ["python"]}, {"image": "ingest:2"}])
def test_a_pod_that_does_other_work_is_deleted_first(
    api: PodApi, pods: Cluster, change: dict[str, str | list[str]]
) -> None:
    claim(api)
    Pod(pods, NAME).run()

    def build(name: str) -> k8s.V1Pod:
        pod = make(name)
        for key, value in change.items():
            setattr(pod.spec.containers[0], key, value)
        return pod

    second = Claimant(api, INSTANCE, "second").claim(build, first_try=False)

    assert not second.adopted
    assert pods.pods[NAME]["metadata"]["uid"] == second.pod.metadata.uid


def test_a_pod_that_is_refused_is_an_error(api: PodApi, served: Served) -> None:
    served.api.refuse("^POST", 422, "spec.containers[0].image: Required value")
    with pytest.raises(ApiException, match="Required value"):
        claim(api)
