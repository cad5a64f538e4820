import time

import pytest
from kubernetes.client.exceptions import ApiException

from podflow_dags.pod_api import PodApi
from tests.unit.podflow_dags.cluster import Cluster
from tests.unit.podflow_dags.pod_life import Pod, wait_for
from tests.unit.podflow_dags.pods import Follower, make
from tests.unit.podflow_dags.served import Served


@pytest.fixture
def cluster(served: Served) -> Cluster:
    return served.cluster


def test_every_change_is_noticed_by_one_watch(follower: Follower, served: Served) -> None:
    end = follower.follow_new()
    assert follower.phases == ["Pending", "Pending", "Running", "Succeeded"]
    assert end.pod.status.phase == "Succeeded"
    assert (end.gone, end.gave_up) == (False, "")
    assert [request.split()[0] for request in served.api.requests] == ["POST", "GET"]


def test_a_pod_that_has_ended_is_not_watched(api: PodApi, cluster: Cluster, follower: Follower, served: Served) -> None:
    cluster.life = Pod.end
    api.create(make("load-x"))
    wait_for(lambda: cluster.read("load-x")["status"]["phase"] == "Succeeded")
    assert follower.follow(api.read("load-x")).pod.status.phase == "Succeeded"
    assert served.api.asked("watch=") == 0


@pytest.mark.parametrize("phase", ["Pending", "Running", "Succeeded"])
def test_a_watch_that_breaks_is_taken_up_again(follower: Follower, served: Served, phase: str) -> None:
    served.api.break_at = {f'"phase": "{phase}"'}
    assert follower.follow_new().pod.status.phase == "Succeeded"
    assert served.api.break_at == set(), "it broke"


@pytest.mark.parametrize("status", [410, 429, 500, 503])
def test_a_watch_that_is_not_answered_now_is_asked_for_again(follower: Follower, served: Served, status: int) -> None:
    served.api.refuse("watch=", status, times=2)
    assert follower.follow_new().pod.status.phase == "Succeeded"
    assert served.api.asked("watch=") <= 3


def test_a_watch_that_is_refused_is_an_error(follower: Follower, served: Served) -> None:
    served.api.refuse("watch=", 403, "pods is forbidden")
    with pytest.raises(ApiException, match="403"):
        follower.follow_new()


def test_an_api_server_that_forgot_the_pods_last_change_is_not_asked_all_the_time(
    cluster: Cluster, follower: Follower, served: Served
) -> None:
    def life(pod: Pod) -> None:
        pod.run()
        follower.has_noticed("Running")
        cluster.journal.forget()
        # As a watch ends after some minutes.
        served.http.stop()
        served.http.start()
        time.sleep(1)
        pod.end()

    cluster.life = life
    assert follower.follow_new().pod.status.phase == "Succeeded"
    assert served.api.asked("watch=") <= 4


def test_an_api_server_that_is_away_for_a_moment_is_waited_for(
    cluster: Cluster, follower: Follower, served: Served
) -> None:
    def life(pod: Pod) -> None:
        pod.run()
        follower.has_noticed("Running")
        served.http.stop()
        time.sleep(0.3)
        pod.end()
        served.http.start()

    cluster.life = life
    assert follower.follow_new().pod.status.phase == "Succeeded"


def test_a_pod_that_is_deleted_is_followed_to_its_end(cluster: Cluster, follower: Follower) -> None:
    def life(pod: Pod) -> None:
        pod.run()
        follower.has_noticed("Running")
        pod.be_deleted()

    cluster.life = life
    end = follower.follow_new()
    assert end.pod.status.container_statuses[0].state.terminated.exit_code == 143
    assert end.gave_up == ""


def test_a_pod_that_is_deleted_with_force_is_gone(cluster: Cluster, follower: Follower) -> None:
    def life(pod: Pod) -> None:
        pod.run()
        pod.vanish()

    cluster.life = life
    end = follower.follow_new()
    assert end.gone
    assert end.pod.status.phase == "Running"


@pytest.mark.parametrize("successor", [False, True])
def test_a_pod_that_was_deleted_while_nobody_watched_is_gone(
    cluster: Cluster, follower: Follower, served: Served, *, successor: bool
) -> None:
    def life(pod: Pod) -> None:
        if len(cluster.created) > 1:
            return pod.end()
        pod.run()
        follower.has_noticed("Running")
        served.http.stop()
        pod.vanish()
        cluster.journal.forget()
        if successor:
            cluster.create({"metadata": {"name": "load-x", "labels": {}}, "spec": {"containers": [{"name": "base"}]}})
        return served.http.start()

    cluster.life = life
    end = follower.follow_new()
    assert end.gone
    assert end.pod.status.phase == "Running"
