import signal
import threading
from types import FrameType

import pytest
from airflow.sdk.exceptions import AirflowFailException

from podflow_dags.pod_claim import JUDGED
from podflow_dags.pod_result import ResultError
from podflow_dags.pod_task import PodFailedError, PodRefusedError
from tests.unit.podflow_dags.airflow_task import make_task, run
from tests.unit.podflow_dags.cluster import Cluster
from tests.unit.podflow_dags.pod_life import Pod, wait_for
from tests.unit.podflow_dags.served import Served


def test_a_missing_member_fails_and_keeps_the_pod(cluster: Cluster) -> None:
    cluster.life = lambda pod: pod.end(0, '{"rows": 2}')
    with pytest.raises(ResultError, match="no member 'chunks'; it has: rows"):
        run(make_task(returns="chunks"))
    assert labels_of_the_only_pod(cluster)[JUDGED] == "true"


def test_a_result_that_is_no_json_fails_and_keeps_the_pod(cluster: Cluster) -> None:
    cluster.life = lambda pod: pod.end(0, "done")
    with pytest.raises(ResultError, match="is no JSON"):
        run(make_task())
    assert labels_of_the_only_pod(cluster)[JUDGED] == "true"


def test_a_failed_pod_is_kept_judged_and_explained(cluster: Cluster) -> None:
    cluster.life = lambda pod: pod.end(1, '{"error": "books.csv: line 7 is no CSV"}')

    with pytest.raises(PodFailedError) as failure:
        run(make_task())

    (name,) = cluster.pods
    assert f"pod {name}: exit code 1: books.csv: line 7 is no CSV" in str(failure.value)
    assert f"kubectl logs --namespace podflow {name}" in str(failure.value)
    assert labels_of_the_only_pod(cluster)[JUDGED] == "true"


def test_a_failed_pod_may_be_tried_again(cluster: Cluster) -> None:
    cluster.life = lambda pod: pod.end(1)
    with pytest.raises(PodFailedError) as failure:
        run(make_task())
    assert not isinstance(failure.value, AirflowFailException)


def test_exit_code_65_is_not_tried_again(cluster: Cluster) -> None:
    cluster.life = lambda pod: pod.end(65, '{"error": "books.csv: no column isbn"}')
    with pytest.raises(AirflowFailException, match=r"exit code 65: books\.csv: no column isbn"):
        run(make_task())
    assert labels_of_the_only_pod(cluster)[JUDGED] == "true"


def test_a_refused_pod_fails_with_the_words_of_the_api_server(cluster: Cluster, served: Served) -> None:
    served.api.refuse("^POST", 403, "exceeded quota: tasks, requested: pods=1, used: pods=5, limited: pods=5")
    with pytest.raises(PodFailedError, match="Kubernetes refused the pod: exceeded quota: tasks") as failure:
        run(make_task())
    assert not isinstance(failure.value, PodRefusedError), "room may be there for the next try"
    assert cluster.pods == {}


def test_a_pod_that_never_starts_is_deleted_so_that_it_cannot_start_later(cluster: Cluster) -> None:
    cluster.life = lambda pod: pod.wait("ImagePullBackOff", 'Back-off pulling image "nowhere/ingest:1"')
    with pytest.raises(PodFailedError, match='ImagePullBackOff: Back-off pulling image "nowhere/ingest:1"'):
        run(make_task())
    wait_for(lambda: cluster.pods == {})


@pytest.mark.parametrize("exit_code", [0, 99, 143])
def test_a_task_that_is_told_to_stop_fails_whatever_its_pod_says(
    cluster: Cluster, served: Served, exit_code: int
) -> None:
    task = make_task()

    def life(pod: Pod) -> None:
        pod.run()
        # The task has seen it run, and hears no more of it but what comes of the signal.
        wait_for(lambda: served.api.asked("/log"))
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGUSR1)

    def on_term(_signal: int, _frame: FrameType | None) -> None:
        # As Airflow's task runner does it on SIGTERM: from within whatever the task is doing.
        task.on_kill()

    cluster.life = life
    cluster.on_stop = lambda pod: pod.end(exit_code, '{"rows": 2}')
    before = signal.signal(signal.SIGUSR1, on_term)
    try:
        with pytest.raises(PodFailedError, match="told to stop") as failure:
            run(task)
    finally:
        signal.signal(signal.SIGUSR1, before)
    assert not isinstance(failure.value, AirflowFailException)
    wait_for(lambda: cluster.pods == {})


def test_a_task_that_is_told_to_stop_before_it_has_a_pod_leaves_none(cluster: Cluster) -> None:
    task = make_task()
    task.on_kill()
    with pytest.raises(PodFailedError, match="told to stop"):
        run(task)
    wait_for(lambda: cluster.pods == {})


def test_a_task_that_cannot_go_on_leaves_no_pod_at_work(cluster: Cluster, served: Served) -> None:
    cluster.life = Pod.run
    served.api.refuse("watch=", 403, "pods is forbidden")
    with pytest.raises(Exception, match="403"):
        run(make_task())
    wait_for(lambda: cluster.pods == {})


@pytest.mark.parametrize("exit_code", [0, 65, 99, 143])
def test_a_pod_deleted_by_hand_fails_whatever_it_says(cluster: Cluster, exit_code: int) -> None:
    def life(pod: Pod) -> None:
        pod.run()
        pod.be_deleted()

    cluster.life = life
    cluster.on_stop = lambda pod: pod.end(exit_code, '{"rows": 2}')
    with pytest.raises(PodFailedError, match="was deleted while it ran, by somebody else") as failure:
        run(make_task())
    assert ("exited with 0" in str(failure.value)) is (exit_code == 0), "its end was seen"
    assert not isinstance(failure.value, AirflowFailException), "that was not the pod's own end"


def test_a_pod_deleted_with_force_fails(cluster: Cluster) -> None:
    def life(pod: Pod) -> None:
        pod.run()
        pod.vanish()

    cluster.life = life
    with pytest.raises(PodFailedError, match=r"was deleted while it ran.*\n.*the pod is gone"):
        run(make_task())


def labels_of_the_only_pod(cluster: Cluster) -> dict[str, str]:
    (pod,) = cluster.pods.values()
    labels: dict[str, str] = pod["metadata"]["labels"]
    return labels
