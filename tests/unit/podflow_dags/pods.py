"""Pods that nobody but a test has made."""

from typing import Any

from kubernetes.client import models as k8s

from podflow_dags.pod_api import PodApi
from podflow_dags.pod_claim import Claim, Claimant, TaskInstance
from podflow_dags.pod_follow import End, Patience, follow
from tests.unit.podflow_dags.cluster import Cluster
from tests.unit.podflow_dags.pod_life import Pod, wait_for

INSTANCE = TaskInstance("books__hourly", "scheduled__2026-11-20T12:00:00+00:00", "load", 3)
NAME = INSTANCE.pod_name(0)
PATIENCE = Patience(schedule=600, start=300)


def idle(_: Pod) -> None:
    """Leave it to the test."""


def make(name: str, **metadata: Any) -> k8s.V1Pod:
    """Return a pod as it is before it is created."""
    resources = k8s.V1ResourceRequirements(limits={"memory": "256Mi"})
    container = k8s.V1Container(name="base", image="ingest:1", args=["load"], resources=resources)
    return k8s.V1Pod(
        metadata=k8s.V1ObjectMeta(name=name, namespace="podflow", labels={}, **metadata),
        spec=k8s.V1PodSpec(containers=[container]),
    )


class Bench:
    """One pod that a test takes through its life by hand; it can be seen also after it was deleted."""

    def __init__(self, cluster: Cluster, api: PodApi) -> None:
        cluster.life, cluster.on_stop = idle, None
        api.create(make("load-x", finalizers=["example.org/to-be-seen"]))
        self.pod = Pod(cluster, "load-x")
        self._api = api

    def seen(self) -> k8s.V1Pod:
        """Return it as a client of Kubernetes sees it now."""
        found = self._api.read(self.pod.name)
        assert found
        return found


def claim(api: PodApi, follower: str = "first", *, first_try: bool = True) -> Claim:
    """Claim the pod of INSTANCE for a process."""
    return Claimant(api, INSTANCE, follower).claim(make, first_try=first_try)


class Follower:
    """A process that follows a pod, and what it has noticed of it."""

    def __init__(self, api: PodApi) -> None:
        self.noticed: list[k8s.V1Pod] = []
        self._api = api

    @property
    def phases(self) -> list[str]:
        return [pod.status.phase for pod in self.noticed]

    def has_noticed(self, phase: str) -> None:
        """Wait until it has."""
        wait_for(lambda: phase in self.phases)

    def follow(self, pod: k8s.V1Pod, patience: Patience = PATIENCE) -> End:
        return follow(self._api, pod, patience, self.noticed.append)

    def follow_new(self, patience: Patience = PATIENCE) -> End:
        return self.follow(self._api.create(make("load-x")), patience)
