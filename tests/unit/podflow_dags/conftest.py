"""PodTask with a Kubernetes API server behind it."""

import logging
from collections.abc import Iterator

import pytest
from kubernetes.client import Configuration, CoreV1Api

from podflow_dags import pod_log
from podflow_dags.pod_api import PodApi
from podflow_dags.pod_task import PodTask
from tests.unit.podflow_dags.cluster import Cluster
from tests.unit.podflow_dags.fast_clock import FastClock
from tests.unit.podflow_dags.pods import Bench, Follower
from tests.unit.podflow_dags.served import Served, serving


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    """An empty cluster with its API server."""
    monkeypatch.setattr(pod_log, "_SECONDS_BETWEEN_READS", 0.01)
    # PodTask makes its client's configuration the default of its process, which here is that of all tests.
    monkeypatch.setattr(Configuration, "_default", None)
    with serving(Cluster()) as served:
        yield served
        served.end_logs()


@pytest.fixture
def api(served: Served) -> PodApi:
    """What a task process uses of that server."""
    return PodApi(CoreV1Api(served.cluster.api_client), "podflow")


@pytest.fixture
def cluster(served: Served, monkeypatch: pytest.MonkeyPatch) -> Cluster:
    """The cluster, put behind PodTask."""
    return served.put_behind_pod_task(monkeypatch)


@pytest.fixture
def follower(api: PodApi) -> Follower:
    """A process that follows one pod."""
    return Follower(api)


@pytest.fixture
def task_log(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    """What PodTask says in the task's log."""
    monkeypatch.setattr(PodTask, "log", logging.getLogger("task"))
    caplog.set_level("INFO")
    return caplog


@pytest.fixture
def bench(served: Served, api: PodApi) -> Bench:
    """One pod, created and idle."""
    return Bench(served.cluster, api)


@pytest.fixture
def fast_clock(served: Served) -> FastClock:
    """A clock to be put in the place of a module's `time`; the API server's watches are as fast."""
    clock = FastClock()
    served.cluster.hurry = clock.speed
    return clock
