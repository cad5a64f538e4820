import pytest
from kubernetes.client import CoreV1Api
from kubernetes.client import models as k8s

from podflow_dags import pod_claim
from podflow_dags.pod_api import PodApi
from podflow_dags.pod_claim import FOLLOWER, Claimant
from tests.unit.podflow_dags.cluster import Cluster
from tests.unit.podflow_dags.pod_life import Pod, wait_for
from tests.unit.podflow_dags.pods import INSTANCE, NAME, claim, idle, make
from tests.unit.podflow_dags.served import Served


@pytest.fixture(autouse=True)
def pods(served: Served) -> Cluster:
    """Pods that do nothing, unless a test tells them to."""
    served.cluster.life = idle
    return served.cluster


def test_a_process_that_is_stopped_deletes_its_pod(api: PodApi, pods: Cluster) -> None:
    first = Claimant(api, INSTANCE, "first")
    pod = first.claim(make, first_try=True).pod
    Pod(pods, NAME).run()
    first.release(pod)
    wait_for(lambda: pods.pods == {})


def test_a_process_that_is_stopped_leaves_a_pod_that_another_adopted(api: PodApi, pods: Cluster) -> None:
    first = Claimant(api, INSTANCE, "first")
    pod = first.claim(make, first_try=True).pod
    claim(api, "second")
    first.release(pod)
    assert pods.pods[NAME]["metadata"]["annotations"][FOLLOWER] == "second"


def test_a_pod_that_is_adopted_just_before_its_deletion_is_left(served: Served, pods: Cluster) -> None:
    class AdoptedInBetween(PodApi):
        def delete(self, pod: k8s.V1Pod, *, unchanged: bool = False) -> bool:
            claim(self, "second")
            return super().delete(pod, unchanged=unchanged)

    api = AdoptedInBetween(CoreV1Api(served.cluster.api_client), "podflow")
    first = Claimant(api, INSTANCE, "first")
    first.release(first.claim(make, first_try=True).pod)
    assert NAME in pods.pods


def test_a_pod_that_changed_just_before_its_deletion_is_deleted_all_the_same(served: Served, pods: Cluster) -> None:
    class RunsInBetween(PodApi):
        def delete(self, pod: k8s.V1Pod, *, unchanged: bool = False) -> bool:
            if pods.pods[NAME]["status"]["phase"] == "Pending":
                Pod(pods, NAME).run()
            return super().delete(pod, unchanged=unchanged)

    api = RunsInBetween(CoreV1Api(served.cluster.api_client), "podflow")
    first = Claimant(api, INSTANCE, "first")
    first.release(first.claim(make, first_try=True).pod)
    wait_for(lambda: pods.pods == {})


def test_the_next_pod_of_the_same_name_is_not_deleted_by_the_process_of_the_first(api: PodApi, pods: Cluster) -> None:
    first = Claimant(api, INSTANCE, "first")
    pod = first.claim(make, first_try=True).pod
    Pod(pods, NAME).vanish()
    claim(api, "second")
    first.release(pod)
    assert NAME in pods.pods


def test_a_process_that_is_stopped_does_not_wait_for_an_api_server_that_is_away(
    api: PodApi, pods: Cluster, served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pod_claim, "KILL_SECONDS", 0.2)
    first = Claimant(api, INSTANCE, "first")
    pod = first.claim(make, first_try=True).pod
    served.http.stop()
    first.release(pod)
    assert NAME in pods.pods
