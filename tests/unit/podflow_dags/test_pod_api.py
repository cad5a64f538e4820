import pytest
from kubernetes.client.exceptions import ApiException

from podflow_dags.pod_api import PodApi, reason_of
from tests.unit.podflow_dags.cluster import Cluster
from tests.unit.podflow_dags.pod_life import Pod
from tests.unit.podflow_dags.pods import idle, make
from tests.unit.podflow_dags.served import Served


@pytest.fixture(autouse=True)
def cluster(served: Served) -> Cluster:
    served.cluster.life = idle
    return served.cluster


def test_a_name_that_is_taken_is_no_error(api: PodApi) -> None:
    assert api.create(make("load-x"))
    assert api.create(make("load-x")) is None


def test_a_quota_that_another_pod_moved_is_asked_again(api: PodApi, served: Served) -> None:
    served.api.refuse("POST", 409, 'Operation cannot be fulfilled on resourcequotas "tasks"', 2, reason="Conflict")
    assert api.create(make("load-x"))
    assert served.api.asked("POST") == 3


def test_a_pod_that_is_not_there_is_none(api: PodApi) -> None:
    assert api.read("load-x") is None
    assert api.look("load-x")[0] is None


def test_an_older_pod_of_the_same_name_cannot_be_deleted_any_more(api: PodApi, cluster: Cluster) -> None:
    first = api.create(make("load-x"))
    cluster.remove("load-x")
    api.create(make("load-x"))
    assert not api.delete(first)
    assert "load-x" in cluster.pods


def test_a_pod_that_is_gone_need_not_be_deleted_or_labelled(api: PodApi, cluster: Cluster) -> None:
    pod = api.create(make("load-x"))
    cluster.remove("load-x")
    assert not api.delete(pod)
    api.label(pod, labels={"a": "b"})


def test_labels_and_annotations_are_added(api: PodApi, cluster: Cluster) -> None:
    pod = api.create(make("load-x"))
    api.label(pod, labels={"a": "1"})
    api.label(pod, labels={"b": "2"}, annotations={"c": "3"})
    metadata = cluster.read("load-x")["metadata"]
    assert (metadata["labels"], metadata["annotations"]) == ({"a": "1", "b": "2"}, {"c": "3"})


def test_changes_of_a_later_pod_of_the_same_name_are_not_those_of_the_first(api: PodApi, cluster: Cluster) -> None:
    first = api.create(make("load-x"))
    cluster.remove("load-x")
    _, since = api.look("load-x")
    api.create(make("load-x"))
    Pod(cluster, "load-x").end()
    cluster.remove("load-x")
    assert list(api.changes(first, 1, since)) == []


def test_a_watch_from_the_clusters_version_is_answered_though_the_pods_own_is_forgotten(
    api: PodApi, cluster: Cluster
) -> None:
    pod = api.create(make("load-x"))
    cluster.journal.forget()
    _, since = api.look("load-x")
    Pod(cluster, "load-x").run()
    cluster.remove("load-x")
    assert list(api.changes(pod, 1)) == []
    assert [gone for _, gone in api.changes(pod, 1, since)] == [False, False, True]


def test_a_refusal_without_words_has_its_number() -> None:
    assert reason_of(ApiException(status=403, reason="Forbidden")) == "HTTP 403 Forbidden"
