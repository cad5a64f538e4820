"""The one pod of a task instance: created once, and found again by whoever takes the task over.

Its name follows from the task instance, so that the API server itself refuses a second one: neither a retry after a
lost scheduler nor two processes of the same try can do the same work side by side (docs/decisions/0007).
"""

import hashlib
import re
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from kubernetes.client import models as k8s
from kubernetes.client.exceptions import ApiException
from urllib3.exceptions import HTTPError

from podflow_dags.pod_api import KILL_SECONDS, PodApi

PREFIX = "podflow.dev"
TASK_INSTANCE = f"{PREFIX}/task-instance"
GENERATION = f"{PREFIX}/generation"
"""Counts the pods of a task instance that were judged and are still kept."""
JUDGED = f"{PREFIX}/judged"
FOLLOWER = f"{PREFIX}/follower"
"""The process that answers for the pod; another one that is killed must leave it alone."""
_READABLE = 48
_SECONDS_TO_TERMINATE = 600
_MOST_ATTEMPTS = 10


class NameTakenError(RuntimeError):
    """The task instance's name belongs to a pod that is none of its own."""


class StillTerminatingError(RuntimeError):
    """An earlier pod of the task instance does not end, so that no second one may start."""


@dataclass(frozen=True)
class TaskInstance:
    """What Airflow calls a task instance, over all its tries."""

    dag_id: str
    run_id: str
    task_id: str
    map_index: int

    @classmethod
    def of(cls, context: Mapping[str, Any]) -> "TaskInstance":
        """Take it from a task's context."""
        instance = context["ti"]
        return cls(instance.dag_id, instance.run_id, instance.task_id, instance.map_index)

    @property
    def digest(self) -> str:
        """16 hexadecimal digits that tell it from every other."""
        key = "\0".join((self.dag_id, self.run_id, self.task_id, str(self.map_index)))
        return hashlib.sha256(key.encode()).hexdigest()[:16]

    @property
    def annotations(self) -> dict[str, str]:
        """Its names in full, where labels would have to be cut."""
        names = {"dag-id": self.dag_id, "run-id": self.run_id, "task-id": self.task_id, "map-index": self.map_index}
        return {f"{PREFIX}/{name}": str(value) for name, value in names.items()}

    def pod_name(self, generation: int) -> str:
        """Return a name of at most 63 characters, readable at its beginning."""
        readable = re.sub(r"[^a-z0-9]+", "-", f"{self.dag_id}-{self.task_id}".lower()).strip("-")
        # Airflow takes names in any alphabet, Kubernetes does not.
        return f"{readable[:_READABLE].rstrip('-') or 'task'}-{self.digest[:8]}-{generation}"


@dataclass(frozen=True)
class Claim:
    """A pod, and whether it was there already."""

    pod: k8s.V1Pod
    adopted: bool


class Claimant:
    """One process that wants a task instance's pod."""

    def __init__(self, api: PodApi, instance: TaskInstance, follower: str) -> None:
        self._api = api
        self._instance = instance
        self._follower = follower

    def claim(self, build: Callable[[str], k8s.V1Pod], *, first_try: bool) -> Claim:
        """Create the pod that `build` makes for a name, or adopt the one that an earlier process left.

        A pod that is being deleted is waited for: its container may still be at work. A pod that was left with
        other arguments or another image is other work: it is deleted first.

        Raises:
            StillTerminatingError: that takes more than ten minutes.
            NameTakenError: somebody else made a pod of that name.
            ApiException: the API server refuses the pod.
        """
        # The first try asks nothing: a name that is taken tells it that there is somebody before it.
        generation = 0 if first_try else None
        for _ in range(_MOST_ATTEMPTS):
            if generation is None:
                left, generation = self._look(build)
                if left:
                    self._api.label(left, annotations={FOLLOWER: self._follower})
                    return Claim(left, adopted=True)
            if created := self._create(build, generation):
                return Claim(created, adopted=False)
            generation = None
        raise NameTakenError(
            f"the name {self._instance.pod_name(0)} is taken by a pod that no task made (it lacks the label "
            f"{TASK_INSTANCE}): delete that pod"
        )

    def _create(self, build: Callable[[str], k8s.V1Pod], generation: int) -> k8s.V1Pod | None:
        pod = build(self._instance.pod_name(generation))
        pod.metadata.labels |= {TASK_INSTANCE: self._instance.digest, GENERATION: str(generation)}
        annotations = {**self._instance.annotations, FOLLOWER: self._follower}
        pod.metadata.annotations = (pod.metadata.annotations or {}) | annotations
        return self._api.create(pod)

    def _look(self, build: Callable[[str], k8s.V1Pod]) -> tuple[k8s.V1Pod | None, int]:
        """Return the pod that nobody has judged yet, and the generation of the next one if there is none."""
        generation = 0
        for pod in self._api.find(TASK_INSTANCE, self._instance.digest):
            labels = pod.metadata.labels
            if pod.metadata.deletion_timestamp:
                self._await_deletion(pod)
            elif labels.get(JUDGED) == "true":
                generation = max(generation, int(labels[GENERATION]) + 1)
            elif _work(pod) == _work(build(pod.metadata.name)):
                return pod, 0
            else:
                self._api.delete(pod)
                self._await_deletion(pod)
        return None, generation

    def _await_deletion(self, pod: k8s.V1Pod) -> None:
        deadline, since = time.monotonic() + _SECONDS_TO_TERMINATE, ""
        while (left := deadline - time.monotonic()) > 0:
            if any(gone for _, gone in self._api.changes(pod, left, since)):
                return
            now, since = self._api.look(pod.metadata.name)
            if now is None or now.metadata.uid != pod.metadata.uid:
                return
            pod = now
        raise StillTerminatingError(
            f"pod {pod.metadata.name} of an earlier try is being deleted and does not end (is its node lost?). "
            f"When you know that it no longer runs: kubectl delete pod --namespace {pod.metadata.namespace} "
            f"{pod.metadata.name} --grace-period=0 --force"
        )

    def release(self, pod: k8s.V1Pod) -> None:
        """Delete the pod, unless another process has adopted it in the meantime.

        When the API server does not answer, the pod is left to the next try, or to the chart's clean-up job.
        """
        with suppress(ApiException, HTTPError):
            while now := self._api.read(pod.metadata.name, KILL_SECONDS):
                if now.metadata.uid != pod.metadata.uid or now.metadata.annotations.get(FOLLOWER) != self._follower:
                    return
                if self._api.delete(now, unchanged=True):
                    return


def _work(pod: k8s.V1Pod) -> tuple[object, ...]:
    container = pod.spec.containers[0]
    return container.image, container.command or [], container.args or []
