import time

import pytest
from kubernetes.client.exceptions import ApiException

from podflow_dags.pod_api import PodApi
from podflow_dags.pod_follow import follow
from tests.unit.podflow_dags.cluster import Cluster
from tests.unit.podflow_dags.pod_life import Pod
from tests.unit.podflow_dags.pods import PATIENCE, follow_one, make, nothing
from tests.unit.podflow_dags.served import Served

SHORT = 0.05
"""Seconds in which a client has seen what happened before."""


@pytest.fixture
def cluster(served: Served) -> Cluster:
    return served.cluster


def test_every_change_is_noticed_by_one_watch(api: PodApi, served: Served) -> None:
    phases: list[str] = []
    end = follow_one(api, notice=lambda pod: phases.append(pod.status.phase))
    assert phases == ["Pending", "Pending", "Running", "Succeeded"]
    assert end.pod.status.phase == "Succeeded"
    assert (end.gone, end.gave_up) == (False, "")
    assert [request.split()[0] for request in served.api.requests] == ["POST", "GET"]


def test_a_pod_that_has_ended_is_not_watched(api: PodApi, cluster: Cluster, served: Served) -> None:
    cluster.life = Pod.end
    api.create(make("load-x"))
    time.sleep(SHORT)
    found = api.read("load-x")
    assert found
    assert follow(api, found, PATIENCE, nothing).pod.status.phase == "Succeeded"
    assert served.api.asked("watch=") == 0


@pytest.mark.parametrize("phase", ["Pending", "Running", "Succeeded"])
def test_a_watch_that_breaks_is_taken_up_again(api: PodApi, served: Served, phase: str) -> None:
    served.api.break_at = {f'"phase": "{phase}"'}
    assert follow_one(api).pod.status.phase == "Succeeded"
    assert served.api.break_at == set(), "it broke"


@pytest.mark.parametrize("status", [410, 429, 500, 503])
def test_a_watch_that_is_not_answered_now_is_asked_for_again(api: PodApi, served: Served, status: int) -> None:
    served.api.refuse("watch=", status, times=2)
    assert follow_one(api).pod.status.phase == "Succeeded"
    assert served.api.asked("watch=") <= 3


def test_a_watch_that_is_refused_is_an_error(api: PodApi, served: Served) -> None:
    served.api.refuse("watch=", 403, "pods is forbidden")
    with pytest.raises(ApiException, match="403"):
        follow_one(api)


def test_an_api_server_that_forgot_the_pods_last_change_is_not_asked_all_the_time(
    api: PodApi, cluster: Cluster, served: Served
) -> None:
    def life(pod: Pod) -> None:
        pod.run()
        time.sleep(SHORT)
        cluster.journal.forget()
        # As a watch ends after some minutes.
        served.http.stop()
        served.http.start()
        time.sleep(1)
        pod.end()

    cluster.life = life
    assert follow_one(api).pod.status.phase == "Succeeded"
    assert served.api.asked("watch=") <= 4


def test_an_api_server_that_is_away_for_a_moment_is_waited_for(api: PodApi, cluster: Cluster, served: Served) -> None:
    def life(pod: Pod) -> None:
        pod.run()
        time.sleep(SHORT)
        served.http.stop()
        time.sleep(0.3)
        pod.end()
        served.http.start()

    cluster.life = life
    assert follow_one(api).pod.status.phase == "Succeeded"


def test_a_pod_that_is_deleted_is_gone(api: PodApi, cluster: Cluster) -> None:
    def life(pod: Pod) -> None:
        pod.run()
        pod.vanish()

    cluster.life = life
    end = follow_one(api)
    assert end.gone
    assert end.pod.status.phase == "Running"


@pytest.mark.parametrize("successor", [False, True])
def test_a_pod_that_was_deleted_while_nobody_watched_is_gone(
    api: PodApi, cluster: Cluster, served: Served, *, successor: bool
) -> None:
    def life(pod: Pod) -> None:
        if len(cluster.created) > 1:
            return pod.end()
        pod.run()
        time.sleep(SHORT)
        served.http.stop()
        pod.vanish()
        cluster.journal.forget()
        if successor:
            cluster.create({"metadata": {"name": "load-x", "labels": {}}, "spec": {"containers": [{"name": "base"}]}})
        return served.http.start()

    cluster.life = life
    end = follow_one(api)
    assert end.gone
    assert end.pod.status.phase == "Running"
