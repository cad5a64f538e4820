"""Two task processes and one pod, one after the other or side by side."""

import threading
from typing import Any

import pytest

from podflow_dags.pod_task import PodFailedError
from tests.unit.podflow_dags.airflow_task import Try, make_task
from tests.unit.podflow_dags.cluster import Cluster
from tests.unit.podflow_dags.pod_life import LONGEST_WAIT, Pod, wait_for


class Lost(BaseException):
    """The task process is killed by SIGKILL: nothing of it is done any more."""


class LostTry(Try):
    """A try whose process is lost as soon as its pod is there."""

    def push(self, key: str, value: Any) -> None:
        super().push(key, value)
        raise Lost


def lose(try_: Try) -> None:
    with pytest.raises(Lost):
        try_.execute()


def test_the_next_try_reads_the_result_of_a_pod_that_ended_unwatched(cluster: Cluster) -> None:
    cluster.life = lambda pod: pod.end(0, '{"rows": 2}')
    lose(LostTry(make_task()))
    wait_for(lambda: [pod["status"]["phase"] for pod in cluster.pods.values()] == ["Succeeded"])

    assert Try(make_task(), number=2).execute() == {"rows": 2}
    assert len(cluster.created) == 1, "its work was done once"
    assert cluster.pods == {}


def test_the_next_try_fails_with_a_pod_that_failed_unwatched(cluster: Cluster) -> None:
    cluster.life = lambda pod: pod.end(3, '{"error": "no"}')
    lose(LostTry(make_task()))
    with pytest.raises(PodFailedError, match="exit code 3: no"):
        Try(make_task(), number=2).execute()
    assert len(cluster.created) == 1


def test_the_next_try_goes_on_with_a_pod_that_runs(cluster: Cluster, task_log: pytest.LogCaptureFixture) -> None:
    go_on = threading.Event()

    def life(pod: Pod) -> None:
        pod.run()
        pod.say("before")
        assert go_on.wait(LONGEST_WAIT)
        pod.say("after")
        pod.end(0, '{"rows": 2}')

    cluster.life = life
    lose(LostTry(make_task()))
    threading.Timer(0.1, go_on.set).start()

    assert Try(make_task(), number=2).execute() == {"rows": 2}
    assert len(cluster.created) == 1
    (name,) = (pod["metadata"]["name"] for pod in cluster.created)
    assert f"Going on with pod {name}, which an earlier try left" in task_log.messages
    assert [line for line in task_log.messages if line in {"before", "after"}] == ["before", "after"]


def test_a_retry_after_a_failure_that_was_told_runs_anew(cluster: Cluster) -> None:
    cluster.life = lambda pod: pod.end(len(cluster.created) == 1)
    with pytest.raises(PodFailedError):
        Try(make_task()).execute()
    Try(make_task(), number=2).execute()
    assert [pod["metadata"]["name"][-2:] for pod in cluster.created] == ["-0", "-1"]
    assert len(cluster.pods) == 1, "the failed one is kept"


def test_a_try_goes_on_with_the_pod_of_the_try_before_though_older_ones_were_cleaned_up(cluster: Cluster) -> None:
    cluster.life = lambda pod: pod.end(1) if pod.name.endswith("-0") else pod.run()
    with pytest.raises(PodFailedError):
        Try(make_task()).execute()
    lose(LostTry(make_task(), number=2))
    failed, running = (pod["metadata"]["name"] for pod in cluster.created)
    cluster.remove(failed)
    threading.Timer(0.1, Pod(cluster, running).end, [0, '{"rows": 2}']).start()

    assert Try(make_task(), number=3).execute() == {"rows": 2}
    assert len(cluster.created) == 2


def test_a_retry_with_other_arguments_does_not_take_the_old_result(cluster: Cluster) -> None:
    cluster.life = lambda pod: pod.end(0, f'{{"chunk": "{pod.args[-1]}"}}')
    lose(LostTry(make_task()))
    assert Try(make_task(args=["load", "chunk-2"]), number=2).execute() == {"chunk": "chunk-2"}


def test_two_processes_of_one_try_share_one_pod(cluster: Cluster) -> None:
    both = threading.Barrier(2)

    def life(pod: Pod) -> None:
        pod.run()
        # Until the second process has signed the pod, which is the last that it does before it follows.
        signed = {pod_["metadata"]["annotations"]["podflow.dev/follower"] for pod_ in cluster.created}
        wait_for(lambda: cluster.read(pod.name)["metadata"]["annotations"]["podflow.dev/follower"] not in signed)
        pod.end(0, '{"rows": 2}')

    def process() -> None:
        both.wait()
        results.append(Try(make_task()).execute())

    cluster.life = life
    results: list[Any] = []
    threads = [threading.Thread(target=process) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [{"rows": 2}] * 2
    assert len(cluster.created) == 1


def test_a_process_that_is_told_to_stop_leaves_the_pod_to_the_one_that_adopted_it(cluster: Cluster) -> None:
    cluster.life = Pod.run
    first = make_task()
    lose(LostTry(first))
    second = make_task()
    process = threading.Thread(target=lambda: results.append(Try(second, number=2).execute()))
    results: list[Any] = []
    process.start()
    (created,) = cluster.created
    name, signed = created["metadata"]["name"], created["metadata"]["annotations"]["podflow.dev/follower"]
    wait_for(lambda: cluster.read(name)["metadata"]["annotations"]["podflow.dev/follower"] != signed)

    first.on_kill()

    Pod(cluster, name).end(0, '{"rows": 2}')
    process.join()
    assert results == [{"rows": 2}]
